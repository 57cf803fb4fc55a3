import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";

import { answered } from "../api/http";
import { getConnections, type Mutation, type Waiting } from "../client";
import { number } from "../model/movement";
import { UndoButton } from "../pages/flag/UndoButton";
import { text } from "../text/en";

const AGAIN_MS = 500;
const MOST_ASKED = 40;

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
      message: (
        <>
          <Reached project={project} environment={environment} version={version} />{" "}
          <UndoButton project={project} environment={environment} version={version} />
        </>
      ),
    });
  }
}

/** How many of the connected programs have been sent a version, until all of them have. */
export function Reached(props: { project: string; environment: string; version: number }) {
  const { project, environment, version } = props;
  const found = useQuery({
    queryKey: ["reached", project, environment, version],
    queryFn: () => answered(getConnections({ path: { project, environment } })),
    refetchInterval: ({ state }) => {
      const { data, dataUpdateCount } = state;
      const all = data !== undefined && data.version >= version && data.current === data.streams;
      return all || dataUpdateCount > MOST_ASKED ? false : AGAIN_MS;
    },
  });
  if (found.data === undefined) return null;
  const { streams, current } = found.data;
  if (streams === 0) return <span>{text.moving.nobodyConnected}</span>;
  const there = found.data.version >= version ? current : 0;
  const words = there === streams ? text.moving.reached : text.moving.reaching;
  return <span>{words(number(there), number(streams))}</span>;
}
