import { useQueryClient } from "@tanstack/react-query";

import { flagQuery } from "../api/queries";
import { mainOf } from "../model/environments";

export interface Needed {
  flag: string;
  variants: string[];
}

/** What is needed of a flag that was just picked: at first a variant that is not its `off`. */
export function useFlagPick(project: string): (flag: string) => Promise<Needed | null> {
  const queries = useQueryClient();
  return async (key) => {
    const { flag } = await queries.query({ ...flagQuery(project, key), staleTime: "static" });
    const main = mainOf(Object.keys(flag.environments));
    const off = main === undefined ? null : flag.environments[main]?.off;
    const variant = flag.variants.find((each) => each.key !== off) ?? flag.variants[0];
    return variant === undefined ? null : { flag: key, variants: [variant.key] };
  };
}
