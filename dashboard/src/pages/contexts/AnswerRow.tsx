import { Link } from "@tanstack/react-router";

import type { Answer, Flag } from "../../client";
import type { Moment } from "../../model/moment";
import { Icon } from "../../parts/Icon";
import { Loading, Trouble } from "../../parts/States";
import { Unknown, Variant, type VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import { reasonWords, valueWords } from "../../trace/answers";
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
  const of: VariantKeys = {
    variants: flag?.variants.map(({ key }) => key) ?? [],
    off: flag?.off ?? null,
  };
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

function Got({ answer, of }: { answer: Answer; of: VariantKeys }) {
  return (
    <span className={classes.got}>
      {answer.variant !== null && <Variant of={of} name={answer.variant} />}
      {!isSaid(answer) && (
        <code className="untrusted" title={valueWords(answer)}>
          {valueWords(answer)}
        </code>
      )}
    </span>
  );
}

/** Whether the variant's name says its value already. */
function isSaid({ variant, value }: Answer): boolean {
  return variant !== null && (variant === value || typeof value === "boolean");
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
      <Link to="/projects/$project/flags/$flag" params={{ project, flag }}>
        {flag}
      </Link>
    </div>
  );
}

/** The rule that served, as people call it: its number and its name. */
function ruleName(answer: Answer, flag: Flag | undefined): string {
  const at = flag?.rules?.findIndex(({ id }) => id === answer.rule) ?? -1;
  if (at < 0) return "";
  return [`${at + 1}`, flag?.rules?.[at]?.name ?? ""].filter(Boolean).join(" ");
}
