// Filters over the list of findings, and opening one of them.

import { type Events, type Finding, type PageData, SEVERITIES } from "./data";
import { button, byId, h, search, select } from "./dom";
import { renderEvents } from "./events";
import { count, shown, tacticName } from "./text";

const PAGE = 100;

interface Row {
  finding: Finding;
  element: HTMLDetailsElement;
  /** What free text is looked for in; made when first needed. */
  words: string | null;
}

export class Findings {
  private readonly rows: Row[] = [];
  private readonly byAnchor = new Map<string, Row>();
  private readonly severities = new Set<string>(SEVERITIES);
  private readonly status = h("p", { class: "detail", role: "status" });
  private tactic = "";
  private principal = "";
  private text = "";
  private window: [number, number] | null = null;
  private limit = PAGE;
  private openedForPrint: HTMLDetailsElement[] = [];

  constructor(data: PageData, private readonly events: Events) {
    const elements = document.querySelectorAll<HTMLDetailsElement>("#finding-list > details");
    data.findings.forEach((finding, place) => {
      const element = elements[place];
      if (element !== undefined) {
        const row: Row = { finding, element, words: null };
        this.rows.push(row);
        this.byAnchor.set(finding.anchor, row);
        element.addEventListener("toggle", () => element.open && this.fill(row));
      }
    });
    if (this.rows.length > 0) {
      this.addFilters();
      this.apply();
    }
    addEventListener("hashchange", () => this.openFromAddress());
    addEventListener("beforeprint", () => this.openAll());
    addEventListener("afterprint", () => this.foldAgain());
    this.openFromAddress();
  }

  /** Shows only findings that touch this stretch of time; `null` for all. */
  within(window: [number, number] | null): void {
    this.window = window;
    this.limit = PAGE;
    this.apply();
  }

  /** Opens a finding, whatever the filters say, and moves there. */
  open(finding: Finding): void {
    const row = this.byAnchor.get(finding.anchor);
    if (row === undefined) {
      return;
    }
    row.element.hidden = false;
    row.element.open = true;
    this.fill(row);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    row.element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    row.element.querySelector("summary")?.focus({ preventScroll: true });
  }

  private fill(row: Row): void {
    const place = row.element.querySelector<HTMLElement>(".events");
    if (place !== null) {
      renderEvents(row.finding, this.events, place);
    }
  }

  /** On paper nothing can be opened. Of a very long list the events are left out: they would fill a book. */
  private openAll(): void {
    const listed = this.rows.filter((row) => !row.element.hidden);
    this.openedForPrint = listed.map((row) => row.element).filter((element) => !element.open);
    this.openedForPrint.forEach((element) => (element.open = true));
    if (listed.length <= 200) {
      listed.forEach((row) => this.fill(row));
    }
  }

  private foldAgain(): void {
    this.openedForPrint.forEach((element) => (element.open = false));
    this.openedForPrint = [];
  }

  private openFromAddress(): void {
    let anchor = location.hash.slice(1);
    try {
      anchor = decodeURIComponent(anchor);
    } catch {
      // An address that is no address leads nowhere.
    }
    const row = this.byAnchor.get(anchor);
    if (row !== undefined) {
      this.open(row.finding);
    }
  }

  private addFilters(): void {
    const counts = new Map<string, number>();
    const principals = new Map<string, string>();
    const tactics = new Set<string>();
    for (const { finding } of this.rows) {
      counts.set(finding.severity, (counts.get(finding.severity) ?? 0) + 1);
      principals.set(finding.principal_key, finding.principal);
      finding.tactics.forEach((tactic) => tactics.add(tactic));
    }
    const chosen = <T>(set: (value: T) => void) => (value: T): void => {
      set(value);
      this.limit = PAGE;
      this.apply();
    };
    const people = [...principals].map(([key, name]): [string, string] => [key, shown(name, 80)]);
    byId("filters")?.append(
      h("div", { class: "row" }, this.severityButtons(counts)),
      h(
        "div",
        { class: "row" },
        search("Text", "in titles, facts, names", chosen((text) => (this.text = text))),
        select("Tactic", options([...tactics].map((name) => [name, tacticName(name)])), chosen((name) => (this.tactic = name))),
        select("Principal", options(people), chosen((key) => (this.principal = key))),
      ),
      this.status,
    );
  }

  private severityButtons(counts: Map<string, number>): HTMLElement {
    const group = h("div", { class: "toggles", role: "group", "aria-label": "Severities shown" });
    for (const severity of SEVERITIES) {
      const number = counts.get(severity) ?? 0;
      if (number === 0) {
        continue;
      }
      const toggle = button(
        `${severity} ${number.toLocaleString("en")}`,
        () => {
          const on = !this.severities.has(severity);
          on ? this.severities.add(severity) : this.severities.delete(severity);
          toggle.setAttribute("aria-pressed", String(on));
          this.limit = PAGE;
          this.apply();
        },
        { "aria-pressed": "true", class: `toggle ${severity}` },
      );
      group.append(toggle);
    }
    return group;
  }

  private matches(row: Row): boolean {
    const { finding } = row;
    if (
      !this.severities.has(finding.severity) ||
      (this.tactic !== "" && !finding.tactics.includes(this.tactic)) ||
      (this.principal !== "" && finding.principal_key !== this.principal) ||
      (this.window !== null && (finding.last < this.window[0] || finding.first > this.window[1]))
    ) {
      return false;
    }
    if (this.text === "") {
      return true;
    }
    row.words ??= (row.element.textContent ?? "").toLowerCase();
    return this.text.split(/\s+/).every((word) => row.words?.includes(word));
  }

  private apply(): void {
    let matching = 0;
    for (const row of this.rows) {
      const matches = this.matches(row);
      matching += matches ? 1 : 0;
      row.element.hidden = !matches || matching > this.limit;
    }
    const all = count(this.rows.length, "finding");
    const during = this.window === null ? "" : " in the time chosen above";
    this.status.textContent =
      matching === this.rows.length ? `All ${all} shown` : `${matching.toLocaleString("en")} of ${all} match${during}`;
    if (matching > this.limit) {
      this.status.textContent += `, the first ${this.limit.toLocaleString("en")} listed`;
    }
    this.showMore(matching - this.limit);
  }

  private showMore(rest: number): void {
    const place = byId("more");
    place?.replaceChildren();
    if (rest > 0) {
      const label = `Show ${Math.min(PAGE, rest).toLocaleString("en")} more`;
      place?.append(
        button(label, () => {
          this.limit += PAGE;
          this.apply();
        }),
      );
    }
  }
}

function options(values: [value: string, text: string][]): [value: string, text: string][] {
  return [["", "All"], ...values.sort((a, b) => a[1].localeCompare(b[1], "en"))];
}
