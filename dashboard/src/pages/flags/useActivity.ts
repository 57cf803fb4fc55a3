import { useQueries } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { showActivity, type FlagActivity } from "../../client";

const EVERY_MS = 10_000;
const CHUNK = 25;

export type ActivityByFlag = Record<string, Record<string, FlagActivity>>;

/** The evaluations of the flags in sight, counted again every ten seconds. */
export function useActivity(
  project: string,
  keyAt: (index: number) => string | undefined,
  first: number,
  last: number,
): ActivityByFlag {
  const chunks: string[][] = [];
  for (let chunk = Math.floor(first / CHUNK); chunk <= Math.floor(last / CHUNK); chunk += 1) {
    const keys = Array.from({ length: CHUNK }, (_, index) => keyAt(chunk * CHUNK + index));
    const known = keys.filter((key) => key !== undefined);
    if (known.length > 0) chunks.push(known);
  }
  return useQueries({
    queries: chunks.map((flags) => ({
      // Beside what the project's events make old: a change is no evaluation.
      queryKey: ["activity", project, flags],
      refetchInterval: EVERY_MS,
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await answered(showActivity({ path: { project }, body: { flags }, signal }))).flags,
    })),
    combine: (found) => Object.assign({}, ...found.map(({ data }) => data ?? {})) as ActivityByFlag,
  });
}
