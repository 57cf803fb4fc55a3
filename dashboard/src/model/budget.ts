import type { Meter } from "../client";
import { number } from "./movement";

/** The limit that is nearest to being exceeded: what the first line of the foot shows. */
export function tightest(meters: readonly Meter[]): Meter | null {
  const filled = (meter: Meter) =>
    meter.used === null ? Infinity : (meter.used + meter.moved + meter.unknown) / (meter.limit || 1e-9);
  return meters.reduce<Meter | null>(
    (most, each) => (most === null || filled(each) > filled(most) ? each : most),
    null,
  );
}

/** An amount in the meter's unit: `1.4 %`, or `1,204`. */
export function amount(meter: Pick<Meter, "unit">, value: number): string {
  if (meter.unit === "contexts") return number(value);
  return `${Number((value * 100).toFixed(value > 0 && value < 0.001 ? 3 : 1))} %`;
}

export interface Parts {
  /** Each in per cent of the meter's width. */
  used: number;
  moved: number;
  unknown: number;
  over: number;
  limit: number;
}

/** How a meter is drawn: what exceeds the limit is a part of its own, and the limit has its tick. */
export function partsOf(meter: Meter): Parts {
  const used = meter.used ?? 0;
  const total = used + meter.moved + meter.unknown;
  const whole = Math.max(meter.limit, total) || 1;
  const within = (start: number, size: number) =>
    (Math.max(0, Math.min(meter.limit, start + size) - Math.min(meter.limit, start)) * 100) / whole;
  return {
    used: within(0, used),
    moved: within(used, meter.moved),
    unknown: within(used + meter.moved, meter.unknown),
    over: (Math.max(0, total - meter.limit) * 100) / whole,
    limit: (meter.limit * 100) / whole,
  };
}

/** What is left after this change; never less than nothing. */
export function left(meter: Meter): number {
  return Math.max(0, meter.limit - (meter.used ?? meter.limit) - meter.moved - meter.unknown);
}
