// Activity over time with the findings on it: zoom, pan, jump.

import type { Finding, PageData, Severity } from "./data";
import { button, h, s, select } from "./dom";
import { type Grouping, type Lane, lanes, type Mark, marks } from "./lanes";
import { duration, Scale } from "./scale";
import { count, shown, tableTime } from "./text";

export interface Links {
  open(finding: Finding): void;
  within(window: [number, number] | null): void;
}

const BARS_TOP = 18;
const BARS_HEIGHT = 84;
const AXIS = 24;
const ROW = 13;
const LANE_GAP = 8;
const LEAST_WINDOW = 10_000;

/** Half-width 5, around 0,0. The shape says the severity as the colour does. */
const SHAPES: Record<Severity, string> = {
  critical: "M0-6.2 6.2 0 0 6.2-6.2 0Z",
  high: "M0-5.4 5.8 4.8-5.8 4.8Z",
  medium: "M-4.4-4.4H4.4V4.4H-4.4Z",
  low: "M0-4.6A4.6 4.6 0 1 1 0 4.6 4.6 4.6 0 1 1 0-4.6Z",
  informational: "M0-2.6A2.6 2.6 0 1 1 0 2.6 2.6 2.6 0 1 1 0-2.6Z",
};

export class Timeline {
  private readonly whole: [number, number];
  private window: [number, number];
  private grouping: Grouping = "tactic";
  private drawn: Mark[] = [];
  private current: Finding | null = null;
  private scale: Scale;
  private following = false;
  private waiting = 0;
  private readonly svg = s("svg", { class: "chart", role: "img", "aria-label": "Events and findings over time" });
  private readonly tip = h("div", { class: "tip", hidden: true });
  private readonly said = h("p", { class: "detail", role: "status" });
  private readonly stage: HTMLElement;

  constructor(
    private readonly data: PageData,
    span: [number, number],
    place: HTMLElement,
    private readonly links: Links,
  ) {
    const margin = Math.max((span[1] - span[0]) * 0.01, LEAST_WINDOW);
    this.whole = [span[0] - margin, span[1] + margin];
    this.window = [...this.whole];
    this.scale = new Scale(...this.whole, 0, 1);
    this.stage = h(
      "div",
      { class: "stage", tabindex: 0, role: "group", "aria-label": "Timeline", "aria-describedby": "timeline-keys" },
      this.svg,
      this.tip,
    );
    place.append(this.tools(), this.stage, this.legend(), this.said);
    this.listen();
    new ResizeObserver(() => this.later()).observe(this.stage);
    this.draw();
  }

  private tools(): HTMLElement {
    const groupings: [string, string][] = [
      ["tactic", "tactic"],
      ["principal", "principal"],
    ];
    const follow = h("input", { type: "checkbox" });
    follow.addEventListener("change", () => {
      this.following = follow.checked;
      this.tell();
    });
    const takeovers = this.data.stories.map((_, place) =>
      button(this.data.stories.length === 1 ? "Attack" : `Attack ${place + 1}`, () => this.showStory(place), {
        class: "small",
      }),
    );
    return h(
      "div",
      { class: "row tools" },
      select("Lanes by", groupings, (value) => {
        this.grouping = value === "principal" ? "principal" : "tactic";
        this.draw();
      }),
      h(
        "div",
        { class: "group", role: "group", "aria-label": "Zoom" },
        button("+", () => this.zoom(0.5), { class: "small", "aria-label": "Zoom in" }),
        button("−", () => this.zoom(2), { class: "small", "aria-label": "Zoom out" }),
        button("←", () => this.pan(-0.3), { class: "small", "aria-label": "Earlier" }),
        button("→", () => this.pan(0.3), { class: "small", "aria-label": "Later" }),
        button("All", () => this.show(this.whole), { class: "small", "aria-label": "Show the whole time" }),
        ...takeovers,
      ),
      h("label", { class: "check" }, follow, "List only findings in this time"),
    );
  }

