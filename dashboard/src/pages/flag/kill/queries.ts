import { queryOptions } from "@tanstack/react-query";

import { answered } from "../../../api/http";
import { getConnections, getPreview, listFlagVersions, listPlans, showTimeline, startPreview } from "../../../client";
import { movementOf, type Movement } from "../../../model/movement";
import { flagsOf } from "../../../model/plans";

const WAIT_SECONDS = 10;
const AGAIN_MS = 1_000;
const PLANS = 200;
const BEGINNINGS = new Set(["create_flag", "create_environment", "import_document", "copy_environment"]);
const ENTRIES = 50;

/** Who would lose what, by environment: counted beside, and waited for by nobody. */
export const losingQuery = (project: string, flag: string, environments: readonly string[] = []) =>
  queryOptions({
    queryKey: ["losing", project, flag],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const query = { wait: WAIT_SECONDS };
      const everywhere = Object.fromEntries(environments.map((environment) => [environment, null]));
      const body = { commands: [{ type: "kill", flag }], environments: everywhere };
      let found = await answered(startPreview({ path: { project }, query, body, signal }));
      while (found.state === "queued" || found.state === "running") {
        found = await answered(getPreview({ path: { project, preview: found.id }, query, signal }));
      }
      if (found.state !== "done") throw new Error(found.error || found.state);
      const counted = Object.entries(found.movement as Record<string, Partial<Movement>>);
      return Object.fromEntries(counted.map(([environment, each]) => [environment, movementOf(each)]));
    },
  });

/** The plans that change a flag and are not over: a kill pauses them. */
export const plansOfQuery = (project: string, flag: string) =>
  queryOptions({
    queryKey: [project, "plans", "of", flag],
    queryFn: async () => {
      const { items } = await answered(listPlans({ path: { project }, query: { open: true, limit: PLANS } }));
      return items.filter((plan) => flagsOf(plan).includes(flag));
    },
  });

/** What changed a flag last in an environment; null for what it began with. */
export const lastChangeQuery = (project: string, flag: string, environment: string) =>
  queryOptions({
    queryKey: [project, "flags", "last", flag, environment],
    queryFn: async () => {
      const path = { project, environment, flag };
      const [last] = (await answered(listFlagVersions({ path, query: { limit: 1 } }))).items;
      return last === undefined || BEGINNINGS.has(String(last.command.type)) ? null : last;
    },
  });

/** The newest of what happened in the project. */
export const recentQuery = (project: string) =>
  queryOptions({
    queryKey: [project, "timeline", "recent"],
    queryFn: async () =>
      (await answered(showTimeline({ path: { project }, query: { limit: ENTRIES } }))).items,
  });

/** Who follows an environment, asked again until all of them have its newest version. */
export const connectionsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "connections", environment],
    queryFn: () => answered(getConnections({ path: { project, environment } })),
    refetchInterval: ({ state: { data } }) => (data && data.current < data.streams ? AGAIN_MS : false),
  });
