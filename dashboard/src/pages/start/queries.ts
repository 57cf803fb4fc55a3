import { queryOptions } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { getPopulation, listCounts, listLatestExposures } from "../../client";

/** Asked again so often while somebody waits for it, in milliseconds. */
export const SOON = 1_000;

/** Who was given which answer first, lately. */
export const answersQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: [project, "answers", environment, flag],
    queryFn: async () =>
      (await answered(listLatestExposures({ path: { project, environment }, query: { flag } }))).items,
    refetchInterval: SOON,
  });

/** How often the flag was asked for, and answered how, since then. */
export const countsQuery = (project: string, environment: string, flag: string, since: string) =>
  queryOptions({
    queryKey: [project, "counts", environment, flag, since],
    queryFn: async () =>
      (await answered(listCounts({ path: { project, environment }, query: { flag, from: since } }))).items,
    refetchInterval: SOON,
  });

/** Which programs report there, the latest first. */
export const reportersQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "reporters", environment],
    queryFn: async () => {
      const found = await answered(getPopulation({ path: { project, environment } }));
      return { reporters: found.reporters, silent: found.silent_reporters };
    },
  });