  private legend(): HTMLElement {
    const items = (Object.keys(SHAPES) as Severity[]).map((severity) =>
      h("span", {}, s("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" }, shape(severity)), severity),
    );
    const bars = h("span", {}, h("i", { class: "key all" }), "events");
    const errors = h("span", {}, h("i", { class: "key errors" }), "failed");
    const keys =
      "Drag to zoom, or hold Ctrl and turn the wheel. Keys: + and − zoom, arrows move, 0 shows all, n and p step " +
      "through the findings, Enter opens one.";
    return h(
      "div",
      { class: "legend" },
      h("p", {}, bars, errors, ...items),
      h("p", { class: "detail", id: "timeline-keys" }, keys),
    );
  }

  private showStory(place: number): void {
    const [since, until] = this.data.stories[place] ?? this.whole;
    const margin = Math.max((until - since) * 0.08, 60_000);
    this.show([since - margin, until + margin]);
  }

  private show(window: [number, number]): void {
    const [start, end] = this.whole;
    const length = Math.min(Math.max(window[1] - window[0], LEAST_WINDOW), end - start);
    const from = Math.min(Math.max(window[0], start), end - length);
    this.window = [from, from + length];
    this.tell();
    this.later();
  }

  private tell(): void {
    const [from, to] = this.window;
    this.said.textContent = `${tableTime(from)} to ${tableTime(to)} UTC, ${duration(to - from)}`;
    this.links.within(this.following ? this.window : null);
  }

  private zoom(factor: number, around = (this.window[0] + this.window[1]) / 2): void {
    const [from, to] = this.window;
    this.show([around - (around - from) * factor, around + (to - around) * factor]);
  }

  private pan(part: number): void {
    const shift = (this.window[1] - this.window[0]) * part;
    this.show([this.window[0] + shift, this.window[1] + shift]);
  }

  private later(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.draw());
  }

  // --- drawing -----------------------------------------------------------------------------------------

  private draw(): void {
    const width = this.stage.clientWidth;
    const narrow = width < 640;
    const left = narrow ? 8 : 150;
    this.scale = new Scale(...this.window, left, Math.max(width - left - 8, 50));
    const parts: SVGElement[] = [];
    let y = BARS_TOP + BARS_HEIGHT + AXIS;
    this.drawn = [];
    for (const lane of lanes(this.data, this.grouping)) {
      const { group, height } = this.lane(lane, y, narrow);
      parts.push(group);
      y += height;
    }
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("height", String(y + 4));
    this.svg.replaceChildren(...this.storyBands(y), ...this.axis(y), ...this.bars(left), ...parts);
  }

  private storyBands(bottom: number): SVGElement[] {
    return this.data.stories.flatMap(([since, until]) => {
      const x = this.clampX(since);
      const width = Math.max(this.clampX(until) - x, 2);
      return [s("rect", { class: "band", x, y: 0, width, height: bottom })];
    });
  }

  private axis(bottom: number): SVGElement[] {
    const y = BARS_TOP + BARS_HEIGHT;
    const drawn = this.scale.ticks(96).flatMap(({ time, label }) => {
      const x = this.scale.x(time);
      return [
        s("line", { class: "grid", x1: x, x2: x, y1: BARS_TOP, y2: bottom }),
        x + 40 > this.scale.left + this.scale.width ? null : s("text", { class: "tick", x: x + 3, y: y + 15 }, label),
      ];
    });
    return drawn.filter((each) => each !== null);
  }

  private bars(left: number): SVGElement[] {
    const width = this.data.bar_millis;
    const inView = this.data.bars.filter(([start]) => start + width >= this.scale.from && start <= this.scale.to);
    const most = Math.max(1, ...inView.map(([, events]) => events));
    const bottom = BARS_TOP + BARS_HEIGHT;
    const bar = (name: string, start: number, number: number): SVGElement | null => {
      const x = this.clampX(start);
      const end = this.clampX(start + width);
      const height = (number / most) * BARS_HEIGHT;
      const gap = end - x > 3 ? 1 : 0;
      return number === 0
        ? null
        : s("rect", { class: name, x, y: bottom - Math.max(height, 1), width: Math.max(end - x - gap, 0.5), height: Math.max(height, 1) });
    };
    const drawn = inView.flatMap(([start, events, errors]) => [bar("all", start, events), bar("errors", start, errors)]);
    return [
      ...drawn.filter((each) => each !== null),
      s("line", { class: "base", x1: left, x2: left + this.scale.width, y1: bottom, y2: bottom }),
      s("text", { class: "tick", x: left + 3, y: BARS_TOP - 6 }, `up to ${count(most, "event")} in ${duration(width)}`),
    ];
  }

  private lane(lane: Lane, top: number, narrow: boolean): { group: SVGElement; height: number } {
    const placed = marks(lane, this.scale);
    const head = narrow ? 16 : 0;
    const height = head + placed.rows * ROW + LANE_GAP;
    const middle = (row: number): number => top + head + LANE_GAP / 2 + row * ROW + ROW / 2;
    const label = s(
      "text",
      { class: "lane", x: narrow ? 8 : 0, y: narrow ? top + 14 : middle(0) + 4 },
      lane.label.length > 22 && !narrow ? `${lane.label.slice(0, 21)}…` : lane.label,
    );
    const group = s("g", {}, s("line", { class: "rule", x1: 0, x2: this.scale.left + this.scale.width, y1: top, y2: top }), label);
    for (const mark of placed.marks) {
      const y = middle(mark.row);
      const { severity } = mark.finding;
      const place = this.drawn.push(mark) - 1;
      const selected = mark.finding === this.current ? " current" : "";
      const drawing = s("g", { class: `mark ${severity}${selected}`, "data-mark": place });
      if (mark.end - mark.x > 4) {
        drawing.append(s("line", { class: "lasting", x1: mark.x, x2: mark.end, y1: y, y2: y }));
      }
      const figure = shape(severity);
      figure.setAttribute("transform", `translate(${mark.x} ${y})`);
      drawing.append(s("rect", { class: "target", x: mark.x - 8, y: y - 7, width: Math.max(mark.end - mark.x, 0) + 16, height: 14 }), figure);
      group.append(drawing);
    }
    return { group, height };
  }

  private clampX(time: number): number {
    const { left, width } = this.scale;
    return Math.min(Math.max(this.scale.x(time), left), left + width);
  }

  // --- listening ---------------------------------------------------------------------------------------

  private listen(): void {
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener(
      "wheel",
      (event) => {
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.scale.time(this.localX(event)));
        }
      },
      { passive: false },
    );
    this.svg.addEventListener("pointerdown", (event) => this.drag(event));
    this.svg.addEventListener("pointermove", (event) => this.showTip(this.markOf(event), event));
    this.svg.addEventListener("pointerleave", () => this.showTip(undefined));
    this.stage.addEventListener("blur", () => this.showTip(undefined));
  }

  private localX(event: MouseEvent): number {
    return event.clientX - this.stage.getBoundingClientRect().left;
  }

  private markOf(event: Event): Mark | undefined {
    const element = event.target instanceof Element ? event.target.closest("[data-mark]") : null;
    return element === null ? undefined : this.drawn[Number(element.getAttribute("data-mark"))];
  }

  /** A press that moves chooses a stretch of time; one that doesn't opens the finding under it. */
  private drag(down: PointerEvent): void {
    if (down.button !== 0) {
      return;
    }
    const start = this.localX(down);
    const pressed = this.markOf(down);
    const choice = s("rect", { class: "choice", y: 0, height: this.svg.getAttribute("height") ?? "0" });
    const ends = (event: PointerEvent): [number, number] => {
      const { left, width } = this.scale;
      const clamp = (x: number): number => Math.min(Math.max(x, left), left + width);
      const [a, b] = [clamp(start), clamp(this.localX(event))];
      return [Math.min(a, b), Math.max(a, b)];
    };
    const move = (event: PointerEvent): void => {
      const [from, to] = ends(event);
      if (to - from > 6 && choice.parentNode === null && down.pointerType !== "touch") {
        this.svg.append(choice);
      }
      choice.setAttribute("x", String(from));
      choice.setAttribute("width", String(to - from));
    };
    const stop = (): void => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", stop);
      choice.remove();
    };
    const up = (event: PointerEvent): void => {
      const [from, to] = ends(event);
      const chosen = choice.parentNode !== null && to - from > 6;
      stop();
      if (chosen) {
        this.show([this.scale.time(from), this.scale.time(to)]);
      } else if (pressed !== undefined) {
        this.current = pressed.finding;
        this.links.open(pressed.finding);
        this.later();
      }
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", stop);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const actions: Record<string, () => void> = {
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      ArrowLeft: () => this.pan(-0.2),
      ArrowRight: () => this.pan(0.2),
      "0": () => this.show(this.whole),
      n: () => this.step(1),
      p: () => this.step(-1),
      Enter: () => this.current !== null && this.links.open(this.current),
      Escape: () => this.showTip(undefined),
    };
    const action = actions[event.key];
    if (action !== undefined) {
      event.preventDefault();
      action();
    }
  }

  /** The next or previous finding in time, brought into view and said. */
  private step(by: number): void {
    const sorted = [...this.data.findings].sort((a, b) => a.first - b.first);
    const at = this.current === null ? (by > 0 ? -1 : sorted.length) : sorted.indexOf(this.current);
    const next = sorted[Math.min(Math.max(at + by, 0), sorted.length - 1)];
    if (next === undefined) {
      return;
    }
    this.current = next;
    if (next.first < this.window[0] || next.first > this.window[1]) {
      this.pan((next.first - (this.window[0] + this.window[1]) / 2) / (this.window[1] - this.window[0]));
    }
    cancelAnimationFrame(this.waiting);
    this.draw();
    this.said.textContent = words(next).join(", ");
    this.showTip(this.drawn.find((mark) => mark.finding === next));
  }

  private showTip(mark: Mark | undefined, event?: PointerEvent): void {
    this.tip.hidden = mark === undefined;
    if (mark === undefined) {
      return;
    }
    const [title, ...rest] = words(mark.finding);
    this.tip.replaceChildren(h("strong", {}, title ?? ""), ...rest.map((line) => h("span", {}, line)));
    const figure = this.svg.querySelector(`[data-mark="${this.drawn.indexOf(mark)}"]`);
    const stage = this.stage.getBoundingClientRect();
    const y = event === undefined ? (figure?.getBoundingClientRect().bottom ?? stage.top) - stage.top : event.clientY - stage.top;
    const x = event === undefined ? mark.x : this.localX(event);
    const room = stage.width - this.tip.offsetWidth - 4;
    this.tip.style.left = `${Math.max(0, Math.min(x + 12, room))}px`;
    this.tip.style.top = `${y + 14}px`;
  }
}

function shape(severity: Severity): SVGPathElement {
  return s("path", { class: `shape ${severity}`, d: SHAPES[severity] });
}

function words(finding: Finding): string[] {
  const lasting = finding.last > finding.first ? `, over ${duration(finding.last - finding.first)}` : "";
  return [
    shown(finding.title, 160),
    `${finding.severity}, ${shown(finding.principal, 100)}`,
    `${count(finding.count, "event")}, ${tableTime(finding.first)} UTC${lasting}`,
  ];
}
