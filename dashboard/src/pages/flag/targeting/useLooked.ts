import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";

import { breakdownQuery, findingsQuery } from "../../../api/targeting";
import type { Breakdown, ProjectFlag } from "../../../client";
import type { Found } from "../../../model/findings";
import type { Fields } from "../../../model/draft";
import { useStable } from "../../../moving/useStable";

const PAUSE_MS = 250;
/** Proofs about a hundred rules take seconds: they are not asked for at every stroke. */
const PROOF_PAUSE_MS = 1_000;

export interface Looking {
  /** What each step takes, as it is saved. */
  saved: Breakdown | undefined;
  /** What each step would take with the draft; undefined without one. */
  drafted: Breakdown | undefined;
  findings: Found;
  /** Whether a newer draft is being counted; what is shown is of the one before. */
  counting: boolean;
  /** Why the draft cannot be counted, or the flag at all. */
  error: unknown;
}

const NOTHING: Found = { items: [], rules: [] };

export interface DraftHere {
  environment: string;
  /** The fields that the draft changes. */
  fields: Partial<Fields>;
  base: number;
}

/** Whether what was known before is of the same environment: then it stays until there is newer. */
function isOf(draft: DraftHere | null, key: readonly unknown[] | undefined): boolean {
  return key?.includes(draft?.environment) ?? false;
}

/** What is known of a flag in each environment; of the edited one, with the draft in it. */
export function useLooked(
  project: string,
  of: ProjectFlag,
  environments: string[],
  draft: DraftHere | null,
): (environment: string) => Looking {
  const flag = of.key;
  const idsOf = (environment: string) => of.environments[environment]?.rules.map(({ id }) => id) ?? [];
  const saved = useQueries({
    queries: environments.map((environment) => breakdownQuery({ project, environment, flag, draft: null })),
  });
  // Who is taken comes first; proofs are worked out when that is known.
  const counted = saved.every(({ isPending }) => !isPending);
  const found = useQueries({
    queries: environments.map((environment) => ({
      ...findingsQuery({ project, environment, flag, draft: null }, idsOf(environment)),
      enabled: counted,
    })),
  });
  const now = useStable(draft);
  const [settled] = useDebouncedValue(now, PAUSE_MS);
  const ask = (about: DraftHere | null) => ({
    project,
    environment: about?.environment ?? "",
    flag,
    draft: about === null ? null : { ...about.fields, version: about.base },
  });
  const drafted = useQuery({
    ...breakdownQuery(ask(settled)),
    enabled: settled !== null && draft !== null,
    placeholderData: (before, query) => (isOf(settled, query?.queryKey) ? before : undefined),
  });
  const [calm] = useDebouncedValue(now, PROOF_PAUSE_MS);
  const odd = useQuery({
    ...findingsQuery(
      ask(calm),
      calm?.fields.rules?.map(({ id }) => id) ?? idsOf(calm?.environment ?? ""),
    ),
    enabled: calm !== null && draft !== null,
    placeholderData: (before, query) => (isOf(calm, query?.queryKey) ? before : undefined),
  });
  return (environment) => {
    const at = environments.indexOf(environment);
    const mine = draft?.environment === environment && settled?.environment === environment;
    const proven = draft?.environment === environment && calm?.environment === environment;
    return {
      saved: saved[at]?.data,
      drafted: mine ? drafted.data : undefined,
      findings: (proven ? odd.data : undefined) ?? found[at]?.data ?? NOTHING,
      counting: saved[at]?.isPending === true || (mine && (drafted.isFetching || settled !== now)),
      error: (mine ? drafted.error : null) ?? saved[at]?.error ?? null,
    };
  };
}
