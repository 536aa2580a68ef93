// Light or dark: as the system has it, until the reader says otherwise.

import { button, byId } from "./dom";

const KEY = "stanch-report-theme";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Some browsers forbid storage to files.
  }
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
}

export function setUpTheme(): void {
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset["theme"] = chosen;
  }
  const toggle = button("", () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Then it holds until the page is closed.
    }
    name();
  });
  const name = (): void => {
    toggle.textContent = isDark() ? "Light" : "Dark";
    toggle.setAttribute("aria-label", `Change to ${isDark() ? "light" : "dark"} colours`);
  };
  name();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  byId("theme")?.append(toggle);
}
