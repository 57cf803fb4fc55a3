import type { FlagInEnvironment, Rule } from "../client";
import { isEmpty } from "./conditions";
import { merged } from "./merge";
import { same } from "./same";

export { same };

/** What of a flag can be edited in one environment. */
export type Fields = Pick<
  FlagInEnvironment,
  "enabled" | "off" | "default" | "prerequisites" | "targets" | "rules"
>;

export const FIELDS = ["enabled", "off", "default", "prerequisites", "targets", "rules"] as const;

/** An edit that is not saved: on top of which version, and every step of it, to be undone.
 *
 * `F` is what can be edited: the fields of a flag in an environment, or of a segment.
 */
export interface Draft<F = Fields> {
  base: number;
  from: F;
  steps: F[];
  at: number;
  savedAt: string;
}

export function fieldsOf(flag: FlagInEnvironment): Fields {
  return Object.fromEntries(FIELDS.map((name) => [name, flag[name]])) as unknown as Fields;
}

export function begun<F>(from: F, base: number): Draft<F> {
  return { base, from, steps: [from], at: 0, savedAt: new Date().toISOString() };
}

const MOST_STEPS = 200;

/** The fields as they are after the last edit. */
export function now<F>(draft: Draft<F>): F {
  return draft.steps[draft.at] ?? draft.from;
}

/** The draft with one more step; what was undone before is gone. */
export function edited<F>(draft: Draft<F>, fields: Partial<F>): Draft<F> {
  const next = { ...now(draft), ...fields };
  const steps = [...draft.steps.slice(0, draft.at + 1), next].slice(-MOST_STEPS);
  return { ...draft, steps, at: steps.length - 1, savedAt: new Date().toISOString() };
}

export function undone<F>(draft: Draft<F>): Draft<F> {
  return { ...draft, at: Math.max(0, draft.at - 1) };
}

export function redone<F>(draft: Draft<F>): Draft<F> {
  return { ...draft, at: Math.min(draft.steps.length - 1, draft.at + 1) };
}

/** The fields that differ from what they were. */
export function changed<F extends object>(draft: Draft<F>): Partial<F> {
  return differing(now(draft), draft.from);
}

/** The fields as they can be counted: without rules that ask nothing yet, which take nobody. */
export function countable(fields: Partial<Fields>): Partial<Fields> {
  if (fields.rules === undefined) return fields;
  return { ...fields, rules: fields.rules.filter(({ when }) => !isEmpty(when)) };
}

/** The fields in which something differs from what is there. */
export function differing<F extends object>(fields: F, here: F): Partial<F> {
  const names = (Object.keys(fields) as (keyof F)[]).filter((name) => !same(fields[name], here[name]));
  return Object.fromEntries(names.map((name) => [name, fields[name]])) as Partial<F>;
}

/** The same edits on top of another version: what they do not touch is as it is there.
 *
 * What both have changed is as the edits have it.
 */
export function rebased<F extends object>(draft: Draft<F>, here: F, base: number): Draft<F> {
  const steps = draft.steps.map((step) => merged(draft.from, step, here).fields);
  return { ...draft, base, from: here, steps };
}

/** Where the edits meet what somebody else has saved since they were begun, by pointer. */
export function conflictsOf<F extends object>(draft: Draft<F>, here: F): string[] {
  return merged(draft.from, now(draft), here).conflicts;
}

export function isChanged<F extends object>(draft: Draft<F>): boolean {
  return Object.keys(changed(draft)).length > 0;
}

/** The rules with one of them somewhere else. */
export function moved(rules: readonly Rule[], from: number, to: number): Rule[] {
  const next = [...rules];
  const [rule] = next.splice(from, 1);
  if (rule) next.splice(Math.min(Math.max(to, 0), next.length), 0, rule);
  return next;
}

// --- where drafts are kept on this device: model/kept.ts ----------------------------------------

const PREFIX = "yardarm.draft";

/** Where the draft of a flag in an environment is kept. */
export function placeOf(project: string, flag: string, environment: string): string {
  return [PREFIX, project, flag, environment].map(encodeURIComponent).join("/");
}

/** Where the draft of a segment is kept: one name more, so that it is never a flag's. */
export function segmentPlaceOf(project: string, segment: string, environment: string): string {
  return [PREFIX, project, "segments", segment, environment].map(encodeURIComponent).join("/");
}
