import { useEffect, useState } from "react";

import type { FlagInEnvironment } from "../../client";
import {
  begun,
  edited,
  isChanged,
  keep,
  load,
  placeOf,
  redone,
  undone,
  type Draft,
  type Fields,
} from "../../model/draft";

export interface Drafting {
  draft: Draft | null;
  edit: (fields: Partial<Fields>) => void;
  undo: () => void;
  redo: () => void;
  discard: () => void;
  /** The same edits on top of another version. */
  rebase: (flag: FlagInEnvironment, base: number) => void;
}

/** The draft of one flag in one environment, kept on this device until it is saved or discarded. */
export function useDraft(
  project: string,
  flag: string,
  environment: string | null,
  here: FlagInEnvironment | undefined,
  base: number,
): Drafting {
  const place = environment === null ? null : placeOf(project, flag, environment);
  const [kept, setKept] = useState<{ place: string | null; draft: Draft | null }>({
    place: null,
    draft: null,
  });
  if (kept.place !== place) setKept({ place, draft: place === null ? null : load(place) });
  const draft = kept.place === place ? kept.draft : null;

  useEffect(() => {
    if (kept.place !== null) keep(kept.place, kept.draft);
  }, [kept]);

  const put = (change: (draft: Draft) => Draft | null) => {
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
    rebase: (flagNow, version) =>
      put((from) => ({ ...from, base: version, from: begun(flagNow, version).from })),
  };
}
