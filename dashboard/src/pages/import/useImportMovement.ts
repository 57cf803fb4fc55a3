import { useQuery } from "@tanstack/react-query";

import { answered } from "../../api/http";
import type { ImportPlace } from "../../api/imports";
import { getImportPreview, getVerdict, previewImport, type ImportView } from "../../client";
import { movementOf, type Movement } from "../../model/movement";
import type { Counted } from "../../moving/usePreview";

const WAIT_SECONDS = 10;

/** What becomes of what the document does not name: it stays, or goes. */
export type ImportMode = "merge" | "replace";

/** Counts whom taking an import over would move, and in which version of the environment. */
export function useImportMovement(place: ImportPlace, found: ImportView, mode: ImportMode): Counted {
  const counted = useQuery({
    // Not among what belongs to the project: taking it over changes that, and ends what is counted.
    queryKey: ["import-movement", place, found.version, found.options, mode],
    enabled: found.state === "read",
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const path = { ...place };
      const since = performance.now();
      let now = await answered(previewImport({ path, body: { mode }, signal }));
      while (now.state === "queued" || now.state === "running") {
        now = await answered(getImportPreview({ path, query: { wait: WAIT_SECONDS }, signal }));
      }
      if (now.state !== "done") throw new Error(now.error || `the preview has ${now.state}`);
      const of = now.movement[place.environment] as Partial<Movement> | undefined;
      return {
        preview: now.id,
        movement: movementOf(of),
        version: now.versions[place.environment] ?? found.version,
        seconds: (performance.now() - since) / 1000,
      };
    },
  });
  const preview = counted.data?.preview ?? null;
  const judged = useQuery({
    queryKey: ["import-verdict", place.project, preview],
    enabled: preview !== null,
    queryFn: () => answered(getVerdict({ path: { project: place.project, preview: preview ?? "" } })),
  });
  return {
    movement: counted.data?.movement ?? null,
    // The report has told them, flag by flag.
    edits: [],
    version: counted.data?.version ?? null,
    preview,
    seconds: counted.data?.seconds ?? 0,
    verdict: judged.data ?? null,
    counting: counted.isFetching,
    error: counted.error,
    retry: () => void counted.refetch(),
  };
}
