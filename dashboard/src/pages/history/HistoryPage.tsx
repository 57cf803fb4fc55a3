import { Button, Group, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";

import { answered } from "../../api/http";
import { showTimeline, type TimelineEntry } from "../../client";
import { commandWords } from "../../text/commands";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { UndoButton } from "../flag/UndoButton";
import classes from "./HistoryPage.module.css";

const PAGE = 50;

/** Everything that happened in the project: changes and deployments, newest first. */
export function HistoryPage() {
  const { project } = useParams({ from: "/projects/$project/history" });
  const found = useInfiniteQuery({
    queryKey: [project, "timeline"],
    queryFn: ({ pageParam }) =>
      answered(
        showTimeline({
          path: { project },
          query: { limit: PAGE, ...(pageParam !== "" && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{text.nav.history}</Title>
        <Link to="/projects/$project/compare" params={{ project }}>
          {text.compare.title}
        </Link>
      </Group>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={8} />
      ) : entries.length === 0 ? (
        <Empty title={text.history.none} docs="how-to/undo-and-look-back" />
      ) : (
        <ol className={classes.list}>
          {entries.map((entry) => (
            <Entry key={placeOf(entry)} project={project} entry={entry} />
          ))}
        </ol>
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {text.history.older}
        </Button>
      )}
    </>
  );
}

/** Which entry it is, however many newer ones come before it. */
function placeOf({ kind, at, change_set, versions, application, version }: TimelineEntry): string {
  return JSON.stringify([kind, at, change_set, versions, application, version]);
}

function Entry({ project, entry }: { project: string; entry: TimelineEntry }) {
  const versions = Object.entries(entry.versions ?? {});
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <span className={classes.at}>
        <Time at={entry.at} />
      </span>
      <span className={classes.what}>
        <bdi className="untrusted">
          <strong>{entry.actor}</strong>{" "}
          {entry.kind === "change"
            ? commandWords(entry.command)
            : `deployed ${entry.application ?? ""} ${entry.version ?? ""}`}
        </bdi>
        {entry.reason && <bdi className={classes.reason}>{entry.reason}</bdi>}
      </span>
      {entry.emergency && <span className={classes.emergency}>{text.history.emergency}</span>}
      <span className={classes.where}>
        {entry.kind === "change"
          ? versions.map(([environment, version]) => (
              <span key={environment} className={classes.version}>
                {environment} {version}
                <UndoButton project={project} environment={environment} version={version} />
              </span>
            ))
          : entry.environments.join(", ")}
      </span>
    </li>
  );
}
