import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";

import { answered, Failed } from "../../api/http";
import { changeTogether } from "../../client";
import type { Act } from "../../model/bulk";
import { tellSaved } from "../../moving/saved";
import { text } from "../../text/en";
import { UndoButton } from "../flag/UndoButton";

interface Bulk {
  act: Act;
  commands: Record<string, unknown>[];
  /** The environment that it is done in; null: everywhere. */
  where: string | null;
  force: boolean;
}

/** Carries commands out as one change set, and offers to take it back. */
export function useBulk(project: string, refresh: () => Promise<void>, clear: () => void) {
  const change = useMutation({
    mutationFn: ({ commands, where, force }: Bulk) =>
      answered(
        changeTogether({
          path: { project },
          headers: { "If-Match": "*" },
          body: { commands, environments: where === null ? null : [where], force },
        }),
      ),
    onSuccess: async (done, { act, commands, where }) => {
      clear();
      if ("change_request" in done) {
        tellSaved(project, done);
      } else {
        const words = text.flags.bulk;
        const what = text.flags.count(String(commands.length), commands.length === 1);
        // What was done together is taken back together: the first change stands for all.
        const [first] = done.changes;
        notifications.show({
          title: words.done[act](what, where ?? ""),
          autoClose: false,
          message: first && (
            <>
              {words.undoes}{" "}
              <UndoButton project={project} environment={first.environment} version={first.version} />
            </>
          ),
        });
      }
      await refresh();
    },
  });
  const problem = change.error instanceof Failed ? change.error.problem : null;
  return {
    run: change.mutate,
    reset: change.reset,
    isPending: change.isPending,
    error: change.error,
    /** Whether it was a guard that refused: it can be overridden. */
    canForce: problem?.type === "/problems/refused",
  };
}
