import type { Serve } from "../../../client";
import type { VariantKeys } from "../../../parts/Variant";
import { ServeEditor } from "../../../rules/ServeEditor";
import { ServeView } from "../../../rules/ServeView";
import { text } from "../../../text/en";
import type { Count } from "./count";
import classes from "./RuleCard.module.css";
import { Took, Waterfall } from "./Took";

interface Props {
  serve: Serve | null;
  of: VariantKeys;
  count: Count;
  /** Undefined while it is only read. */
  change?: ((serve: Serve | null) => void) | undefined;
}

/** What those get whom no rule takes. */
export function DefaultCard({ serve, of, count, change }: Props) {
  return (
    <article className={classes.card} aria-label={text.flag.defaultRule}>
      <header className={classes.head}>
        <span aria-hidden className={classes.number}>
          –
        </span>
        <strong className={classes.default}>{text.flag.defaultRule}</strong>
        <span className={classes.room} />
        <Took count={count} />
      </header>
      <Waterfall count={count} />
      <div className={classes.serve}>
        <span className={classes.word}>{text.targeting.left}</span>
        {change ? (
          <ServeEditor serve={serve} of={of} fallback change={change} />
        ) : (
          <ServeView serve={serve} of={of} />
        )}
      </div>
    </article>
  );
}
