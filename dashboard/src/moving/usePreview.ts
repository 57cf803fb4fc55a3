import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered } from "../api/http";
import { cancelPreview, getPreview, startPreview } from "../client";
import { movementOf, type Movement } from "../model/movement";

const PAUSE_MS = 250;
const WAIT_SECONDS = 10;

export interface Counted {
  movement: Movement | null;
  /** Whether a newer draft is being counted; what is shown is of the one before. */
  counting: boolean;
  error: unknown;
  retry: () => void;
}

/** Counts whom a command would move, each time it has been left alone for a moment. */
export function usePreview(
  project: string,
  environment: string | null,
  command: Record<string, unknown> | null,
  base: number,
): Counted {
  const [settled] = useDebouncedValue(command, PAUSE_MS);
  const found = useQuery({
    queryKey: [project, "preview", environment, base, settled],
    enabled: settled !== null && environment !== null,
    placeholderData: settled === null ? undefined : keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      if (settled === null || environment === null) throw new Error("nothing to count");
      const begun = await answered(
        startPreview({
          path: { project },
          query: { wait: WAIT_SECONDS },
          body: { commands: [settled], environments: { [environment]: null } },
          signal,
        }),
      );
      const { movement } = await ended(project, begun, signal);
      return movementOf(movement[environment] as Partial<Movement> | undefined);
    },
  });
  return {
    movement: settled === null ? null : (found.data ?? null),
    counting: found.isFetching || settled !== command,
    error: found.error,
    retry: () => void found.refetch(),
  };
}

interface Preview {
  id: string;
  state: string;
  error: string;
  movement: Record<string, unknown>;
}

async function ended(project: string, preview: Preview, signal: AbortSignal): Promise<Preview> {
  let now = preview;
  const path = { project, preview: preview.id };
  while (now.state === "queued" || now.state === "running") {
    if (signal.aborted) {
      void cancelPreview({ path });
      throw new Error("no longer wanted");
    }
    await new Promise((resume) => setTimeout(resume, 200));
    now = (await answered(getPreview({ path, signal })));
  }
  if (now.state !== "done") throw new Error(now.error || `the preview has ${now.state}`);
  return now;
}
