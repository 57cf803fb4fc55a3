import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { undoChange } from "../../client";
import { wordsOf } from "../../parts/States";

/** Takes one change back. Stays until it is dismissed. */
export function UndoButton(props: { project: string; environment: string; version: number }) {
  const { project, environment, version } = props;
  const queries = useQueryClient();
  const undo = useMutation({
    mutationFn: () =>
      answered(
        undoChange({ path: { project, environment, version }, headers: { "If-Match": "*" } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: [project] }),
  });
  if (undo.data && "change_request" in undo.data) {
    return <>Change request {undo.data.change_request.id} waits for approval</>;
  }
  if (undo.isSuccess) return <>Taken back</>;
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        Undo {version}
      </Button>
      {undo.error !== null && <span role="alert"> {wordsOf(undo.error)}</span>}
    </>
  );
}
