import type { PlanView, Serve, Step } from "../client";
import type { Movement } from "./movement";
import { isSplit, WHOLE } from "./serves";

export type StepState =
  | "done"
  | "skipped"
  | "now"
  | "next"
  | "approval"
  | "request"
  | "paused"
  | "planned"
  | "never";

/** What a plan looks like before it is made, as far as its steps are shown. */
export type Steps = Pick<PlanView, "steps" | "repeat">;

export function isOpen({ state }: PlanView): boolean {
  return state !== "finished" && state !== "cancelled";
}

/** How a plan stands, as it is shown: one that has done nothing yet is scheduled. */
export function shownState(plan: PlanView): PlanView["state"] | "scheduled" {
  return plan.state === "waiting" && plan.done.length === 0 ? "scheduled" : plan.state;
}

/** How a step stands. The one that is held is `now`; the one that comes after it is `next`. */
export function stepState(plan: PlanView, index: number): StepState {
  const { step, state, next_at } = plan;
  if (index < step) {
    if (doneOf(plan, index)?.skipped) return "skipped";
    return state === "waiting" && index === step - 1 && next_at !== null ? "now" : "done";
  }
  if (!isOpen(plan)) return "never";
  if (index > step) return "planned";
  return state === "waiting" ? "next" : state === "finished" || state === "cancelled" ? "never" : state;
}

/** How a step ended, in this round of a plan that repeats. */
export function doneOf(plan: PlanView, index: number) {
  if (index >= plan.step) return undefined;
  return plan.done.findLast((done) => done.step === index);
}

/** How much of a step's holding time is over, 0 to 1. */
export function heldShare(plan: PlanView, index: number, now: Date): number {
  const done = doneOf(plan, index);
  const hold = plan.steps[index]?.hold_seconds ?? 0;
  if (done === undefined) return 0;
  if (index < plan.step - 1 || hold === 0 || !isOpen(plan)) return 1;
  const held = (now.getTime() - new Date(done.at).getTime()) / 1000;
  return Math.min(Math.max(held / hold, 0), 1);
}

/** Every environment that a plan's steps name. */
export function environmentsOf({ steps }: Steps): string[] {
  return [...new Set(steps.flatMap((step) => step.environments ?? []))];
}

/** Every flag that a plan's commands name. */
export function flagsOf({ steps }: Steps): string[] {
  const named = steps.flatMap((step) =>
    step.commands.map(({ flag }) => (typeof flag === "string" ? flag : null)),
  );
  return [...new Set(named)].filter((flag) => flag !== null);
}

/** A plan that gives one variant of one flag to a growing share: to what, and how much in each step. */
export interface RampShape {
  flag: string;
  to: string;
  /** The rule's id; null for the default. */
  rule: string | null;
  percents: number[];
}

/** The ramp that a plan's steps are, or null when they are something else. */
export function rampOf({ steps }: Steps): RampShape | null {
  const [flag, ...others] = flagsOf({ steps, repeat: null });
  if (flag === undefined || others.length > 0) return null;
  const served = steps.map(servedBy);
  const rule = served[0]?.find(({ rule }) => served.every((each) => given(each, rule) !== undefined) && grows(served, rule));
  if (rule === undefined) return null;
  const serves = served.map((each) => given(each, rule.rule) ?? null);
  const to = arms(serves.at(-1) ?? null)[0]?.variant;
  if (to === undefined) return null;
  const percents = serves.map((serve) => {
    const arm = arms(serve).find(({ variant }) => variant === to);
    return ((arm?.weight ?? 0) * 100) / WHOLE;
  });
  const rising = percents.every((percent, index) => percent > (percents[index - 1] ?? 0));
  return rising ? { flag, to, rule: rule.rule, percents } : null;
}

interface Served {
  rule: string | null;
  serve: Serve;
}

/** What a step's only command, or its command for the first environment, makes the flag serve. */
function servedBy(step: Step): Served[] {
  const [command] = step.commands;
  if (command?.type !== "edit_flag") return [];
  const fields = (command.fields ?? {}) as { default?: Serve | null; rules?: { id: string; serve: Serve | null }[] };
  const found: Served[] = (fields.rules ?? []).flatMap(({ id, serve }) => (serve === null ? [] : [{ rule: id, serve }]));
  return fields.default ? [{ rule: null, serve: fields.default }, ...found] : found;
}

function given(served: Served[], rule: string | null): Serve | undefined {
  return served.find((each) => each.rule === rule)?.serve;
}

/** Whether what a rule serves is another in each step: one that stays is not what is ramped. */
function grows(served: Served[][], rule: string | null): boolean {
  return served.every(
    (each, index) =>
      index === 0 ||
      JSON.stringify(given(each, rule)) !== JSON.stringify(given(served[index - 1] ?? [], rule)),
  );
}

function arms(serve: Serve | null): { variant: string; weight: number }[] {
  if (typeof serve === "string") return [{ variant: serve, weight: WHOLE }];
  return isSplit(serve) ? serve.split.arms : [];
}

/** Whom a step moves, with the steps before it, in all of its environments together.
 *
 * An environment that a step does not change is not in what was counted: there nobody moves.
 */
export interface Moved {
  contexts: number;
  moved: number;
  unknown: number;
}

export function movedBy(movements: Record<string, unknown> | undefined): Moved | null {
  if (movements === undefined) return null;
  const counted = Object.values(movements) as Movement[];
  const known = counted.filter(({ contexts }) => contexts > 0);
  if (counted.length > 0 && known.length === 0) return null;
  const sum = (of: (movement: Movement) => number) => known.reduce((total, each) => total + of(each), 0);
  return {
    contexts: sum(({ contexts }) => contexts),
    moved: sum(({ moved }) => moved),
    unknown: sum(({ unknown }) => unknown),
  };
}
