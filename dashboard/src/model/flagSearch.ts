import type { ListFlagsData } from "../client";

/** What a list of flags is filtered and sorted by, each as its route names it. */
export const FILTERS = [
  "query",
  "purpose",
  "owner",
  "tag",
  "state",
  "evaluated",
  "not_evaluated",
  "stale",
  "expiry",
  "changed",
  "archived",
] as const;

export type Filter = (typeof FILTERS)[number];

/** The filters as they stand in the address, so that a view can be shared. */
export type FlagsSearch = Partial<Record<Filter | "sort", string | undefined>>;

/** The list begins with what was changed last. */
export const SORT = "changed";

/** The search of an address. Whatever reads as a number or a word there is text here. */
export function readFlagsSearch(search: Record<string, unknown>): FlagsSearch {
  const found: FlagsSearch = {};
  for (const name of [...FILTERS, "sort"] as const) {
    const value = search[name];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      // An empty owner asks for what nobody owns; any other filter that is empty asks nothing.
      if (value !== "" || name === "owner") found[name] = String(value);
    }
  }
  return found;
}

/** The query of the route for a search; the route says what it does not know. */
export function queryOf(search: FlagsSearch): NonNullable<ListFlagsData["query"]> {
  return { sort: SORT, ...filtersOf(search) };
}

/** The filters alone, without what is not asked: what a saved view holds. */
export function filtersOf(search: FlagsSearch): Record<string, string> {
  const given = Object.entries<string | undefined>(search);
  return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Whether anything is left out of the list. */
export function isFiltered(search: FlagsSearch): boolean {
  return FILTERS.some((name) => search[name] !== undefined);
}

/** Whether two searches ask the same, in whatever order they say it. */
export function isSameSearch(one: FlagsSearch, other: FlagsSearch): boolean {
  return [...FILTERS, "sort" as const].every((name) => one[name] === other[name]);
}

/** The states that are asked for, by environment: `production:off,staging:on`. */
export function statesOf(state: string | undefined): Record<string, string> {
  const parts = (state ?? "").split(",").filter(Boolean);
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.lastIndexOf(":")), part.slice(part.lastIndexOf(":") + 1)]),
  );
}

/** The states with one environment's asked for otherwise, or (null) not at all. */
export function withState(
  state: string | undefined,
  environment: string,
  wish: string | null,
): string | undefined {
  const wanted = Object.entries(statesOf(state)).filter(([key]) => key !== environment);
  if (wish !== null) wanted.push([environment, wish]);
  const parts = wanted.map(([key, value]) => `${key}:${value}`);
  return parts.length > 0 ? parts.join(",") : undefined;
}
