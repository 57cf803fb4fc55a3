import { Link } from "@tanstack/react-router";

import { written, type Moment } from "../../model/moment";
import { Icon } from "../../parts/Icon";
import { Loading, Trouble } from "../../parts/States";
import { Unknown } from "../../parts/Variant";
import { text } from "../../text/en";
import { reasonWords } from "../../trace/answers";
import { Got, keysOf, ruleName } from "../../trace/Got";
import { TraceTree } from "../../trace/TraceTree";
import { useExplained } from "../../trace/useExplained";
import classes from "./ContextPage.module.css";
import type { Answered } from "./useAnswers";

interface Props {
  project: string;
  context: Record<string, unknown>;
  moment: Moment;
  isNow: boolean;
  found: Answered;
  open: boolean;
  setOpen: (open: boolean) => void;
}

/** One flag's answer in a line; opened, every part that was asked for it. */
export function AnswerRow({ project, context, moment, isNow, found, open, setOpen }: Props) {
  const { answer, flag, otherwise, hangs } = found;
  const of = keysOf(flag);
  const name = flag?.name || answer.flag;
  return (
    <>
      <button
        type="button"
        className={classes.answer}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? "up" : "down"} size={12} />
        <bdi className="untrusted" title={answer.flag}>
          {name}
        </bdi>
        <Got answer={answer} of={of} />
        {!isNow && (
          <span className={classes.now} data-label={`${text.contexts.answerColumns.now}:`}>
            {otherwise === null ? (
              <span className={classes.caption}>{text.contexts.same}</span>
            ) : (
              <Got answer={otherwise} of={of} />
            )}
          </span>
        )}
        <span className={classes.why}>
          <bdi className="untrusted">{reasonWords(answer, ruleName(answer, flag))}</bdi>
          {answer.chance && <span className={classes.caption}>{text.contexts.chance}</span>}
          {hangs.length > 0 && <Unknown>{text.contexts.hangs(hangs.join(", "))}</Unknown>}
        </span>
      </button>
      {open && <Why project={project} context={context} moment={moment} flag={answer.flag} />}
    </>
  );
}

function Why({ project, context, moment, flag }: Pick<Props, "project" | "context" | "moment"> & { flag: string }) {
  const { trace, of, pending, error, retry } = useExplained(project, moment, flag, context);
  return (
    <div className={classes.trace} role="region" aria-label={text.contexts.whyOf(flag)}>
      {error !== null && <Trouble error={error} retry={retry} />}
      {pending && <Loading lines={3} />}
      {trace !== null && (
        <TraceTree trace={trace} context={context} flag={of} environment={moment.environment} />
      )}
      <div className={classes.further}>
        <Link to="/projects/$project/flags/$flag" params={{ project, flag }}>
          {text.contexts.flagOf(flag)}
        </Link>
        <Link
          to="/projects/$project/playground"
          params={{ project }}
          search={{ flag, context: JSON.stringify(context, null, 2), columns: [written(moment)] }}
        >
          {text.contexts.tryOut}
        </Link>
      </div>
    </div>
  );
}
