import { useQuery } from "@tanstack/react-query";

import { flagQuery } from "../api/queries";
import type { Answer, ProjectFlag, Rule } from "../client";
import type { Moment } from "../model/moment";
import { answerQuery, flagAtQuery } from "./asking";
import { indexOf, servedBy, traceOf, withServes, type Trace } from "./trace";

export interface Explained {
  answer: Answer | undefined;
  /** With what its rules serve, as far as the flag of that version is known. */
  trace: Trace | null;
  /** What draws the flag's variants: their order, and which is `off`. */
  of: Pick<ProjectFlag, "variants"> & { off: string | null };
  /** The name that people gave to the rule that served. */
  ruleName: string;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

/** What a flag answers for a context at a moment, and why, ready to be drawn. */
export function useExplained(
  project: string,
  moment: Moment,
  flag: string,
  context: Record<string, unknown> | null,
): Explained {
  const found = useQuery({
    ...answerQuery(project, moment, flag, context ?? {}),
    enabled: context !== null && flag !== "",
  });
  const answer = found.data;
  const now = useQuery({ ...flagQuery(project, flag), enabled: flag !== "" });
  const version = answer?.environment_version;
  const isNow = version !== undefined && now.data?.versions[moment.environment] === version;
  const then = useQuery({
    ...flagAtQuery(project, moment.environment, flag, version ?? 0),
    enabled: version !== undefined && !isNow && !now.isPending,
  });
  const here = isNow ? now.data?.flag.environments[moment.environment] : (then.data ?? undefined);
  const raw = traceOf(answer?.trace);
  const trace = raw && withServes(raw, here);
  const variants = (isNow ? undefined : then.data?.variants) ?? now.data?.flag.variants ?? [];
  return {
    answer,
    trace,
    of: { variants, off: here?.off ?? null },
    ruleName: nameOf(trace, here?.rules),
    pending: found.isPending,
    error: found.error,
    retry: () => void found.refetch(),
  };
}

function nameOf(trace: Trace | null, rules: readonly Rule[] | undefined): string {
  const served = trace === null ? undefined : servedBy(trace);
  if (served?.kind !== "rule") return "";
  const at = indexOf(served.pointer);
  return [`${at + 1}`, rules?.[at]?.name ?? ""].filter(Boolean).join(" ");
}
