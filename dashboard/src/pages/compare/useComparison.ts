import { useQuery } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { compareMoments } from "../../client";
import { written, type Moment } from "../../model/moment";

/** What leads from the one side to the other, as the server says it. */
export function useComparison(project: string, into: Moment | undefined, from: Moment | undefined) {
  const sides = into && from && written(into) !== written(from) ? [written(into), written(from)] : null;
  return useQuery({
    queryKey: [project, "compare", sides],
    enabled: sides !== null,
    queryFn: async () =>
      answered(
        compareMoments({ path: { project }, query: { from: sides?.[0] ?? "", to: sides?.[1] ?? "" } }),
      ),
  });
}
