import type { Rule } from "../client";
import { same } from "./draft";

/** One row of the page: a rule, and its place in each of the environments that have it. */
export interface Row {
  name: string;
  places: Record<string, number>;
}

/** Whether two rules of different environments are meant to be the same one. */
export function alike(one: Rule, other: Rule): boolean {
  if (one.id === other.id) return true;
  if (one.name || other.name) return one.name === other.name;
  return same(one.when, other.when);
}

/** The rules of several environments in common rows, so that what one of them lacks is a hole.
 *
 * Each environment's rules keep their order. Those that stand in another order elsewhere get a row
 * of their own.
 */
export function aligned(rules: Record<string, readonly Rule[]>): Row[] {
  const rows: { rule: Rule; row: Row }[] = [];
  const environments = Object.entries(rules).sort(([, one], [, other]) => other.length - one.length);
  for (const [environment, own] of environments) {
    let after = -1;
    own.forEach((rule, place) => {
      const found = rows.findIndex(
        ({ rule: known, row }, at) =>
          at > after && row.places[environment] === undefined && alike(known, rule),
      );
      if (found === -1) {
        rows.splice(after + 1, 0, { rule, row: { name: rule.name ?? "", places: { [environment]: place } } });
        after += 1;
      } else {
        const row = rows[found]?.row;
        if (row) row.places[environment] = place;
        after = found;
      }
    });
  }
  return rows.map(({ row }) => row);
}

/** Where a rule copied from a row would stand in an environment: after what stands before it. */
export function placeFor(rows: readonly Row[], at: number, environment: string): number {
  for (let before = at - 1; before >= 0; before--) {
    const place = rows[before]?.places[environment];
    if (place !== undefined) return place + 1;
  }
  return 0;
}
