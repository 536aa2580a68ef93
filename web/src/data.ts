// What the page was given, and the way to the parts that are only read when somebody opens them.

export const SEVERITIES = ["critical", "high", "medium", "low", "informational"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  anchor: string;
  title: string;
  severity: Severity;
  tactics: string[];
  principal: string;
  principal_key: string;
  first: number;
  last: number;
  count: number;
  events: string[];
}

export interface PageData {
  span: [number, number] | null;
  bar_millis: number;
  bars: [start: number, events: number, errors: number][];
  stories: [since: number, until: number][];
  findings: Finding[];
  blocks: string[];
}

export interface CitedEvent {
  time: number;
  source: string;
  name: string;
  region: string;
  account: string;
  principal: string;
  access_key_id: string;
  source_address: string;
  user_agent: string;
  outcome: string;
  succeeded: boolean;
  error_code: string;
  event_id: string;
  file: string;
  member: number;
  offset: number;
  raw: string | null;
}

function parsed<T>(id: string): T | null {
  const element = document.getElementById(id);
  return element === null ? null : (JSON.parse(element.textContent ?? "null") as T);
}

export function readData(): PageData | null {
  return parsed<PageData>("analysis");
}

/** Cited events by key. A block of them is parsed when one of its events is first asked for. */
export class Events {
  private readonly known = new Map<number, Record<string, CitedEvent>>();

  constructor(private readonly blocks: string[]) {}

  get(key: string): CitedEvent | undefined {
    const place = this.blockOf(key);
    let block = this.known.get(place);
    if (block === undefined) {
      block = parsed<Record<string, CitedEvent>>(`events-${place}`) ?? {};
      this.known.set(place, block);
    }
    return Object.hasOwn(block, key) ? block[key] : undefined;
  }

  /** The last block whose first key is not above this one. Keys have one length, so they sort as text. */
  private blockOf(key: string): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.blocks[middle] ?? "") <= key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
