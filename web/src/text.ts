// Text that an attacker may have written, made visible; numbers and times as people read them.

// Control characters and characters that hide or reorder text: the same ones as in the rest of Stanch.
const DECEPTIVE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Text in which every character is one that can be seen, at most `limit` long. */
export function shown(text: string, limit = 2000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(DECEPTIVE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A JSON record, indented; one that is no JSON (it was cut) as it is. */
export function prettyJson(raw: string): string {
  let text = raw;
  try {
    text = JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    // Cut records are no JSON any more: show what there is.
  }
  return text
    .split("\n")
    .map((line) => shown(line, 100_000))
    .join("\n");
}

export function count(number: number, singular: string): string {
  return `${number.toLocaleString("en")} ${singular}${number === 1 ? "" : "s"}`;
}

/** `2026-03-05 14:02:11` */
export function tableTime(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? "unknown" : date.toISOString().slice(0, 19).replace("T", " ");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function day(millis: number, year = false): string {
  const date = new Date(millis);
  const short = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""}`;
  return year ? `${short} ${date.getUTCFullYear()}` : short;
}

export function clock(millis: number, seconds: boolean): string {
  return tableTime(millis).slice(11, seconds ? 19 : 16);
}

/** `defense-evasion` as `Defense evasion`. */
export function tacticName(tactic: string): string {
  const words = tactic.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
