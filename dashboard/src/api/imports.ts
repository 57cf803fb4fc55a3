import { queryOptions } from "@tanstack/react-query";

import { getImport, listImportedFlags, listImports, listImportSources, type ImportView } from "../client";
import { answered } from "./http";

const POLL_MS = 400;
const PAGE = 100;

export const importSourcesQuery = queryOptions({
  queryKey: ["import-sources"],
  queryFn: () => answered(listImportSources()),
});

export const importsQuery = (project: string, environment: string) =>
  queryOptions({
    queryKey: [project, "imports", environment],
    queryFn: () => answered(listImports({ path: { project, environment } })),
  });

export interface ImportPlace {
  project: string;
  environment: string;
  name: string;
}

/** Under which key an import is remembered. */
export const importKey = ({ project, environment, name }: ImportPlace) => [
  project,
  "imports",
  environment,
  name,
];

/** An import, asked for again and again while something is being done with it. */
export const importQuery = (place: ImportPlace) =>
  queryOptions({
    queryKey: importKey(place),
    queryFn: () => answered(getImport({ path: { ...place } })),
    refetchInterval: ({ state }) => (state.data !== undefined && isWorking(state.data) ? POLL_MS : false),
  });

/** Whether the server is reading it, or asking the vendor's SDK. */
export function isWorking(found: ImportView): boolean {
  return found.state === "reading" || found.verification?.state === "running";
}

export interface FlagFilter {
  search: string;
  fate: "exact" | "losses" | "refused" | null;
  step: "new" | "changed" | "unchanged" | "refused" | null;
}

/** One page of the report, as the filter narrows it. */
export function importedFlagsPage(place: ImportPlace, filter: FlagFilter, cursor: string) {
  const { search, fate, step } = filter;
  return answered(
    listImportedFlags({
      path: { ...place },
      query: {
        limit: PAGE,
        ...(cursor !== "" && { cursor }),
        ...(search !== "" && { search }),
        ...(fate !== null && { fate }),
        ...(step !== null && { step }),
      },
    }),
  );
}
