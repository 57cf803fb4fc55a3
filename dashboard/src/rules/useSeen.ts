import { useQuery } from "@tanstack/react-query";

import { attributesQuery, segmentsQuery } from "../api/queries";
import type { Completion } from "./completion";

/** What was really seen in an environment, for its editors to complete. */
export function useSeen(project: string, environment: string | null): Completion {
  const enabled = environment !== null;
  const attributes = useQuery({ ...attributesQuery(project, environment ?? ""), enabled });
  const segments = useQuery({ ...segmentsQuery(project, environment ?? ""), enabled });
  return { attributes: attributes.data ?? [], segments: segments.data ?? [] };
}
