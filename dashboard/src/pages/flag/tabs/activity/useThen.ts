import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered, Failed } from "../../../../api/http";
import { getFlag, type ProjectFlag } from "../../../../client";

export interface ThenFlag {
  /** The flag as it was; null where it was not there, undefined while nobody knows. */
  flag: ProjectFlag | null | undefined;
  error: unknown;
  retry: () => void;
}

/** The flag over all environments as it was at an instant; without one, as it is. */
export function useThen(project: string, flag: ProjectFlag, at: string | undefined): ThenFlag {
  const found = useQuery({
    queryKey: [project, "flag-then", flag.key, at],
    enabled: at !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<ProjectFlag | null> => {
      try {
        return await answered(getFlag({ path: { project, flag: flag.key }, query: { at: at ?? "" } }));
      } catch (error) {
        if (error instanceof Failed && error.problem.status === 404) return null;
        throw error;
      }
    },
  });
  if (at === undefined) return { flag, error: null, retry: () => undefined };
  return { flag: found.data, error: found.error, retry: () => void found.refetch() };
}
