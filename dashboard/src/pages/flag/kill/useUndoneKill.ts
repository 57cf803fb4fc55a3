import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../../api/http";
import { undoChange, type TimelineEntry } from "../../../client";
import { tellSaved } from "../../../moving/saved";
import { tellTrouble } from "../../../parts/tellTrouble";

/** Takes a kill back in each of its environments; what needs approval there waits for it. */
export function useUndoneKill(project: string, kill: TimelineEntry) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      for (const [environment, version] of Object.entries(kill.versions ?? {})) {
        const path = { project, environment, version };
        tellSaved(project, await answered(undoChange({ path, headers: { "If-Match": "*" } })));
      }
    },
    onError: tellTrouble,
    onSettled: () => queries.invalidateQueries({ queryKey: [project] }),
  });
}
