import { queryOptions } from "@tanstack/react-query";

import { answered } from "../../../api/http";
import { listCounts, type Count } from "../../../client";

const MINUTE_MS = 60_000;

/** A stretch of time until now, in steps; both in minutes. */
export interface Window {
  minutes: number;
  step: number;
}

export const WINDOWS = {
  hour: { minutes: 60, step: 1 },
  day: { minutes: 24 * 60, step: 15 },
  week: { minutes: 7 * 24 * 60, step: 180 },
} satisfies Record<string, Window>;

export type WindowName = keyof typeof WINDOWS;

const AGAIN_MS: Record<WindowName, number> = { hour: 5_000, day: 30_000, week: 60_000 };

/** The beginnings of the window's steps, the running one last. */
export function beginnings({ minutes, step }: Window, now: Date): Date[] {
  const size = step * MINUTE_MS;
  const running = Math.floor(now.getTime() / size);
  const count = minutes / step;
  return Array.from({ length: count }, (_, index) => new Date((running - count + 1 + index) * size));
}

export interface Counted {
  /** When each step began. */
  at: Date[];
  counts: Count[];
}

/** How often a flag answered with which variant and reason, step by step until now. */
export const countsQuery = (project: string, environment: string, flag: string, name: WindowName) =>
  queryOptions({
    queryKey: [project, "counts", environment, flag, name],
    queryFn: async (): Promise<Counted> => {
      const at = beginnings(WINDOWS[name], new Date());
      const query = { flag, from: (at[0] ?? new Date()).toISOString(), interval: `${WINDOWS[name].step}m` };
      const found = await answered(listCounts({ path: { project, environment }, query }));
      return { at, counts: found.items };
    },
    // Evaluations are no changes: the stream of events does not tell of them.
    refetchInterval: AGAIN_MS[name],
  });

export interface Answered {
  variant: string | null;
  reason: string;
  count: number;
}

/** All steps together: how often each variant was answered for each reason, the most frequent first. */
export function totals(counts: readonly Count[]): Answered[] {
  const found = new Map<string, Answered>();
  for (const { variant, reason, count } of counts) {
    const key = JSON.stringify([variant, reason]);
    const was = found.get(key);
    found.set(key, { variant, reason, count: count + (was?.count ?? 0) });
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

export interface Series {
  variant: string | null;
  /** One number for each step. */
  counts: number[];
}

/** Evaluations of each variant by the step: variants in the order of the flag, then the fallback. */
export function series({ at: steps, counts }: Counted, variants: readonly string[]): Series[] {
  const places = new Map(steps.map((step, index) => [step.getTime(), index]));
  const found = new Map<string | null, number[]>();
  for (const { variant, at, count } of counts) {
    const index = at === null ? undefined : places.get(new Date(at).getTime());
    if (index === undefined) continue;
    const mine = found.get(variant) ?? steps.map(() => 0);
    mine[index] = (mine[index] ?? 0) + count;
    found.set(variant, mine);
  }
  const place = (variant: string | null) => {
    if (variant === null) return variants.length + 1;
    return variants.includes(variant) ? variants.indexOf(variant) : variants.length;
  };
  return [...found]
    .map(([variant, mine]) => ({ variant, counts: mine }))
    .sort((one, other) => place(one.variant) - place(other.variant));
}
