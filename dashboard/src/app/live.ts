import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { answered } from "../api/http";
import { getMe } from "../client";
import { timeOfDay } from "../model/instants";
import { useSession } from "./session";

const NEWS = ["change", "request", "plan", "missed"];
const AGAIN_MS = 3_000;

/** Follows the project's events: whatever was changed is asked for again.
 *
 * Answers since when the server cannot be reached, or null while it can.
 */
export function useLive(project: string | undefined): string | null {
  const queries = useQueryClient();
  const { ended } = useSession();
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => {
    if (project === undefined || ended) return;
    const news = () => {
      // What is being asked for the first time would not be asked again: it may be older than this.
      const first = queries
        .getQueryCache()
        .findAll({ queryKey: [project], fetchStatus: "fetching" })
        .filter(({ state }) => state.data === undefined);
      void queries.invalidateQueries({ queryKey: [project] });
      for (const { promise, queryKey } of first) {
        const again = () => void queries.invalidateQueries({ queryKey, exact: true });
        promise?.then(again, again);
      }
    };
    let stream: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      stream = new EventSource(`/api/v1/projects/${encodeURIComponent(project)}/events`);
      stream.onopen = () => {
        setSince(null);
        // What was asked for before the stream began may have changed in between.
        news();
      };
      stream.onerror = () => {
        // A browser that was refused does not try again by itself; whoever must sign in is told so.
        if (stream.readyState === EventSource.CLOSED) timer = setTimeout(() => void ask(), AGAIN_MS);
        else setSince((was) => was ?? timeOfDay(new Date()));
      };
      for (const kind of NEWS) stream.addEventListener(kind, news);
    };
    const ask = async () => {
      try {
        await queries.query({ queryKey: ["me", "still"], queryFn: () => answered(getMe()), staleTime: 0 });
      } catch {
        // told by whoever follows the queries
      }
      open();
    };
    open();
    return () => {
      clearTimeout(timer);
      stream.close();
      setSince(null);
    };
  }, [project, queries, ended]);
  return since;
}
