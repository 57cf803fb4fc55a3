import { mainOf } from "../../model/environments";
import { momentOf, type Moment } from "../../model/moment";

/** Most configurations that stand side by side. */
export const MOST = 4;

/** The configurations that are shown: those chosen, and beside a single one another environment. */
export function sidesOf(environments: readonly string[], chosen: readonly string[]): Moment[] {
  const sides = chosen.slice(0, MOST).flatMap((each) => momentOf(each) ?? []);
  const first = sides[0] ?? { environment: mainOf(environments) ?? "" };
  return sides.length > 1 ? sides : [first, another(environments, [first])];
}

/** What a new column begins as: an environment that none shows, or the first as it is now. */
export function another(environments: readonly string[], sides: readonly Moment[]): Moment {
  const shown = new Set(sides.map(({ environment }) => environment));
  return { environment: environments.find((key) => !shown.has(key)) ?? sides[0]?.environment ?? "" };
}
