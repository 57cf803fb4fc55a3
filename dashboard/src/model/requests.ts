import type { ChangeRequest } from "../client";

/** Which states are shown together. What is stale waits too: it is to be approved anew. */
export const SHOWN = {
  waiting: "open,stale",
  landed: "approved,landed",
  closed: "rejected,withdrawn,expired",
  all: undefined,
} as const;

export type Shown = keyof typeof SHOWN;

/** What the list is narrowed by; all of it stands in the address. */
export interface RequestsSearch {
  state?: Shown | undefined;
  environment?: string | undefined;
  whose?: "mine" | "others" | undefined;
}

/** The search of an address; what is not known is not asked. */
export function readRequestsSearch(search: Record<string, unknown>): RequestsSearch {
  const { state, environment, whose } = search;
  return {
    state: typeof state === "string" && Object.hasOwn(SHOWN, state) ? (state as Shown) : undefined,
    environment: typeof environment === "string" && environment !== "" ? environment : undefined,
    whose: whose === "mine" || whose === "others" ? whose : undefined,
  };
}

/** The query of the route for a search: what waits, where nothing else is said. */
export function requestsQueryOf({ state = "waiting", environment, whose }: RequestsSearch) {
  const states = SHOWN[state];
  return {
    ...(states !== undefined && { state: states }),
    ...(environment !== undefined && { environment }),
    ...(whose !== undefined && { whose }),
  };
}

/** The keys of what a request changes, flags first, each once. */
export function changedBy({ edits }: Pick<ChangeRequest, "edits">): string[] {
  const all = Object.values(edits).flat();
  const flags = all.filter(({ kind }) => kind === "flag");
  return [...new Set([...flags, ...all].map(({ key }) => key))];
}

/** The flags that a request changes. */
export function flagsChangedBy({ edits }: Pick<ChangeRequest, "edits">): string[] {
  const all = Object.values(edits).flat();
  return [...new Set(all.filter(({ kind }) => kind === "flag").map(({ key }) => key))];
}

/** Whether somebody wrote or edited it, and therefore cannot approve it. */
export function hadAHand({ author, editors }: Pick<ChangeRequest, "author" | "editors">, actor: string): boolean {
  return author === actor || editors.includes(actor);
}

/** Whether it may still be approved or rejected. */
export function isWaiting({ state }: Pick<ChangeRequest, "state">): boolean {
  return state === "open" || state === "stale";
}
