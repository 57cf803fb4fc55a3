import type { Split } from "../client";
import { percentOf, totalOf } from "../model/serves";
import { Variant, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./BucketLine.module.css";
import { percent, placeOf, stretchesOf } from "./bucket";

/** A split as a line from 0 to 100, with the mark where one unit fell. */
export function BucketLine({ split, bucket, of }: { split: Split; bucket: number; of: VariantKeys }) {
  const stretches = stretchesOf(split);
  const total = totalOf(split);
  const at = percent(bucket);
  const said = at.toFixed(1);
  const by = split.by?.join(", ") ?? "key";
  return (
    <div className={classes.split}>
      <span className={classes.by}>
        {text.trace.splitBy} <code>{by}</code>
        {split.seed ? (
          <>
            , {text.trace.seed} <bdi className="mono">{split.seed}</bdi>
          </>
        ) : null}
      </span>
      <span className={classes.arms}>
        {split.arms.map(({ variant, weight }, index) => (
          <span key={index} className={classes.arm}>
            <Variant of={of} name={variant} /> {percentOf(weight, total)}
          </span>
        ))}
      </span>
      {stretches === null ? (
        <span className={classes.by}>{text.trace.bucketOf(split.algorithm ?? "", bucket)}</span>
      ) : (
        <div className={classes.line} role="img" aria-label={text.trace.bucket(said)}>
          <div className={classes.track}>
            {stretches.map(({ from, to, variant }) => (
              <i
                key={from}
                data-place={placeOf(of, variant)}
                style={{ left: `${from}%`, width: `${to - from}%` }}
              />
            ))}
            <b style={{ left: `${at}%` }} />
            <span className={classes.label} style={{ left: `clamp(20px, ${at}%, calc(100% - 20px))` }}>
              {said}
            </span>
          </div>
          {[0, 25, 50, 75, 100].map((tick) => (
            <u key={tick} style={{ left: `${tick}%` }}>
              {tick}
            </u>
          ))}
        </div>
      )}
    </div>
  );
}
