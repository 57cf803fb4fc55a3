import type { ReactNode } from "react";

import { Loading, Trouble } from "../../parts/States";
import { Variant } from "../../parts/Variant";
import { text } from "../../text/en";
import { reasonWords, valueWords } from "../../trace/answers";
import type { Differs } from "../../trace/trace";
import { TraceTree } from "../../trace/TraceTree";
import type { Explained } from "../../trace/useExplained";
import classes from "./PlaygroundPage.module.css";

interface Props {
  name: string;
  environment: string;
  picker: ReactNode;
  context: Record<string, unknown> | null;
  explained: Explained;
  differs: Map<string, Differs>;
  only: boolean;
}

/** What one flag answers by one configuration, and why. */
export function Column({ name, environment, picker, context, explained, differs, only }: Props) {
  const { answer, trace, of, error, pending, retry, ruleName } = explained;
  const keys = { variants: of.variants.map(({ key }) => key), off: of.off };
  return (
    <section className={classes.column} aria-label={name}>
      <header className={classes.columnHead}>
        {picker}
        {answer && <span className={classes.caption}>{text.playground.version(answer.environment_version)}</span>}
      </header>
      {error ? (
        <div className={classes.pad}>
          <Trouble error={error} retry={retry} />
        </div>
      ) : answer === undefined ? (
        <div className={classes.pad}>{pending && context !== null && <Loading lines={6} />}</div>
      ) : (
        <>
          <div className={classes.answer} role="status">
            {answer.variant === null ? (
              <strong className={classes.none}>{valueWords(answer)}</strong>
            ) : (
              <>
                <span className={classes.variant}>
                  <Variant of={keys} name={answer.variant} />
                </span>
                <bdi className="untrusted mono" title={valueWords(answer)}>
                  {valueWords(answer)}
                </bdi>
              </>
            )}
            <span className={classes.reason}>{reasonWords(answer, ruleName)}</span>
          </div>
          <div className={classes.pad}>
            {answer.chance && <p className={classes.caption}>{text.playground.chance}</p>}
            {trace && (
              <TraceTree
                trace={trace}
                context={context ?? {}}
                flag={of}
                environment={environment}
                differs={differs}
                only={only}
              />
            )}
          </div>
        </>
      )}
    </section>
  );
}
