import { mainOf } from "../../model/environments";
import type { Moment } from "../../model/moment";

/** The two configurations that are shown when not both are chosen: the main environment, and another. */
export function sidesOf(
  environments: readonly string[],
  left: Moment | null,
  right: Moment | null,
): [Moment, Moment] {
  const main = mainOf(environments) ?? "";
  const other = environments.find((key) => key !== (left?.environment ?? main)) ?? main;
  return [left ?? { environment: main }, right ?? { environment: other }];
}
