import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered } from "../api/http";
import { environmentsQuery } from "../api/queries";
import { listContexts, listFlags, listPlans, listRequests, listSegments, showTimeline } from "../client";
import { mainOf } from "../model/environments";
import { matches } from "./verbs";

const SHOWN = 6;
const LOOKED_AT = 200;

/** What the server finds in a project for what was typed, each kind by itself. */
export function useFound(project: string | undefined, typed: string, only: "flags" | null) {
  const path = { project: project ?? "" };
  const environments = useQuery({ ...environmentsQuery(path.project), enabled: project !== undefined });
  const main = mainOf((environments.data ?? []).map(({ key }) => key));
  const asked = project !== undefined && typed !== "";
  const wide = asked && only === null;
  const options = { placeholderData: keepPreviousData, staleTime: 10_000 };

  const flags = useQuery({
    ...options,
    queryKey: [project, "palette", "flags", typed],
    enabled: project !== undefined && (typed !== "" || only !== null),
    queryFn: async ({ signal }) =>
      (await answered(listFlags({ path, query: { limit: SHOWN, query: typed }, signal }))).items,
  });
  const segments = useQuery({
    ...options,
    queryKey: [project, "palette", "segments", main, typed],
    enabled: wide && main !== undefined,
    queryFn: async ({ signal }) => {
      const at = { ...path, environment: main ?? "" };
      return (await answered(listSegments({ path: at, query: { limit: SHOWN, query: typed }, signal }))).items;
    },
  });
  const contexts = useQuery({
    ...options,
    queryKey: [project, "palette", "contexts", main, typed],
    enabled: wide && main !== undefined,
    queryFn: async ({ signal }) => {
      const at = { ...path, environment: main ?? "" };
      return (await answered(listContexts({ path: at, query: { limit: SHOWN, key: typed }, signal }))).items;
    },
  });
  const requests = useQuery({
    ...options,
    queryKey: [project, "palette", "requests"],
    enabled: wide,
    queryFn: async () => (await answered(listRequests({ path, query: { limit: LOOKED_AT } }))).items,
  });
  const plans = useQuery({
    ...options,
    queryKey: [project, "palette", "plans"],
    enabled: wide,
    queryFn: async () => (await answered(listPlans({ path, query: { limit: LOOKED_AT } }))).items,
  });
  const last = useQuery({
    queryKey: [project, "palette", "last"],
    enabled: project !== undefined,
    queryFn: async () => {
      const { items } = await answered(showTimeline({ path, query: { limit: 10 } }));
      return items.find(({ kind }) => kind === "change") ?? null;
    },
  });
  const named = <T>(items: readonly T[] | undefined, words: (item: T) => string): T[] =>
    wide ? (items ?? []).filter((item) => matches(words(item), typed)).slice(0, SHOWN) : [];
  return {
    main,
    flags: (typed !== "" || only !== null ? flags.data : undefined) ?? [],
    segments: (wide ? segments.data : undefined) ?? [],
    contexts: (wide ? contexts.data : undefined) ?? [],
    requests: named(requests.data, ({ id, author, reason }) => `${id} ${author} ${reason}`),
    plans: named(plans.data, ({ id, name, author }) => `${id} ${name} ${author}`),
    last: last.data ?? null,
    searching: [flags, segments, contexts].some(({ isFetching }) => isFetching),
  };
}
