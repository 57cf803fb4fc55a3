import { notifications } from "@mantine/notifications";

import type { Mutation, Waiting } from "../client";
import { UndoButton } from "../pages/flag/UndoButton";
import { text } from "../text/en";

/** Says what became of a change that was sent: made, with its way back, or waiting for approval. */
export function tellSaved(project: string, done: Pick<Mutation, "changes"> | Waiting): void {
  if ("change_request" in done) {
    notifications.show({
      title: text.moving.waits(done.change_request.id),
      message: text.moving.overBudget,
      autoClose: false,
    });
    return;
  }
  for (const { environment, version } of done.changes) {
    notifications.show({
      title: text.moving.saved(version, environment),
      autoClose: false,
      message: <UndoButton project={project} environment={environment} version={version} />,
    });
  }
}
