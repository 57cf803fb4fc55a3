import { Link } from "@tanstack/react-router";

import type { PlanView, Step } from "../../client";
import { plannedWords } from "../../text/commands";
import { lasting } from "../../model/durations";
import { whenWords } from "../../model/instants";
import { isOpen, rampOf } from "../../model/plans";
import { untilWords } from "../../text/waiting";
import { Icon, type IconName } from "../../parts/Icon";
import { Time } from "../../parts/Time";
import { Variant, type VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./Plans.module.css";

const words = text.plans;

interface Condition {
  icon: IconName;
  what: string;
  hint: string;
  /** Whether it is met, or not yet; null where that shows only when the step is due. */
  met: boolean | null;
}

/** Every condition of the next step, met or not. */
export function WaitsFor({ plan, now }: { plan: PlanView; now: Date }) {
  const next = plan.steps[plan.step];
  const found = isOpen(plan) && next ? conditionsOf(plan, next, now) : [];
  return (
    <section className={classes.card} data-main>
      <h2>{words.waitsTitle}</h2>
      {found.length === 0 ? (
        <p className={classes.caption}>
          {plan.next_at === null ? words.waits.over : untilWords(new Date(plan.next_at), now)}
        </p>
      ) : (
        <ul className={classes.list}>
          {found.map(({ icon, what, hint, met }, index) => (
            <li key={index} data-ok={met === true || undefined} data-open={met === false || undefined}>
              <Icon name={met === true ? "check" : icon} />
              <span>{what}</span>
              <small>{hint}</small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function conditionsOf(plan: PlanView, next: Step, now: Date): Condition[] {
  const says = words.waits;
  const held = plan.steps[plan.step - 1]?.hold_seconds ?? 0;
  const due = plan.next_at === null || new Date(plan.next_at) <= now;
  const until = plan.next_at === null ? "" : `, ${untilWords(new Date(plan.next_at), now)}`;
  const found: Condition[] = [];
  if (plan.step > 0 && held > 0) {
    found.push({ icon: "clock", what: says.held, hint: `${says.heldHint(lasting(held))}${until}`, met: due });
  }
  if (next.at) {
    found.push({
      icon: "clock",
      what: says.at,
      hint: untilWords(new Date(next.at), now),
      met: new Date(next.at) <= now,
    });
  }
  if (plan.step === 0 && plan.repeat && plan.next_at) {
    found.push({ icon: "clock", what: says.at, hint: untilWords(new Date(plan.next_at), now), met: due });
  }
  if (next.window) {
    const { days = [], from = "00:00", to = "00:00", zone } = next.window;
    found.push({ icon: "clock", what: says.window, hint: `${days.join(", ")} ${from} to ${to}, ${zone}`, met: null });
  }
  if (next.needs_approval) {
    found.push({ icon: "more", what: says.approval, hint: says.approvalHint(plan.author), met: false });
  }
  found.push({ icon: "steps", what: says.judged, hint: says.judgedHint, met: null });
  found.push({
    icon: "warning",
    what: says.alone,
    hint: `${says.aloneHint}; ${says.missedHint[plan.missed]}`,
    met: plan.state === "paused" ? false : null,
  });
  return found;
}

/** What pausing, cancelling and killing would each do. */
export function IfStopped({ project, plan, flag }: { project: string; plan: PlanView; flag: string | undefined }) {
  if (!isOpen(plan)) return null;
  return (
    <section className={classes.card}>
      <h2>{words.stopTitle}</h2>
      <dl className={classes.stop}>
        <dt>{words.pause}</dt>
        <dd>{words.stop.pause}</dd>
        <dt>{text.settings.cancel}</dt>
        <dd>{words.stop.cancel}</dd>
        {flag !== undefined && (
          <>
            <dt>{words.stop.killFlag}</dt>
            <dd>
              {words.stop.kill}:{" "}
              <Link to="/projects/$project/flags/$flag" params={{ project, flag }}>
                {words.stop.openFlag}
              </Link>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** What the plan has done, newest first. */
export function Happened({ plan }: { plan: PlanView }) {
  const says = words.happened;
  return (
    <section className={classes.card}>
      <h2>{words.happenedTitle}</h2>
      <ul className={classes.list}>
        {plan.done.toReversed().map(({ step, at, skipped }) => (
          <li key={at}>
            <Icon name={skipped ? "close" : "check"} />
            <span className={classes.happened}>
              <span>{skipped ? says.skipped(step + 1) : says.done(step + 1)}</span>
              <small>
                <Time at={at} />
              </small>
            </span>
          </li>
        ))}
        <li>
          <Icon name="play" />
          <span className={classes.happened}>
            <span>{says.made}</span>
            <small>
              <Time at={plan.created_at} />
            </small>
          </span>
        </li>
      </ul>
    </section>
  );
}

/** Each step's commands in words, and word for word. */
export function Commands({ steps, of }: { steps: Step[]; of: VariantKeys | null }) {
  const now = new Date();
  const ramp = rampOf({ steps, repeat: null });
  return (
    <section className={classes.card}>
      <h2>{words.commands}</h2>
      <ol className={classes.commands}>
        {steps.map((step, index) => (
          <li key={index}>
            {ramp && of ? (
              <>
                <Variant of={of} name={ramp.to} /> {words.gives(percentWords(ramp.percents[index]), ramp.rule)}
              </>
            ) : (
              <bdi>{step.commands.map((command) => plannedWords(command)).join(", ")}</bdi>
            )}
            {step.at && `, ${whenWords(new Date(step.at), now)}`}
          </li>
        ))}
      </ol>
      <details>
        <summary>{words.commandsJson}</summary>
        <pre className={classes.json}>{JSON.stringify(steps, null, 2)}</pre>
      </details>
    </section>
  );
}

function percentWords(percent = 0): string {
  return `${Number(percent.toFixed(3))} %`;
}
