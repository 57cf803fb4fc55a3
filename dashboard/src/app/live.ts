import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

/** Follows the project's events: whatever was changed is asked for again.
 *
 * Answers since when the server cannot be reached, or null while it can.
 */
export function useLive(project: string): string | null {
  const queries = useQueryClient();
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => {
    const stream = new EventSource(`/api/v1/projects/${encodeURIComponent(project)}/events`);
    stream.onopen = () => {
      setSince(null);
      // What was asked for before the stream began may have changed in between.
      void queries.invalidateQueries({ queryKey: [project] });
    };
    stream.onerror = () => {
      setSince((was) => was ?? new Date().toLocaleTimeString([], { timeStyle: "short" }));
    };
    for (const kind of ["change", "request", "plan"]) {
      stream.addEventListener(kind, () => {
        void queries.invalidateQueries({ queryKey: [project] });
      });
    }
    return () => stream.close();
  }, [project, queries]);
  return since;
}
