// Making elements. Text only ever becomes text: there is no way here to turn it into markup.

type Attributes = Record<string, string | number | boolean>;
type Child = Node | string | null;

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export function button(label: string, action: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", action);
  return element;
}

export function select(
  label: string,
  options: [value: string, text: string][],
  changed: (value: string) => void,
): HTMLLabelElement {
  const element = h("select", {}, ...options.map(([value, text]) => h("option", { value }, text)));
  element.addEventListener("change", () => changed(element.value));
  return h("label", { class: "field" }, h("span", {}, label), element);
}

export function search(label: string, hint: string, changed: (text: string) => void): HTMLLabelElement {
  const element = h("input", { type: "search", placeholder: hint, autocomplete: "off", spellcheck: "false" });
  let waiting = 0;
  element.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => changed(element.value.trim().toLowerCase()), 120);
  });
  return h("label", { class: "field grow" }, h("span", {}, label), element);
}

export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}
