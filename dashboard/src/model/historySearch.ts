import type { ShowTimelineData } from "../client";
import { fromLocal } from "./instants";

/** Kinds of changes as people ask for them, each with the kinds of the route. */
export const KINDS = {
  edited: ["edit_flag", "update_flag", "restore_version", "restore_entries"],
  switched: ["set_enabled"],
  killed: ["kill"],
  made: ["create_flag", "restore_flag"],
  retired: ["archive_flag"],
  segments: ["put_segment", "remove_segment"],
  undone: ["undo"],
  brought: ["import_document", "copy_environment", "promote_flag", "create_environment"],
  deployed: ["deployment"],
} as const;

export type Kind = keyof typeof KINDS;

/** What the history is narrowed by; all of it stands in the address. Times are local, as typed. */
export interface HistorySearch {
  environment?: string | undefined;
  flag?: string | undefined;
  actor?: string | undefined;
  kind?: Kind | undefined;
  since?: string | undefined;
  before?: string | undefined;
}

/** The search of an address; what is not known is not asked. */
export function readHistorySearch(search: Record<string, unknown>): HistorySearch {
  const said = (name: string) => {
    const value = search[name];
    return (typeof value === "string" || typeof value === "number") && value !== "" ? String(value) : undefined;
  };
  const kind = said("kind");
  return {
    environment: said("environment"),
    flag: said("flag"),
    actor: said("actor"),
    kind: kind !== undefined && Object.hasOwn(KINDS, kind) ? (kind as Kind) : undefined,
    since: said("since"),
    before: said("before"),
  };
}

/** The query of the route, and of its export, for a search. */
export function historyQueryOf(search: HistorySearch): Omit<NonNullable<ShowTimelineData["query"]>, "limit" | "cursor"> {
  const { environment, flag, actor, kind } = search;
  const since = fromLocal(search.since ?? "");
  const before = fromLocal(search.before ?? "");
  return {
    ...(environment !== undefined && { environment }),
    ...(flag !== undefined && { flag }),
    ...(actor !== undefined && { actor }),
    ...(kind !== undefined && { kind: KINDS[kind].join(",") }),
    ...(since !== null && { since }),
    ...(before !== null && { before }),
  };
}

/** Whether anything is left out. */
export function isHistoryNarrowed(search: HistorySearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
