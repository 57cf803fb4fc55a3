import { Link } from "@tanstack/react-router";

import type { Breakdown } from "../../../client";
import { bounds } from "../../../model/breakdown";
import { number, share } from "../../../model/movement";
import { Bar } from "../../../parts/Bar";
import { Unknown, Variant, type VariantKeys } from "../../../parts/Variant";
import { text } from "../../../text/en";
import classes from "./ServedBar.module.css";

interface Props {
  project: string;
  found: Breakdown | undefined;
  of: VariantKeys;
}

/** What the observed contexts are served, by variant: a bar, and the same in numbers. */
export function ServedBar({ project, found, of }: Props) {
  if (found === undefined) return <div className={classes.served} data-waiting />;
  if (found.contexts === 0) {
    return (
      <div className={classes.served}>
        <Bar of={of} height={12} shares={[{ variant: null, share: 1 }]} />
        <p>
          <Unknown>{text.targeting.noContexts}</Unknown>
          <Link to="/projects/$project/settings/$tab" params={{ project, tab: "population" }}>
            {text.targeting.import}
          </Link>
        </p>
      </div>
    );
  }
  const sure = found.variants.filter(({ count }) => count > 0);
  const unsure = found.contexts - sure.reduce((sum, { count }) => sum + count, 0);
  const parts = sure.map(({ variant, count }) => ({ variant, share: count }));
  return (
    <div className={classes.served}>
      <Bar of={of} height={12} shares={[...parts, { variant: null, share: unsure }]} />
      <p>
        {sure.map((each) => (
          <span key={each.variant} className={classes.part}>
            {each.variant === null ? text.flag.fallback : <Variant of={of} name={each.variant} />}{" "}
            {number(bounds({ ...each, possible: 0 }, found.rate)[0])} · {share(each.count, found.contexts)}
          </span>
        ))}
        {unsure > 0 && (
          <Unknown>
            {text.targeting.unknown} {number(unsure / found.rate)} · {share(unsure, found.contexts)}
          </Unknown>
        )}
      </p>
    </div>
  );
}
