const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** How long, in its two largest units: `2 h 40 min`. */
export function lasting(seconds: number): string {
  let rest = Math.max(Math.round(seconds), 0);
  const said: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) said.push(`${count} ${unit}`);
    else if (said.length > 0) break;
    if (said.length === 2) break;
  }
  return said.join(" ") || "0 s";
}

export type HoldUnit = "seconds" | "minutes" | "hours" | "days";

export const HOLD_UNITS: readonly HoldUnit[] = ["seconds", "minutes", "hours", "days"];

const SIZES: Record<HoldUnit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** A number of units as whole seconds. */
export function secondsOf(count: number, unit: HoldUnit): number {
  return Math.round(count * SIZES[unit]);
}
