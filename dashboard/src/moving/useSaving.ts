import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Failed } from "../api/http";
import type { Mutation, Waiting } from "../client";
import { sameMatrix, type Movement } from "../model/movement";
import { tellSaved } from "./saved";
import type { Counted } from "./usePreview";

export interface How {
  reason: string;
  /** Waits for nobody, whatever the policies say; needs a reason. */
  emergency: boolean;
}

/** What a change is sent with: the reason belongs into its body. */
export interface Sending {
  reason: string;
  headers: { "If-Match": string; "Yardarm-Emergency"?: "1"; "Yardarm-Preview"?: string };
}

export interface Saving {
  save: (how?: Partial<How>) => void;
  pending: boolean;
  error: unknown;
  /** What was counted when one pressed save, and is not true any more: nothing was saved. */
  stopped: { before: Movement; after: Movement } | null;
}

interface Press {
  how: How;
  version: number;
  /** What is counted now, and what was shown when one pressed; null where nothing was. */
  movement: Movement | null;
  shown: Movement | null;
}

/** Others would move than was shown. */
class Stopped extends Error {
  constructor(
    readonly before: Movement,
    readonly after: Movement,
  ) {
    super("others would move now");
  }
}

type Done = Pick<Mutation, "changes"> | Waiting;

/** Saves on top of the version that was counted, never on top of another.
 *
 * Where somebody else has saved in between it is counted again, and saved if nobody moves otherwise
 * than was shown; else it stops, and shows both. `tell` says what became of it.
 */
export function useSaving(
  project: string,
  counted: Counted,
  current: number,
  send: (sending: Sending) => Promise<Done>,
  done: () => void,
  tell: (project: string, answer: Done) => void = tellSaved,
): Saving {
  const queries = useQueryClient();
  const [held, setHeld] = useState<Press | null>(null);
  const version = counted.version ?? current;
  const attempt = useMutation({
    mutationFn: ({ how, version, movement, shown }: Press) => {
      if (shown !== null && movement !== null && !sameMatrix(shown, movement)) throw new Stopped(shown, movement);
      return send({ reason: how.reason, headers: headersOf(how, version, counted) });
    },
    onMutate: () => setHeld(null),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: [project] });
      done();
      tell(project, answer);
    },
    onError: async (error, press) => {
      if (isConflict(error)) setHeld({ ...press, shown: press.movement });
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  const { mutate } = attempt;
  const { counting, movement, error } = counted;
  // Pressed before it was counted, or somebody else was faster: go on when it is counted anew.
  useEffect(() => {
    if (held === null || counting || attempt.isPending) return;
    // What cannot be counted is for the server to judge; after a conflict it has to be counted.
    const ready = held.shown === null || (error === null && version > held.version);
    if (ready) mutate({ ...held, version, movement: error === null ? movement : null });
  }, [held, counting, movement, error, version, attempt.isPending, mutate]);
  return {
    save: (more = {}) => {
      const how = { reason: "", emergency: false, ...more };
      const isCounted = counted.error === null;
      const press = { how, version, movement: isCounted ? movement : null, shown: null };
      if (counting && isCounted) setHeld(press);
      else mutate(press);
    },
    pending: attempt.isPending || held !== null,
    error: isConflict(attempt.error) || attempt.error instanceof Stopped ? null : attempt.error,
    stopped: attempt.error instanceof Stopped ? attempt.error : null,
  };
}

function headersOf({ emergency }: How, version: number, { preview, counting }: Counted): Sending["headers"] {
  const headers: Sending["headers"] = { "If-Match": `"${version}"` };
  if (emergency) headers["Yardarm-Emergency"] = "1";
  if (preview !== null && !counting) headers["Yardarm-Preview"] = preview;
  return headers;
}

/** Whether somebody else was faster: the answer says which version is there now. */
function isConflict(error: unknown): boolean {
  return error instanceof Failed && "current" in error.problem;
}
