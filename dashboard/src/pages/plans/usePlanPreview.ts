import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { previewPlan, type Repeat, type Step } from "../../client";

const PAUSE_MS = 400;

/** Steps to be counted: those of one list for the environments that they name. */
export interface Counting {
  steps: Step[];
  repeat?: Repeat | null;
}

/** Whom steps would move, by step; several lists, one an environment, are counted side by side. */
export function usePlanPreview(project: string, counting: Counting[] | null) {
  const [settled] = useDebouncedValue(counting === null ? null : JSON.stringify(counting), PAUSE_MS);
  const found = useQuery({
    queryKey: [project, "plan preview", settled],
    enabled: settled !== null,
    placeholderData: settled === null ? undefined : keepPreviousData,
    queryFn: async ({ signal }) => {
      const lists = JSON.parse(settled ?? "[]") as Counting[];
      const counted = await Promise.all(
        lists.map((body) => answered(previewPlan({ path: { project }, body, signal }))),
      );
      const steps = lists[0]?.steps ?? [];
      return steps.map((_, index) =>
        Object.assign({}, ...counted.map(({ movements }) => movements[index] ?? {})) as Record<string, unknown>,
      );
    },
  });
  return {
    movements: settled === null ? null : (found.data ?? null),
    counting: found.isFetching,
    error: settled === null ? null : found.error,
  };
}
