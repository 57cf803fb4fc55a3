import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { attributesQuery, segmentsQuery, type SeenAttribute } from "../api/queries";
import { DEFAULT_KIND } from "../model/segmentKeys";
import type { Completion } from "./completion";

const NO_ATTRIBUTES: SeenAttribute[] = [];
const NO_SEGMENTS: string[] = [];

/** What was really seen in an environment, for its editors to complete. */
export function useSeen(project: string, environment: string | null): Completion {
  const enabled = environment !== null;
  const found = useQuery({ ...attributesQuery(project, environment ?? ""), enabled });
  const known = useQuery({ ...segmentsQuery(project, environment ?? ""), enabled });
  const attributes = found.data ?? NO_ATTRIBUTES;
  const segments = known.data ?? NO_SEGMENTS;
  return useMemo(() => {
    const kinds = [...new Set([DEFAULT_KIND, ...attributes.map(({ kind }) => kind)])];
    return { project, attributes, segments, kinds };
  }, [project, attributes, segments]);
}
