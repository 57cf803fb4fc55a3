import { useQueries } from "@tanstack/react-query";

import { answered } from "../../../../api/http";
import { listDeployments, type Deployment, type FlagChange } from "../../../../client";
import { MOST_VERSIONS, versionsQuery } from "../../../../trace/asking";

const MOST_DEPLOYMENTS = 100;

/** Something that happened: a change of the flag, in all environments that it reached, or a deployment. */
export type Row =
  | { kind: "change"; at: string; changes: FlagChange[] }
  | { kind: "deployment"; at: string; deployment: Deployment };

export interface History {
  rows: Row[];
  pending: boolean;
  error: unknown;
  retry: () => void;
  /** Whether there may be older changes than are shown. */
  cut: boolean;
}

/** What happened to a flag, and what was deployed meanwhile, newest first. */
export function useHistory(project: string, environments: readonly string[], flag: string): History {
  const changes = useQueries({ queries: environments.map((each) => versionsQuery(project, each, flag)) });
  const deployments = useQueries({
    queries: environments.map((environment) => ({
      queryKey: [project, "deployments", environment],
      queryFn: async () =>
        (await answered(listDeployments({ path: { project, environment }, query: { limit: MOST_DEPLOYMENTS } }))).items,
    })),
  });
  const all = [...changes, ...deployments];
  const failed = all.find(({ error }) => error !== null);
  return {
    rows: rowsOf(changes.map(({ data }) => data ?? []), deployments.map(({ data }) => data ?? [])),
    pending: all.some(({ isPending }) => isPending),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    cut: changes.some(({ data }) => (data?.length ?? 0) >= MOST_VERSIONS),
  };
}

/** What was changed at once is one row; deployments are shown since the oldest change. */
export function rowsOf(
  changes: readonly (readonly FlagChange[])[],
  deployments: readonly (readonly Deployment[])[],
): Row[] {
  const together = new Map<string, FlagChange[]>();
  for (const change of changes.flat()) {
    together.set(change.change_set, [...(together.get(change.change_set) ?? []), change]);
  }
  const rows: Row[] = [...together.values()].map((each) => ({
    kind: "change",
    at: each.map(({ at }) => at).reduce((one, other) => (one > other ? one : other)),
    changes: each,
  }));
  const oldest = rows.map(({ at }) => at).reduce((one, other) => (one < other ? one : other), "~");
  for (const deployment of deployments.flat()) {
    if (deployment.at >= oldest) rows.push({ kind: "deployment", at: deployment.at, deployment });
  }
  return rows.sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** Who did it. */
export function actorOf(row: Row): string {
  return row.kind === "change" ? (row.changes[0]?.actor ?? "") : row.deployment.actor;
}

/** In which environments. */
export function environmentsOf(row: Row): string[] {
  return row.kind === "change" ? row.changes.map(({ environment }) => environment) : [row.deployment.environment];
}
