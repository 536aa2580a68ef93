// Sorting and filtering the table of principals.

import { button, byId, h, search } from "./dom";
import { count } from "./text";

export function setUpPrincipals(): void {
  const table = document.querySelector<HTMLTableElement>("#principal-table");
  const body = table?.tBodies[0];
  if (!table || !body) {
    return;
  }
  const rows = [...body.rows];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((head, column) => makeSortable(head, column, heads, rows, body));
  const status = h("p", { class: "detail", role: "status" });
  const filter = (text: string): void => {
    let left = 0;
    for (const row of rows) {
      const matches = (row.textContent ?? "").toLowerCase().includes(text);
      row.hidden = !matches;
      left += matches ? 1 : 0;
    }
    status.textContent = text === "" ? "" : `${left.toLocaleString("en")} of ${count(rows.length, "principal")} match`;
  };
  byId("principal-tools")?.append(
    h("div", { class: "row" }, search("Filter", "name, key, address, client, region", filter)),
    status,
  );
}

function makeSortable(
  head: HTMLTableCellElement,
  column: number,
  heads: HTMLTableCellElement[],
  rows: HTMLTableRowElement[],
  body: HTMLTableSectionElement,
): void {
  const value = (row: HTMLTableRowElement): string => row.cells[column]?.dataset["sort"] ?? "";
  const label = head.textContent ?? "";
  const sort = (): void => {
    // Names rise first; for numbers and times the largest is what one looks for.
    const first = column === 0 ? "ascending" : "descending";
    const other = column === 0 ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    heads.forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement): number =>
      column === 0 ? value(a).localeCompare(value(b), "en") : Number(value(a)) - Number(value(b));
    body.append(...rows.toSorted((a, b) => sign * compare(a, b)));
  };
  head.replaceChildren(button(label, sort, { class: "sort" }));
}
