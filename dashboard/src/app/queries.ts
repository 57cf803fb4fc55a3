import { QueryClient } from "@tanstack/react-query";

import { Failed } from "../api/http";

/** What the server has answered with a problem will not get better by asking again. */
export function again(count: number, error: Error): boolean {
  return !(error instanceof Failed) && count < 3;
}

/** What was asked of the server, and what is remembered of it. */
export const queries = new QueryClient({
  defaultOptions: {
    // Whether the server can be reached is seen by asking it: the browser does not know.
    queries: { staleTime: 30_000, retry: again, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});
