import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { documentQuery } from "../../api/documents";
import { answered } from "../../api/http";
import { evaluateAll, type Answer, type Flag } from "../../client";
import { hangsOn, isHidden } from "../../model/contexts";
import { asked, written, type Moment } from "../../model/moment";
import { flagsOf } from "../../model/segments";
import { traceOf, withServes } from "../../trace/trace";

type Context = Record<string, unknown>;

/** What one flag answers, beside what it answers now, and what that hangs on. */
export interface Answered {
  answer: Answer;
  /** The flag as it was asked; nothing while it is not known. */
  flag: Flag | undefined;
  /** What it answers now, if that is otherwise; null for the same, or if now is what was asked. */
  otherwise: Answer | null;
  /** The hidden attributes that were asked: with them the answer may be another. */
  hangs: string[];
}

/** What every flag answers. Traces are asked for only where something is hidden: they are large. */
const answersQuery = (project: string, moment: Moment, context: Context) =>
  queryOptions({
    queryKey: [project, "answers", "explained", written(moment), context],
    queryFn: () =>
      answered(
        evaluateAll({
          path: { project, environment: moment.environment },
          body: { context, explain: isHidden(context), ...asked(moment) },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export function useAnswers(project: string, moment: Moment, context: Context) {
  const isNow = moment.version === undefined && moment.at === undefined;
  const then = useQuery(answersQuery(project, moment, context));
  const now = useQuery({
    ...answersQuery(project, { environment: moment.environment }, context),
    enabled: !isNow,
  });
  const version = then.data?.environment_version;
  const document = useQuery({
    ...documentQuery(project, { environment: moment.environment, version: version ?? 0 }),
    // A version never changes.
    staleTime: Infinity,
    enabled: version !== undefined,
  });
  const flags = document.data ? flagsOf(document.data) : {};
  const present = new Map(now.data?.flags.map((each) => [each.flag, each]));
  const found = (then.data?.flags ?? []).map((answer): Answered => {
    const flag = flags[answer.flag];
    const other = isNow ? undefined : present.get(answer.flag);
    const trace = traceOf(answer.trace);
    return {
      answer,
      flag,
      otherwise: other !== undefined && !isSame(answer, other) ? other : null,
      hangs: trace === null ? [] : hangsOn(withServes(trace, flag), context),
    };
  });
  return { found, version, isNow, error: then.error, pending: then.isPending, retry: then.refetch };
}

/** Whether a program would get the same. */
function isSame(one: Answer, other: Answer): boolean {
  return one.variant === other.variant && JSON.stringify(one.value) === JSON.stringify(other.value);
}
