import type { Meter, Verdict } from "../client";
import { amount, left, partsOf, tightest } from "../model/budget";
import { text } from "../text/en";
import classes from "./BudgetMeter.module.css";

const words = text.moving;

/** Every limit on who moves here: what was used, what this change takes, what it may take. */
export function BudgetMeters({ verdict, environment }: { verdict: Verdict | null; environment: string }) {
  if (verdict === null) return null;
  const { meters, grounds } = verdict;
  return (
    <section aria-label={words.budget(environment)} className={classes.meters}>
      <h4>{words.budget(environment)}</h4>
      {meters.length === 0 && grounds.length === 0 && (
        <p className={classes.hint}>
          {words.noBudget}. {words.noBudgetHint}
        </p>
      )}
      {meters.map((meter, index) => (
        <div key={index}>
          <Drawn meter={meter} />
          <p className={classes.legend}>
            {meter.window === "hour" && (
              <span data-part="used">
                {meter.used === null ? words.usedUnknown : words.used(amount(meter, meter.used))}
              </span>
            )}
            <span data-part="moved">{words.this(amount(meter, meter.moved))}</span>
            {meter.unknown > 0 && <span data-part="unknown">{words.upTo(amount(meter, meter.unknown))}</span>}
            {meter.over && <span data-part="over">{words.over}</span>}
            <b className={classes.limit}>{limitOf(meter)}</b>
          </p>
        </div>
      ))}
      {grounds.map((ground, index) => (
        <p key={index} className={classes.ground}>
          {ground.words}
        </p>
      ))}
      {meters.length > 0 && grounds.length === 0 && <p className={classes.hint}>{words.within}</p>}
    </section>
  );
}

/** The limit that is nearest, in one line. */
export function BudgetLine({ verdict }: { verdict: Verdict | null }) {
  if (verdict === null) return null;
  const meter = tightest(verdict.meters);
  if (meter === null) return <span className={classes.line}>{words.noBudget}</span>;
  return (
    <span className={classes.line}>
      <span>{words.uses(amount(meter, meter.moved + meter.unknown), limitOf(meter))}</span>
      <Drawn meter={meter} small />
      {meter.over ? (
        <b className={classes.ground}>{words.over}</b>
      ) : (
        <span>{words.leftOver(amount(meter, left(meter)))}</span>
      )}
    </span>
  );
}

/** A picture only: the numbers stand beside it. */
function Drawn({ meter, small }: { meter: Meter; small?: boolean }) {
  const parts = partsOf(meter);
  return (
    <span aria-hidden className={classes.meter} data-small={small}>
      {(["used", "moved", "unknown", "over"] as const).map((part) => (
        <i key={part} data-part={part} style={{ width: `${parts[part]}%` }} />
      ))}
      <u style={{ left: `${parts.limit}%` }} />
    </span>
  );
}

function limitOf(meter: Meter): string {
  const limit = `${amount(meter, meter.limit)} ${words.window[meter.window]}`;
  return meter.about === "" ? limit : `${limit} (${meter.about})`;
}
