// The cited events of one finding: a table, and each raw record on demand.

import type { CitedEvent, Events, Finding } from "./data";
import { button, h } from "./dom";
import { count, prettyJson, shown, tableTime } from "./text";

const COLUMNS = ["Time (UTC)", "Event", "Outcome", "From", "Region", "Record"];

export function renderEvents(finding: Finding, events: Events, into: HTMLElement): void {
  if (into.childElementCount > 0) {
    return;
  }
  const found = finding.events.map((key) => events.get(key)).filter((event) => event !== undefined);
  const body = h("tbody");
  for (const event of found) {
    body.append(...rows(event));
  }
  const missing = finding.count - found.length;
  const note = missing > 0 ? `, the first of ${finding.count.toLocaleString("en")}` : "";
  const head = h("tr", {}, ...COLUMNS.map((name) => h("th", { scope: "col" }, name)));
  into.append(
    h("h4", {}, `${count(found.length, "cited event")}${note}`),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Cited events" },
      h("table", {}, h("thead", {}, head), body),
    ),
  );
}

function rows(event: CitedEvent): HTMLTableRowElement[] {
  const detail = h("tr", { class: "record", hidden: true });
  const toggle = button(
    "Show",
    () => {
      if (detail.childElementCount === 0) {
        detail.append(h("td", { colspan: COLUMNS.length }, record(event)));
      }
      detail.hidden = !detail.hidden;
      toggle.textContent = detail.hidden ? "Show" : "Hide";
      toggle.setAttribute("aria-expanded", String(!detail.hidden));
    },
    { "aria-expanded": "false", class: "small" },
  );
  const outcome = event.error_code === "" ? event.outcome : `${event.outcome}: ${shown(event.error_code, 120)}`;
  const row = h(
    "tr",
    {},
    h("td", { class: "time" }, tableTime(event.time)),
    h("td", {}, h("span", { class: "strong" }, shown(event.name, 120)), h("br"), small(event.source)),
    h("td", { class: event.succeeded ? "" : "refused" }, outcome),
    h("td", {}, shown(event.source_address, 120), h("br"), small(event.user_agent)),
    h("td", {}, shown(event.region, 60), h("br"), small(event.account)),
    h("td", {}, toggle),
  );
  return [row, detail];
}

function small(text: string): HTMLElement {
  return h("span", { class: "detail" }, shown(text, 160));
}

function record(event: CitedEvent): HTMLElement {
  const facts: [string, string][] = [
    ["file", event.file === "" ? "unknown" : event.file],
    ["place", `${event.member > 0 ? `member ${event.member}, ` : ""}byte ${event.offset.toLocaleString("en")}`],
    ["event id", event.event_id],
    ["principal", event.principal],
    ["key", event.access_key_id],
  ];
  const list = h("dl", { class: "facts" });
  for (const [name, value] of facts.filter(([, value]) => value !== "")) {
    list.append(h("dt", {}, name), h("dd", { class: "code" }, shown(value, 600)));
  }
  const raw = event.raw;
  if (raw === null) {
    const note = "This page holds no more raw records. The record lies in the file and at the place above.";
    return h("div", {}, list, h("p", { class: "detail" }, note));
  }
  const text = prettyJson(raw);
  const copy = button("Copy record", () => copyText(raw, pre, copy), { class: "small" });
  const pre = h("pre", { tabindex: 0, "aria-label": "Raw record" }, text);
  return h("div", {}, list, h("div", { class: "tools" }, copy), pre);
}

/** Copies as logged; where the browser forbids that, marks the text for the reader to copy. */
function copyText(text: string, pre: HTMLElement, copy: HTMLButtonElement): void {
  const done = (): void => {
    copy.textContent = "Copied";
  };
  const mark = (): void => {
    getSelection()?.selectAllChildren(pre);
    copy.textContent = "Marked: copy with your keyboard";
  };
  const written = navigator.clipboard?.writeText(text);
  if (written === undefined) {
    mark();
  } else {
    written.then(done, mark);
  }
}
