import { queryOptions } from "@tanstack/react-query";

import { answered } from "../../../api/http";
import { listCounts, type Count } from "../../../client";

const HOUR_MS = 3_600_000;
const HOURS = 24;
const AGAIN_MS = 30_000;

/** The beginnings of the last 24 hours, the running one included. */
export function lastHours(now: Date): Date[] {
  const running = Math.floor(now.getTime() / HOUR_MS);
  return Array.from({ length: HOURS }, (_, index) => new Date((running - HOURS + 1 + index) * HOUR_MS));
}

/** How often a flag answered with which variant and reason, hour by hour. */
export const countsQuery = (project: string, environment: string, flag: string, from: Date) =>
  queryOptions({
    queryKey: [project, "counts", environment, flag, from.toISOString()],
    queryFn: async () => {
      const query = { flag, from: from.toISOString(), interval: "1h" };
      return (await answered(listCounts({ path: { project, environment }, query }))).items;
    },
    // Evaluations are no changes: the stream of events does not tell of them.
    refetchInterval: AGAIN_MS,
  });

export interface Answered {
  variant: string | null;
  reason: string;
  count: number;
}

/** All hours together: how often each variant was answered for each reason, the most frequent first. */
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
  /** One number for each hour. */
  counts: number[];
}

/** Evaluations of each variant by the hour: variants in the order of the flag, then the fallback. */
export function series(counts: readonly Count[], hours: readonly Date[], variants: readonly string[]): Series[] {
  const at = new Map(hours.map((hour, index) => [hour.getTime(), index]));
  const found = new Map<string | null, number[]>();
  for (const { variant, at: instant, count } of counts) {
    const index = instant === null ? undefined : at.get(new Date(instant).getTime());
    if (index === undefined) continue;
    const mine = found.get(variant) ?? hours.map(() => 0);
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
