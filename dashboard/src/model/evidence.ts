import type { Converted } from "../client";
import { difference, FEW } from "./interval";

/** Units that were given a variant: how many, and how many of them had each of the events. */
export interface Row {
  /** The attribute's value; null for those without one. */
  value: string | null;
  variant: string | null;
  units: number;
  conversions: number | null;
  errors: number | null;
  /** How much more of them converted than of those who got the other variant, and its bounds. */
  more: { by: number; low: number; high: number } | null;
}

/** Rows of one value of the attribute, or of everybody. */
export interface Group {
  /** Undefined for everybody. */
  value: string | null | undefined;
  rows: Row[];
}

type Counted = Pick<Converted, "variant" | "value" | "units" | "converted">;

/** What was counted of each value and variant, the values of most units first.
 *
 * `against` is the variant that the others are compared with. Of less than 30 units nothing is said.
 */
export function groupsOf(
  conversions: readonly Counted[] | null,
  errors: readonly Counted[] | null,
  order: readonly (string | null)[],
  against: string | null,
): Group[] {
  const rows = new Map<string, Row>();
  const take = (counted: readonly Counted[], name: "conversions" | "errors") => {
    for (const { value, variant, units, converted } of counted) {
      const at = JSON.stringify([value, variant]);
      const row = rows.get(at) ?? { value, variant, units, conversions: null, errors: null, more: null };
      rows.set(at, { ...row, units: Math.max(row.units, units), [name]: converted });
    }
  };
  take(conversions ?? [], "conversions");
  take(errors ?? [], "errors");
  const groups = new Map<string | null, Row[]>();
  for (const row of rows.values()) groups.set(row.value, [...(groups.get(row.value) ?? []), row]);
  const place = (variant: string | null) => {
    const found = order.indexOf(variant);
    return found === -1 ? order.length : found;
  };
  return [...groups]
    .map(([value, found]) => ({
      value,
      rows: compared(found, against).sort((one, other) => place(one.variant) - place(other.variant)),
    }))
    .sort((one, other) => unitsOf(other) - unitsOf(one) || String(one.value).localeCompare(String(other.value)));
}

function compared(rows: Row[], against: string | null): Row[] {
  const base = rows.find(({ variant }) => variant === against);
  return rows.map((row) => {
    if (base === undefined || row === base || Math.min(row.units, base.units) < FEW) return row;
    if (row.conversions === null || base.conversions === null) return row;
    return { ...row, more: difference(row.conversions, row.units, base.conversions, base.units) };
  });
}

export function unitsOf({ rows }: Group): number {
  return rows.reduce((total, { units }) => total + units, 0);
}

/** Half of the scale on which differences are drawn, in points: whole, so that it can be read. */
export function reachOf(groups: readonly Group[]): number {
  const bounds = groups.flatMap(({ rows }) => rows.flatMap(({ more }) => (more ? [Math.abs(more.low), Math.abs(more.high)] : [])));
  return Math.max(1, Math.ceil(Math.max(0, ...bounds) * 100));
}

/** Names that tell of something that went wrong. */
const WRONG = /error|fail|exception|crash|timeout|declin|reject|abort/i;

/** Which events to show at first: the most frequent one, and the most frequent one that went wrong. */
export function eventsToShow(names: readonly string[]): { conversion: string | null; error: string | null } {
  return {
    conversion: names.find((name) => !WRONG.test(name)) ?? null,
    error: names.find((name) => WRONG.test(name)) ?? null,
  };
}
