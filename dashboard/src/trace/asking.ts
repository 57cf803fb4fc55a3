import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answered, Failed } from "../api/http";
import {
  evaluateAll,
  evaluateFlag,
  getEnvironmentFlag,
  listContexts,
  listFlagVersions,
  type Flag,
} from "../client";
import { asked, written, type Moment } from "../model/moment";

const SHOWN_CONTEXTS = 12;
/** Versions that are asked for: the newest. */
export const MOST_VERSIONS = 200;

type Context = Record<string, unknown>;

/** What a flag answers for a context at a moment, with its trace. */
export const answerQuery = (project: string, moment: Moment, flag: string, context: Context) =>
  queryOptions({
    queryKey: [project, "answer", written(moment), flag, context],
    queryFn: () =>
      answered(
        evaluateFlag({
          path: { project, environment: moment.environment },
          body: { flag, context, explain: true, ...asked(moment) },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** What every flag answers for a context at a moment. */
export const answersQuery = (project: string, moment: Moment, context: Context) =>
  queryOptions({
    queryKey: [project, "answers", written(moment), context],
    queryFn: () =>
      answered(
        evaluateAll({
          path: { project, environment: moment.environment },
          body: { context, ...asked(moment) },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** A flag as an environment had it at a version, with the ranges of its splits; null if it was not there. */
export const flagAtQuery = (project: string, environment: string, flag: string, version: number) =>
  queryOptions({
    queryKey: [project, "flag-at", environment, flag, version],
    queryFn: async (): Promise<Flag | null> => {
      const path = { project, environment, flag };
      try {
        return await answered(getEnvironmentFlag({ path, query: { version } }));
      } catch (error) {
        if (error instanceof Failed && error.problem.status === 404) return null;
        throw error;
      }
    },
    // A version never changes.
    staleTime: Infinity,
  });

/** The versions of an environment that made a flag another, newest first. */
export const versionsQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: [project, "versions", environment, flag],
    queryFn: async () => {
      const path = { project, environment, flag };
      return (await answered(listFlagVersions({ path, query: { limit: MOST_VERSIONS } }))).items;
    },
  });

/** Observed contexts with a key that begins so, or is exactly this. */
export const observedQuery = (project: string, environment: string, key: string, exact = false) =>
  queryOptions({
    queryKey: [project, "observed", environment, key, exact],
    queryFn: async () => {
      const query = { limit: SHOWN_CONTEXTS, ...(key !== "" && { key, exact }) };
      return (await answered(listContexts({ path: { project, environment }, query }))).items;
    },
    placeholderData: exact ? undefined : keepPreviousData,
  });
