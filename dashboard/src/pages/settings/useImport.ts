import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { answered } from "../../api/http";
import { importContexts } from "../../client";
import { piecesOf } from "../../model/contextFile";

const SHOWN_BAD = 10;

export interface ImportState {
  running: boolean;
  /** How it ended, if it did. */
  ended: "done" | "stopped" | null;
  /** Share of the file that has been read and sent, 0 to 1. */
  share: number;
  taken: number;
  leftOut: number;
  bad: { line: number | null; detail: string }[];
  error: unknown;
}

const NOTHING: ImportState = {
  running: false,
  ended: null,
  share: 0,
  taken: 0,
  leftOut: 0,
  bad: [],
  error: null,
};

/** Sends a file's contexts piece by piece, one after the other. What was sent stays when it stops. */
export function useImport(project: string, environment: string) {
  const [state, setState] = useState(NOTHING);
  const stopped = useRef<AbortController | null>(null);
  const queries = useQueryClient();
  const run = async (file: File, key: string) => {
    const abort = new AbortController();
    stopped.current = abort;
    let so: ImportState = { ...NOTHING, running: true };
    const tell = (more: Partial<ImportState>) => setState((so = { ...so, ...more }));
    tell({});
    try {
      for await (const piece of piecesOf(file, key)) {
        if (abort.signal.aborted) break;
        const sent =
          piece.entries.length === 0
            ? { taken: 0, left_out: 0, rejected: [] }
            : await answered(
                importContexts({
                  path: { project, environment },
                  body: piece.entries,
                  signal: abort.signal,
                }),
              );
        const refused = sent.rejected.map(({ pointer, detail }) => ({
          line: null,
          detail: `${keyAt(piece.entries, pointer)}: ${detail}`,
        }));
        tell({
          taken: so.taken + sent.taken,
          leftOut: so.leftOut + sent.left_out + piece.bad.length,
          bad: [...so.bad, ...piece.bad, ...refused].slice(0, SHOWN_BAD),
          share: file.size === 0 ? 1 : piece.read / file.size,
        });
      }
      tell({ running: false, ended: abort.signal.aborted ? "stopped" : "done" });
    } catch (error) {
      tell(
        abort.signal.aborted
          ? { running: false, ended: "stopped" }
          : { running: false, error },
      );
    }
    await queries.invalidateQueries({ queryKey: [project] });
  };
  return {
    state,
    run,
    stop: () => stopped.current?.abort(),
    forget: () => setState(NOTHING),
  };
}

/** The key of the context that a pointer such as `/3/context/key` is about. */
function keyAt(entries: { context: Record<string, unknown> }[], pointer: string): string {
  const entry = entries[Number(pointer.split("/")[1])];
  const key = entry?.context.key;
  return typeof key === "string" ? key : pointer;
}
