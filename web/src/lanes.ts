// Which lane of the timeline a finding lies in, and where in it.

import { type Finding, type PageData, SEVERITIES, type Severity } from "./data";
import type { Scale } from "./scale";
import { shown, tacticName } from "./text";

export type Grouping = "tactic" | "principal";

export interface Lane {
  label: string;
  findings: Finding[];
}

export interface Mark {
  finding: Finding;
  x: number;
  end: number;
  row: number;
}

const PRINCIPAL_LANES = 12;
/** In the order in which an intrusion mostly runs. */
const TACTICS = [
  "reconnaissance",
  "resource-development",
  "initial-access",
  "discovery",
  "execution",
  "persistence",
  "privilege-escalation",
  "defense-evasion",
  "credential-access",
  "lateral-movement",
  "collection",
  "command-and-control",
  "exfiltration",
  "impact",
];

export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export function lanes(data: PageData, grouping: Grouping): Lane[] {
  return grouping === "tactic" ? byTactic(data.findings) : byPrincipal(data.findings);
}

function byTactic(findings: Finding[]): Lane[] {
  const made = TACTICS.map((tactic) => ({
    label: tacticName(tactic),
    findings: findings.filter((finding) => finding.tactics[0] === tactic),
  }));
  made.push({ label: "No tactic", findings: findings.filter((finding) => finding.tactics.length === 0) });
  return made.filter((lane) => lane.findings.length > 0);
}

function byPrincipal(findings: Finding[]): Lane[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.principal_key);
    group === undefined ? groups.set(finding.principal_key, [finding]) : group.push(finding);
  }
  const gravest = (group: Finding[]): number => Math.min(...group.map((finding) => rank(finding.severity)));
  const sorted = [...groups.values()].sort((a, b) => gravest(a) - gravest(b) || b.length - a.length);
  const made = sorted
    .slice(0, PRINCIPAL_LANES)
    .map((group) => ({ label: shown(group[0]?.principal ?? "", 60), findings: group }));
  const rest = sorted.slice(PRINCIPAL_LANES);
  if (rest.length > 0) {
    made.push({ label: `${rest.length} others`, findings: rest.flat() });
  }
  return made;
}

const MARK = 12;
const ROWS = 5;

/** The marks of a lane that are in view, in rows so that few cover each other. */
export function marks(lane: Lane, scale: Scale): { marks: Mark[]; rows: number } {
  const inView = lane.findings
    .filter((finding) => finding.last >= scale.from && finding.first <= scale.to)
    .sort((a, b) => a.first - b.first || rank(a.severity) - rank(b.severity));
  const ends: number[] = [];
  const made = inView.map((finding) => {
    const x = Math.max(scale.x(finding.first), scale.left);
    const end = Math.min(Math.max(scale.x(finding.last), x), scale.left + scale.width);
    let row = ends.findIndex((taken) => taken < x - MARK / 2);
    if (row < 0) {
      row = ends.length < ROWS ? ends.length : ends.indexOf(Math.min(...ends));
    }
    ends[row] = Math.max(end, x) + MARK / 2;
    return { finding, x, end, row };
  });
  return { marks: made, rows: Math.max(1, ends.length) };
}
