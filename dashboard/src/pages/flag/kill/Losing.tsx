import { useQuery } from "@tanstack/react-query";

import type { ProjectFlag } from "../../../client";
import { nobodyReports, number, type FlagMovement, type Movement } from "../../../model/movement";
import { Unknown, Variant } from "../../../parts/Variant";
import { killText as words } from "../../../text/kill";
import classes from "./kill.module.css";
import { losingQuery } from "./queries";

interface Props {
  project: string;
  flag: ProjectFlag;
  environments: readonly string[];
}

/** Environment by environment, how many lose which variant; it is shown when it is known. */
export function Losing({ project, flag, environments }: Props) {
  const found = useQuery(losingQuery(project, flag.key, environments));
  return (
    <ul className={classes.list} aria-live="polite">
      {environments.map((environment) => (
        <li key={environment}>
          <strong className="untrusted">{environment}</strong>
          <span>
            {found.isPending ? (
              words.counting
            ) : (
              <Lost movement={found.data?.[environment]} flag={flag} environment={environment} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Lost(props: { movement: Movement | undefined; flag: ProjectFlag; environment: string }) {
  const { movement, flag, environment } = props;
  if (movement === undefined || nobodyReports(movement)) return <Unknown>{words.unknown}</Unknown>;
  const mine = movement.flags[flag.key];
  const lost = mine === undefined ? [] : lostOf(mine);
  if (mine === undefined || (lost.length === 0 && mine.unknown === 0)) return words.nobody;
  const of = {
    variants: flag.variants.map(({ key }) => key),
    off: flag.environments[environment]?.off ?? null,
  };
  return (
    <span className={classes.lost}>
      {lost.map(([variant, count]) => (
        <span key={variant}>
          <b>{number(count)}</b> {words.lose} <Variant of={of} name={variant} />
        </span>
      ))}
      {mine.unknown > 0 && <Unknown>{words.andUnknown(number(mine.unknown))}</Unknown>}
    </span>
  );
}

/** How many lose each variant, those that most lose first. */
function lostOf({ matrix }: FlagMovement): [string, number][] {
  const found = new Map<string, number>();
  for (const { from, to, count } of matrix) {
    if (from !== null && from !== to) found.set(from, (found.get(from) ?? 0) + count);
  }
  return [...found].sort((one, other) => other[1] - one[1]);
}
