import { queryOptions } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { getPlan } from "../../client";

/** One plan. Its steps go on by themselves: the events of the project say when to ask again. */
export const planQuery = (project: string, plan: number) =>
  queryOptions({
    queryKey: [project, "plans", "one", plan],
    queryFn: () => answered(getPlan({ path: { project, plan } })),
  });
