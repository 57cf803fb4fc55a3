import { queryOptions } from "@tanstack/react-query";

import {
  getFlag,
  getProject,
  listAttributes,
  listEnvironments,
  listProjects,
  listRequests,
  listSegments,
  type AttributeShare,
} from "../client";
import { answered, withHeaders } from "./http";

/** What is asked of the server, and under which key it is remembered.
 *
 * Everything of a project is remembered under the project's key first, so that one event of its
 * stream makes all of it be asked for again.
 */
const MOST = 200;

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: async () => (await answered(listProjects({ query: { limit: MOST } }))).items,
});

/** A project, or that there is none which one may read. */
export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: [project, "itself"],
    queryFn: () => answered(getProject({ path: { project } })),
  });

/** How many changes wait for approval. */
export const openRequestsQuery = (project: string) =>
  queryOptions({
    queryKey: [project, "requests", "open", "count"],
    queryFn: async () =>
      (await answered(listRequests({ path: { project }, query: { limit: MOST, state: "open,stale" } }))).items
        .length,
  });

export const environmentsQuery = (project: string) =>
  queryOptions({
    queryKey: [project, "environments"],
    queryFn: async () =>
      (await answered(listEnvironments({ path: { project }, query: { limit: MOST } }))).items,
  });

/** A flag, and the version of each environment that it was read at. */
export const flagQuery = (project: string, flag: string) =>
  queryOptions({
    queryKey: [project, "flags", "one", flag],
    queryFn: async () => {
      const { body, etag } = await withHeaders(getFlag({ path: { project, flag } }));
      return { flag: body, versions: versionsOf(etag) };
    },
  });

/** An attribute that was really seen; shares are of all observed contexts. */
export type SeenAttribute = AttributeShare;

/** Attributes that were really seen in an environment, with their most frequent values. */
export const attributesQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "attributes", environment],
    queryFn: async () =>
      (await answered(listAttributes({ path: { project, environment } }))).items,
  });

/** The keys of an environment's segments. */
export const segmentsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "segments", environment],
    queryFn: async () => {
      const path = { project, environment };
      const found = await answered(listSegments({ path, query: { limit: MOST } }));
      return found.items.flatMap(({ key }) => key ?? []);
    },
  });

/** The versions in an ETag like `"production=12,staging=9"`. */
export function versionsOf(etag: string): Record<string, number> {
  const inner = etag.replace(/^W\//, "").replace(/^"|"$/g, "");
  const pairs = inner.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.map(([key, version]) => [decodeURIComponent(key ?? ""), Number(version)]),
  );
}
