import { queryOptions } from "@tanstack/react-query";

import {
  breakDownDraft,
  findInDraft,
  getBreakdown,
  getFindings,
  type FlagDraft,
} from "../client";
import { answered } from "./http";

/** This window: what it asks of a newer draft takes the place of what it asked before. */
const asker = String(Math.random());
let turn = 0;
const asking = () => ({ asker, turn: ++turn });

/** A flag in an environment, as it is or with a draft's fields. */
export interface Looked {
  project: string;
  environment: string;
  flag: string;
  draft: FlagDraft | null;
}

const key = ({ project, environment, flag, draft }: Looked, what: string) =>
  [project, "targeting", what, environment, flag, draft] as const;

/** What each step of the flag takes of the observed contexts, and the sentence about it. */
export const breakdownQuery = (looked: Looked) =>
  queryOptions({
    queryKey: key(looked, "breakdown"),
    queryFn: ({ signal }) => {
      const { project, environment, flag, draft } = looked;
      const path = { project, environment, flag };
      if (draft === null) return answered(getBreakdown({ path, signal }));
      return answered(breakDownDraft({ path, body: { ...draft, ...asking() }, signal }));
    },
  });

/** What analysis proves odd about the flag's rules, whose ids are `rules`. */
export const findingsQuery = (looked: Looked, rules: readonly string[]) =>
  queryOptions({
    queryKey: [...key(looked, "findings"), rules],
    queryFn: async ({ signal }) => {
      const { project, environment, flag, draft } = looked;
      const path = { project, environment, flag };
      const asked =
        draft === null ? getFindings({ path, signal }) : findInDraft({ path, body: { ...draft, ...asking() }, signal });
      return { items: (await answered(asked)).items, rules };
    },
  });
