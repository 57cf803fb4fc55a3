import type { PlanView, Step } from "../../client";
import { commandWords, plannedWords } from "../../text/commands";
import { lasting } from "../../model/durations";
import { whenWords } from "../../model/instants";
import { number, share } from "../../model/movement";
import { doneOf, heldShare, movedBy, rampOf, stepState, type Moved, type StepState } from "../../model/plans";
import { Chip } from "../../parts/Chip";
import { Unknown, Variant, type VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./Ladder.module.css";
import { TONES } from "./tones";

const words = text.plans;

interface Props {
  steps: Step[];
  /** Whom each step moves together with those before it; null while that is being counted. */
  movements: readonly Record<string, unknown>[] | null;
  /** The plan whose steps they are; without one they are a draft's. */
  plan?: PlanView;
  /** The flag's variants, for their shapes. */
  of: VariantKeys | null;
  now: Date;
}

/** Steps side by side: how far the plan has come, and how many people each step moves. */
export function Ladder({ steps, movements, plan, of, now }: Props) {
  const ramp = rampOf({ steps, repeat: null });
  return (
    <ol className={classes.ladder} aria-label={words.ladder}>
      {steps.map((step, index) => {
        const state: StepState = plan ? stepState(plan, index) : "planned";
        const moved = movedBy(movements?.[index]);
        const before = index === 0 ? { contexts: 0, moved: 0, unknown: 0 } : movedBy(movements?.[index - 1]);
        const percent = ramp?.percents[index];
        const later = state !== "done" && state !== "now" && state !== "skipped";
        return (
          <li
            key={index}
            className={classes.step}
            data-state={state}
            data-later={later || undefined}
            aria-current={state === "now" ? "step" : undefined}
          >
            <div className={classes.top}>
              {percent === undefined ? (
                <bdi className={classes.words}>
                  {step.commands.map((command) => (later ? plannedWords : commandWords)(command)).join(", ")}
                </bdi>
              ) : (
                <span className={classes.percent}>
                  {Number(percent.toFixed(3))}
                  <small>%</small>
                </span>
              )}
              {plan && (
                <Chip tone={TONES[state]}>{words.stepStates[state]}</Chip>
              )}
            </div>
            <span aria-hidden className={classes.bar}>
              {plan && <i style={{ width: `${heldShare(plan, index, now) * 100}%` }} />}
            </span>
            {movements === null ? (
              <p className={classes.moved}>{words.counting}</p>
            ) : (
              <People moved={moved} before={ramp ? before : null} done={!later} />
            )}
            {ramp && of && percent !== undefined && <Variant of={of} name={ramp.to} />}
            <Lines step={step} index={index} last={index === steps.length - 1} plan={plan} state={state} now={now} />
          </li>
        );
      })}
    </ol>
  );
}

interface PeopleProps {
  moved: Moved | null;
  /** The step before, where what comes on top of it can be told: in a ramp nobody moves back. */
  before: Moved | null;
  done: boolean;
}

function People({ moved, before, done }: PeopleProps) {
  if (moved === null) return <p className={classes.moved}>{words.notCounted}</p>;
  const more = before === null ? null : Math.max(moved.moved - before.moved, 0);
  const said = more === null ? words.allMove : done ? words.moreMoved : words.moreMove;
  return (
    <>
      <p className={classes.moved}>
        <strong>{moved.moved === 0 && moved.unknown === 0 ? words.nobody : said(number(more ?? moved.moved))}</strong>
        {moved.unknown > 0 && <Unknown>{words.unknown(number(moved.unknown))}</Unknown>}
      </p>
      {more !== null && moved.contexts > 0 && (
        <div className={classes.lines}>
          {words.inAll(number(moved.moved), number(moved.contexts), share(moved.moved, moved.contexts))}
        </div>
      )}
    </>
  );
}

interface LinesProps {
  step: Step;
  index: number;
  last: boolean;
  plan: PlanView | undefined;
  state: StepState;
  now: Date;
}

/** When it was done or will be, how long it is held, and what it needs. */
function Lines({ step, index, last, plan, state, now }: LinesProps) {
  const hold = step.hold_seconds ?? 0;
  const done = plan && doneOf(plan, index);
  const lines: string[] = [];
  if (done) {
    const versions = Object.entries(done.versions ?? {}).map(([key, version]) => words.change(key, version));
    lines.push([whenWords(new Date(done.at), now), ...versions].join(", "));
  }
  if (plan && state === "now" && hold > 0) {
    lines.push(words.held(lasting(heldShare(plan, index, now) * hold), lasting(hold)));
  } else if (hold > 0) {
    lines.push(words.holds(lasting(hold)));
  } else if (last && state !== "done") {
    lines.push(plan?.repeat ? words.repeatsNow : words.ends);
  }
  if (state === "next" && plan?.next_at) lines.push(words.begins(whenWords(new Date(plan.next_at), now)));
  else if (step.at && !done) lines.push(words.begins(whenWords(new Date(step.at), now)));
  if (step.needs_approval && !done) lines.push(words.needsApproval);
  return (
    <div className={classes.lines}>
      {lines.map((line, at) => (
        <p key={at}>{line}</p>
      ))}
    </div>
  );
}
