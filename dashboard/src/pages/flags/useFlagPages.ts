import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { withHeaders } from "../../api/http";
import { versionsOf } from "../../api/queries";
import { listFlags, type ListedFlag } from "../../client";
import { NONE, received, type FlagPage } from "../../model/flagPages";
import { queryOf, type FlagsSearch } from "../../model/flagSearch";

export const PAGE = 100;

/** The rows in sight, by number; everything else is asked for when it comes into sight. */
export function useFlagPages(project: string, search: FlagsSearch, first: number, last: number) {
  const [held, setHeld] = useState(NONE);
  const queries = useQueryClient();
  const asked = JSON.stringify([project, queryOf(search)]);
  // Another search begins at its top, wherever the one before was scrolled to.
  const isNew = held.search !== asked;
  const from = isNew ? 0 : Math.floor(first / PAGE);
  const to = isNew ? 0 : Math.floor(last / PAGE);
  const indices = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const pages = useQueries({
    queries: indices.map((index) => ({
      queryKey: [project, "flags", "list", asked, index],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<FlagPage> => {
        const query = { ...queryOf(search), limit: PAGE, offset: index * PAGE };
        const { body, etag } = await withHeaders(listFlags({ path: { project }, query, signal }));
        return { items: body.items, total: body.total, versions: versionsOf(etag) };
      },
    })),
  });
  const fresh = new Map<number, FlagPage>();
  pages.forEach(({ data }, position) => {
    const index = indices[position];
    if (data !== undefined && index !== undefined) fresh.set(index, data);
  });
  const next = received(held, asked, fresh);
  if (next.held !== held) setHeld(next.held);
  const shown = next.held;
  const failed = pages.find(({ isError }) => isError);
  return {
    total: shown.total,
    /** Whether what is shown is of another search still, or of none. */
    isOld: shown.search !== asked,
    isEmpty: shown.search === "",
    newer: next.newer,
    error: failed?.error ?? null,
    retry: () => void Promise.all(pages.map(({ refetch }) => refetch())),
    /** Shows what is newest, though rows move. */
    take: () => setHeld((now) => ({ ...now, taking: true })),
    /** Asks again and shows what comes: after one's own change. */
    refresh: async () => {
      await queries.invalidateQueries({ queryKey: [project] });
      setHeld((now) => ({ ...now, taking: true }));
    },
    flagAt: (index: number): ListedFlag | undefined =>
      shown.pages.get(Math.floor(index / PAGE))?.items[index % PAGE],
    all: () => [...shown.pages.values()].flatMap(({ items }) => items),
  };
}
