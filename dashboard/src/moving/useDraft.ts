import { useEffect, useState } from "react";

import {
  begun,
  changed,
  edited,
  isChanged,
  keep,
  load,
  rebased,
  redone,
  theirs,
  undone,
  type Draft,
} from "../model/draft";

export interface Drafting<F> {
  draft: Draft<F> | null;
  edit: (fields: Partial<F>) => void;
  undo: () => void;
  redo: () => void;
  discard: () => void;
  /** What the draft changes. */
  mine: (keyof F)[];
  /** What somebody else changed since the draft was begun. */
  theirs: (keyof F)[];
  /** Puts the same edits on top of what is there now. */
  rebase: () => void;
}

/** An edit that is not saved, kept on this device until it is saved or discarded.
 *
 * `place` is where it is kept; null while nothing is edited. `here` is what it begins from, at
 * version `base`.
 */
export function useDraft<F extends object>(
  place: string | null,
  here: F | undefined,
  base: number,
): Drafting<F> {
  const [kept, setKept] = useState<{ place: string | null; draft: Draft<F> | null }>({
    place: null,
    draft: null,
  });
  if (kept.place !== place) setKept({ place, draft: place === null ? null : load<F>(place) });
  const draft = kept.place === place ? kept.draft : null;

  useEffect(() => {
    if (kept.place !== null) keep(kept.place, kept.draft);
  }, [kept]);

  const put = (change: (draft: Draft<F>) => Draft<F> | null) => {
    setKept((was) => {
      const from = was.draft ?? (here === undefined ? null : begun(here, base));
      return from === null ? was : { ...was, draft: change(from) };
    });
  };

  return {
    draft,
    edit: (fields) =>
      put((from) => {
        const next = edited(from, fields);
        return isChanged(next) || next.steps.length > 2 ? next : null;
      }),
    undo: () => put(undone),
    redo: () => put(redone),
    discard: () => put(() => null),
    mine: draft === null ? [] : (Object.keys(changed(draft)) as (keyof F)[]),
    theirs: draft === null || here === undefined ? [] : theirs(draft, here),
    rebase: () => put((from) => (here === undefined ? from : rebased(from, here, base))),
  };
}
