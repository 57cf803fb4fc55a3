import { useQueries } from "@tanstack/react-query";

import type { VariantKeys } from "../parts/Variant";
import { flagQuery } from "./queries";

/** The variants of flags as an environment has them, for their shapes and colours. */
export function useVariants(
  project: string,
  flags: readonly string[],
  environment: string | undefined,
): (flag: string) => VariantKeys | undefined {
  const found = useQueries({ queries: flags.map((flag) => flagQuery(project, flag)) });
  return (flag) => {
    const known = found[flags.indexOf(flag)]?.data?.flag;
    if (known === undefined) return undefined;
    return {
      variants: known.variants.map(({ key }) => key),
      off: (environment === undefined ? null : known.environments[environment]?.off) ?? null,
    };
  };
}
