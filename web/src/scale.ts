// From moments to places on the page and back.

import { clock, day } from "./text";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 91, 182, 365, 730, 1826, 3652].map((n) => n * DAY),
];

export class Scale {
  constructor(
    readonly from: number,
    readonly to: number,
    readonly left: number,
    readonly width: number,
  ) {}

  x(time: number): number {
    return this.left + ((time - this.from) / (this.to - this.from)) * this.width;
  }

  time(x: number): number {
    return this.from + ((x - this.left) / this.width) * (this.to - this.from);
  }

  /** Moments to label, at least `apart` pixels from each other. */
  ticks(apart: number): { time: number; label: string }[] {
    const least = ((this.to - this.from) / this.width) * apart;
    const step = STEPS.find((each) => each >= least) ?? least;
    const ticks = [];
    let above = "";
    for (let time = Math.ceil(this.from / step) * step; time <= this.to; time += step) {
      const date = day(time, step >= 91 * DAY);
      const label = step >= DAY ? date : clock(time, step < MINUTE);
      ticks.push({ time, label: step < DAY && date !== above ? `${date} ${label}` : label });
      above = date;
    }
    return ticks;
  }
}

/** `3 days`, `45 minutes`: about how long. */
export function duration(millis: number): string {
  const units: [number, string][] = [
    [DAY, "day"],
    [HOUR, "hour"],
    [MINUTE, "minute"],
    [SECOND, "second"],
  ];
  const [unit, name] = units.find(([size]) => millis >= 2 * size || millis === size) ?? [SECOND, "second"];
  const number = Math.max(1, Math.round(millis / unit));
  return `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;
}
