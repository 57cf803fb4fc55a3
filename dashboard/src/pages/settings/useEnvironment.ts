import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { environmentsQuery } from "../../api/queries";

/** The environment that settings are shown of: it stands in the address, so that it can be shared. */
export function useEnvironment(project: string) {
  const { environment } = useSearch({ from: "/projects/$project/settings/$tab" });
  const navigate = useNavigate({ from: "/projects/$project/settings/$tab" });
  const found = useQuery(environmentsQuery(project));
  const keys = found.data?.map(({ key }) => key) ?? [];
  const usual = keys.includes("production") ? "production" : keys[0];
  return {
    found,
    keys,
    /** The one that was chosen, if it is there. */
    chosen: environment !== undefined && keys.includes(environment) ? environment : null,
    /** The one that was chosen, or the usual one. */
    environment: environment !== undefined && keys.includes(environment) ? environment : usual,
    choose: (key: string | null) =>
      void navigate({ search: { environment: key ?? undefined }, replace: true }),
  };
}
