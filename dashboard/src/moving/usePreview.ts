import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered } from "../api/http";
import { cancelPreview, getPreview, getVerdict, startPreview, type Edit, type Preview, type Verdict } from "../client";
import { movementOf, type Movement } from "../model/movement";

const PAUSE_MS = 250;
const WAIT_SECONDS = 10;
const AGAIN_MS = 200;

export interface Counted {
  movement: Movement | null;
  /** What is changed, in the server's words. */
  edits: Edit[];
  /** The version that it was counted against. */
  version: number | null;
  /** The preview's id, and how long it took, in seconds. */
  preview: string | null;
  seconds: number;
  /** What the policies say of it; null while that is asked, or where it cannot be told. */
  verdict: Verdict | null;
  /** Whether a newer draft is being counted; what is shown is of the one before. */
  counting: boolean;
  error: unknown;
  retry: () => void;
}

/** Counts whom a command would move, each time it has been left alone for a moment.
 *
 * `base` is the newest version that is known: when it moves on, it is counted anew. `on` is the
 * version to count on top of; the current one, unless it is about the past.
 */
export function usePreview(
  project: string,
  environment: string | null,
  command: Record<string, unknown> | null,
  base: number,
  on: number | null = null,
): Counted {
  const [settled] = useDebouncedValue(command, PAUSE_MS);
  const found = useQuery({
    queryKey: [project, "preview", environment, base, on, settled],
    enabled: settled !== null && environment !== null,
    placeholderData: settled === null ? undefined : keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    // The foot says at once that it is not counted; when the server is back it is asked again.
    retry: false,
    queryFn: async ({ signal }) => {
      if (settled === null || environment === null) throw new Error("nothing to count");
      const since = performance.now();
      const begun = await answered(
        startPreview({
          path: { project },
          query: { wait: WAIT_SECONDS },
          body: { commands: [settled], environments: { [environment]: on } },
          signal,
        }),
      );
      const { id, movement, edits, versions } = await ended(project, begun, signal);
      return {
        preview: id,
        movement: movementOf(movement[environment]),
        edits: edits[environment] ?? [],
        version: versions[environment] ?? null,
        seconds: (performance.now() - since) / 1000,
      };
    },
  });
  const counted = settled === null ? undefined : found.data;
  const preview = counted?.preview ?? null;
  // Asked by itself, so that it is asked again whenever something has used up a budget.
  const judged = useQuery({
    queryKey: [project, "verdict", preview],
    enabled: preview !== null,
    placeholderData: keepPreviousData,
    queryFn: () => answered(getVerdict({ path: { project, preview: preview ?? "" } })),
  });
  return {
    movement: counted?.movement ?? null,
    edits: counted?.edits ?? [],
    version: counted?.version ?? null,
    preview,
    seconds: counted?.seconds ?? 0,
    verdict: preview === null ? null : (judged.data ?? null),
    counting: found.isFetching || settled !== command,
    error: found.error,
    retry: () => void found.refetch(),
  };
}

async function ended(project: string, preview: Preview, signal: AbortSignal): Promise<Preview> {
  let now = preview;
  const path = { project, preview: preview.id };
  while (now.state === "queued" || now.state === "running") {
    if (signal.aborted) {
      void cancelPreview({ path });
      throw new Error("no longer wanted");
    }
    await new Promise((resume) => setTimeout(resume, AGAIN_MS));
    now = await answered(getPreview({ path, query: { wait: WAIT_SECONDS }, signal }));
  }
  if (now.state !== "done") throw new Error(now.error || `the preview has ${now.state}`);
  return now;
}
