import type { Serve } from "../client";
import { isSplit, percentOf, totalOf } from "../model/serves";
import { Bar } from "../parts/Bar";
import { Variant, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./Serve.module.css";

/** What is served: one variant, or shares of several. */
export function ServeView({ serve, of }: { serve: Serve | null; of: VariantKeys }) {
  if (serve === null) return <span className={classes.word}>{text.flag.fallback}</span>;
  if (typeof serve === "string") return <Variant of={of} name={serve} />;
  if (!isSplit(serve)) return <code className="untrusted">{JSON.stringify(serve)}</code>;
  const total = totalOf(serve.split);
  const arms = serve.split.arms;
  return (
    <span className={classes.split}>
      {arms.map((arm, index) => (
        <span key={index} className={classes.arm}>
          <Variant of={of} name={arm.variant} />
          <span className={classes.number}>{percentOf(arm.weight, total)}</span>
        </span>
      ))}
      <span className={classes.bar}>
        <Bar of={of} shares={arms.map(({ variant, weight }) => ({ variant, share: weight }))} />
      </span>
    </span>
  );
}
