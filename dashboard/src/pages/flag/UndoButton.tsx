import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { useBarred } from "../../parts/offline";
import { undoChange } from "../../client";
import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

interface Props {
  project: string;
  environment: string;
  version: number;
  /** Whether the environment is said too: where several are listed. */
  named?: boolean;
  /** Whether it is a button of the full height, with its drawing. */
  full?: boolean;
  /** Also where a guard would ask whether it is meant. */
  force?: boolean;
}

/** Takes one change back. Stays until it is dismissed. */
export function UndoButton({ project, environment, version, named, full, force }: Props) {
  const queries = useQueryClient();
  const barred = useBarred();
  const undo = useMutation({
    mutationFn: () =>
      answered(
        undoChange({
          path: { project, environment, version },
          headers: { "If-Match": "*" },
          ...(force && { body: { force } }),
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: [project] }),
  });
  if (undo.data && "change_request" in undo.data) {
    return <>{text.undo.waits(undo.data.change_request.id)}</>;
  }
  if (undo.isSuccess) return <>{text.undo.done}</>;
  return (
    <>
      <Button
        variant="default"
        size={full ? "sm" : "compact-sm"}
        leftSection={full ? <Icon name="undo" /> : undefined}
        loading={undo.isPending}
        disabled={barred !== null}
        title={barred ?? undefined}
        onClick={() => undo.mutate()}
      >
        {named ? text.undo.named(environment, version) : text.undo.plain(version)}
      </Button>
      {undo.error !== null && <span role="alert"> {wordsOf(undo.error)}</span>}
    </>
  );
}
