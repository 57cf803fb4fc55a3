import { useEffect, useState } from "react";

import {
  begun,
  conflictsOf,
  differing,
  edited,
  isChanged,
  now,
  rebased,
  redone,
  undone,
  type Draft,
} from "../model/draft";
import { keep, load } from "../model/kept";
import { merged, withBoth } from "../model/merge";
import { remember } from "../model/recent";
import { same } from "../model/same";

/** Somebody else has saved what the draft changes too. Nothing is saved until one has chosen. */
export interface Conflict<F> {
  /** What both have changed, by pointer. */
  pointers: string[];
  /** The version that the draft was begun on, and what stood there. */
  base: number;
  from: F;
  /** What the draft becomes with each choice; `both` is null where there is no such thing. */
  choices: { mine: F; theirs: F; both: F | null };
}

export type Choice = keyof Conflict<unknown>["choices"];

/** What somebody else has saved that the draft does not touch: it is in the draft already. */
export interface News {
  version: number;
  /** What they changed. */
  fields: string[];
}

export interface Drafting<F> {
  draft: Draft<F> | null;
  /** As the draft has it, with what others have saved meanwhile; undefined without a draft. */
  fields: F | undefined;
  /** In what that differs from what is there now. */
  changes: Partial<F>;
  edit: (fields: Partial<F>) => void;
  undo: () => void;
  redo: () => void;
  /** Gives the draft up; it is remembered for a week. */
  discard: () => void;
  /** It was saved: nothing is left to do. */
  done: () => void;
  /** Takes up a draft that was given up. */
  resume: (draft: Draft<F>) => void;
  /** What is otherwise there now than what the draft was begun from. */
  theirs: (keyof F)[];
  conflict: Conflict<F> | null;
  choose: (choice: Choice) => void;
  news: News | null;
  dismissNews: () => void;
}

interface Kept<F> {
  place: string | null;
  draft: Draft<F> | null;
  news: News | null;
}

/** An edit that is not saved, kept on this device until it is saved or given up.
 *
 * `place` is where it is kept; null while nothing is edited. `here` is what it begins from, at
 * version `base`. What others save meanwhile is taken into the draft where it does not touch it.
 */
export function useDraft<F extends object>(
  place: string | null,
  here: F | undefined,
  base: number,
): Drafting<F> {
  const [kept, setKept] = useState<Kept<F>>({ place: null, draft: null, news: null });
  if (kept.place !== place) {
    setKept({ place, draft: place === null ? null : load<F>(place), news: null });
  }
  const draft = kept.place === place ? kept.draft : null;
  const isBehind = draft !== null && here !== undefined && base > draft.base;
  const pointers = isBehind ? conflictsOf(draft, here) : [];

  if (isBehind && pointers.length === 0) {
    const news = Object.keys(differing(here, draft.from));
    const next = rebased(draft, here, base);
    setKept({
      place,
      draft: isChanged(next) ? next : null,
      news: news.length === 0 || !isChanged(next) ? kept.news : { version: base, fields: news },
    });
  }

  useEffect(() => {
    if (kept.place !== null) keep(kept.place, kept.draft);
  }, [kept]);

  const put = (change: (draft: Draft<F>) => Draft<F> | null) => {
    setKept((was) => {
      const from = was.draft ?? (here === undefined ? null : begun(here, base));
      return from === null ? was : { ...was, draft: change(from) };
    });
  };
  const conflict = isBehind && pointers.length > 0 ? conflictOf(draft, here, pointers) : null;
  const fields = conflict?.choices.mine ?? (draft === null ? undefined : now(draft));
  return {
    draft,
    fields,
    changes: fields === undefined || here === undefined ? {} : differing(fields, here),
    edit: (fields) =>
      put((from) => {
        const next = edited(from, fields);
        return isChanged(next) || next.steps.length > 2 ? next : null;
      }),
    undo: () => put(undone),
    redo: () => put(redone),
    discard: () => {
      if (place !== null && draft !== null && isChanged(draft)) remember(place, draft);
      put(() => null);
    },
    done: () => setKept((was) => ({ ...was, draft: null, news: null })),
    resume: (again) => setKept((was) => ({ ...was, draft: again })),
    theirs:
      draft === null || here === undefined ? [] : (Object.keys(differing(here, draft.from)) as (keyof F)[]),
    conflict,
    choose: (choice) => {
      const chosen = conflict?.choices[choice];
      if (chosen === undefined || chosen === null || here === undefined) return;
      put((from) => {
        if (place !== null && choice === "theirs") remember(place, from);
        const next = edited({ ...from, base, from: here, steps: [here], at: 0 }, chosen);
        return isChanged(next) ? next : null;
      });
    },
    news: kept.news,
    dismissNews: () => setKept((was) => ({ ...was, news: null })),
  };
}

function conflictOf<F extends object>(draft: Draft<F>, here: F, pointers: string[]): Conflict<F> {
  const mine = now(draft);
  const both = withBoth(draft.from, mine, here, (rule) => ({ ...rule, id: `${rule.id.slice(0, 60)}-2` }));
  return {
    pointers,
    base: draft.base,
    from: draft.from,
    choices: {
      mine: merged(draft.from, mine, here).fields,
      theirs: merged(draft.from, mine, here, "theirs").fields,
      both: both !== null && same(both, here) ? null : both,
    },
  };
}

