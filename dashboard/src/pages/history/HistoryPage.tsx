import { Button, Title } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { showTimeline, type TimelineEntry } from "../../client";
import { historyQueryOf, isHistoryNarrowed, type HistorySearch } from "../../model/historySearch";
import { number } from "../../model/movement";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { HistoryEntry } from "./HistoryEntry";
import { HistoryFilters } from "./HistoryFilters";
import classes from "./HistoryPage.module.css";

const words = text.history;
const PAGE = 50;

/** Everything that happened in the project: changes and deployments, newest first. */
export function HistoryPage() {
  const { project } = useParams({ from: "/projects/$project/history" });
  const search = useSearch({ from: "/projects/$project/history" });
  const navigate = useNavigate({ from: "/projects/$project/history" });
  const environments = useQuery(environmentsQuery(project));
  const asked = historyQueryOf(search);
  const found = useInfiniteQuery({
    queryKey: [project, "timeline", asked],
    queryFn: ({ pageParam }) =>
      answered(
        showTimeline({
          path: { project },
          query: { ...asked, limit: PAGE, ...(pageParam !== "" && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const narrow = (more: HistorySearch) => void navigate({ search: { ...search, ...more }, replace: true });
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  const file = `/api/v1/projects/${encodeURIComponent(project)}/timeline-csv`;
  return (
    <>
      <div className={classes.head}>
        <Title order={1}>{text.nav.history}</Title>
        {entries.length > 0 && (
          <span className={classes.count} role="status">
            {words.shown(number(entries.length), !found.hasNextPage)}
          </span>
        )}
        <span className={classes.room} />
        <Button
          variant="default"
          renderRoot={(root) => <Link {...root} to="/projects/$project/compare" params={{ project }} />}
        >
          {text.compare.title}
        </Button>
        <Button
          component="a"
          variant="default"
          href={`${file}?${new URLSearchParams(asked).toString()}`}
          download
        >
          {words.export}
        </Button>
      </div>
      <HistoryFilters
        project={project}
        environments={environments.data?.map(({ key }) => key) ?? []}
        search={search}
        narrow={narrow}
      />
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={8} />
      ) : entries.length > 0 ? (
        <ol className={classes.list} aria-label={words.list} data-old={found.isPlaceholderData || undefined}>
          {entries.map((entry) => (
            <HistoryEntry key={placeOf(entry)} project={project} entry={entry} />
          ))}
        </ol>
      ) : found.isError ? null : isHistoryNarrowed(search) ? (
        <Empty title={words.noMatch}>
          <Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
            {words.clear}
          </Button>
        </Empty>
      ) : (
        <Empty title={words.none} docs="how-to/undo-and-look-back" />
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {words.older}
        </Button>
      )}
    </>
  );
}

/** Which entry it is, however many newer ones come before it. */
function placeOf({ kind, at, change_set, versions, application, version }: TimelineEntry): string {
  return JSON.stringify([kind, at, change_set, versions, application, version]);
}
