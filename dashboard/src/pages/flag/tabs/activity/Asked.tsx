import type { FlagInEnvironment } from "../../../../client";
import type { VariantKeys } from "../../../../parts/Variant";
import { Variant } from "../../../../parts/Variant";
import { ConditionView } from "../../../../rules/ConditionView";
import { ServeView } from "../../../../rules/ServeView";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";

/** Everything that decides in an environment, in the order asked; only to be read. */
export function Asked({ here, of }: { here: FlagInEnvironment; of: VariantKeys }) {
  const words = text.flagTabs.activity;
  return (
    <>
      {!here.enabled && <p className={panel.hint}>{words.notAsked}</p>}
      <dl className={classes.asked}>
        {here.prerequisites.map(({ flag: needed, variants }) => (
          <Line key={needed} name={text.flag.prerequisite}>
            <bdi className="mono">{needed}</bdi> {text.trace.mustBe} <bdi className="mono">{variants.join(", ")}</bdi>
          </Line>
        ))}
        {here.targets.map(({ variant, keys }, index) => (
          <Line key={index} name={text.flag.targets}>
            {keys.length.toLocaleString("en")} <Variant of={of} name={variant} />
          </Line>
        ))}
        {here.rules.map(({ id, name, when, serve, paused }, index) => (
          <Line key={id} name={[text.flag.rule(index + 1), name].filter(Boolean).join(" ")}>
            {paused && <span className={panel.hint}>{text.flag.paused} </span>}
            <ConditionView condition={when} />
            <div className={classes.serve}>
              <span className={panel.hint}>{text.flag.serves}</span>
              <ServeView serve={serve} of={of} />
            </div>
          </Line>
        ))}
        <Line name={words.everyoneElse}>
          <ServeView serve={here.default ?? null} of={of} />
        </Line>
      </dl>
    </>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>{children}</dd>
    </>
  );
}
