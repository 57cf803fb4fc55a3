import { Button, SegmentedControl, Select, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { listRequests, type ChangeRequest } from "../../client";
import { changedBy, requestsQueryOf, SHOWN, type RequestsSearch, type Shown } from "../../model/requests";
import { EditList } from "../../moving/EditList";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Requests.module.css";
import { RequestState } from "./RequestState";

const words = text.requests;
const PAGE = 50;
const SHOWN_EDITS = 2;
const ALL = "";

/** Changes that wait for somebody else, and what became of others. */
export function RequestsPage() {
  const { project } = useParams({ from: "/projects/$project/requests" });
  const search = useSearch({ from: "/projects/$project/requests" });
  const navigate = useNavigate({ from: "/projects/$project/requests" });
  const environments = useQuery(environmentsQuery(project));
  const found = useInfiniteQuery({
    queryKey: [project, "requests", "list", search],
    queryFn: ({ pageParam }) =>
      answered(
        listRequests({
          path: { project },
          query: { limit: PAGE, ...requestsQueryOf(search), ...(pageParam !== "" && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const narrow = (more: RequestsSearch) => void navigate({ search: { ...search, ...more }, replace: true });
  const requests = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isNarrowed = search.state !== undefined || search.environment !== undefined || search.whose !== undefined;
  return (
    <>
      <div className={classes.top}>
        <Title order={1}>{text.nav.requests}</Title>
        <SegmentedControl
          size="xs"
          aria-label={words.which}
          value={search.state ?? "waiting"}
          onChange={(state) => narrow({ state: state === "waiting" ? undefined : state })}
          data={(Object.keys(SHOWN) as Shown[]).map((value) => ({ value, label: words.states[value] }))}
        />
        <span className={classes.room} />
        <Select
          size="xs"
          aria-label={words.where}
          data={[{ value: ALL, label: words.everywhere }, ...(environments.data ?? []).map(({ key }) => key)]}
          value={search.environment ?? ALL}
          allowDeselect={false}
          onChange={(environment) => narrow({ environment: environment || undefined })}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.whose}
          value={search.whose ?? "all"}
          onChange={(whose) => narrow({ whose: whose === "all" ? undefined : whose })}
          data={[
            { value: "all" as const, label: words.whoseAll },
            { value: "mine" as const, label: words.mine },
            { value: "others" as const, label: words.others },
          ]}
        />
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : requests.length > 0 ? (
        <div className={classes.list}>
          <Rows project={project} requests={requests} />
        </div>
      ) : found.isError ? null : isNarrowed ? (
        <Empty title={words.noMatch}>
          <Button variant="default" onClick={() => void navigate({ search: {}, replace: true })}>
            {words.clear}
          </Button>
        </Empty>
      ) : (
        <Empty title={words.none} docs="how-to/limit-the-blast-radius">
          <span>{words.noneHint}</span>
        </Empty>
      )}
      {found.hasNextPage && (
        <Button variant="default" mt="md" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {words.older}
        </Button>
      )}
    </>
  );
}

function Rows({ project, requests }: { project: string; requests: ChangeRequest[] }) {
  return (
    <Table
      label={text.nav.requests}
      none=""
      rows={requests}
      keyOf={({ id }) => id}
      columns={[
        {
          name: words.columns.request,
          cell: (request) => (
            <Link
              className={classes.title}
              to="/projects/$project/requests/$request"
              params={{ project, request: String(request.id) }}
            >
              #{request.id} <bdi className="untrusted">{titleOf(request)}</bdi>
            </Link>
          ),
        },
        {
          name: words.columns.what,
          cell: (request) => (
            <EditList
              edits={Object.values(request.edits).flat()}
              most={SHOWN_EDITS}
              named={changedBy(request).length > 1 ? ({ key }) => <bdi className="mono">{key}</bdi> : undefined}
            />
          ),
        },
        { name: words.columns.where, cell: ({ environments }) => <bdi>{environments.join(", ")}</bdi> },
        { name: words.columns.state, cell: (request) => <RequestState request={request} /> },
        { name: words.columns.author, cell: ({ author }) => <bdi className="untrusted">{author}</bdi> },
        { name: words.columns.updated, cell: ({ updated_at }) => <Time at={updated_at} /> },
      ]}
    />
  );
}

/** Why it is asked for, where somebody said so; else what it changes. */
export function titleOf(request: ChangeRequest): string {
  const [first = "", ...more] = changedBy(request);
  return request.reason || words.several(first, more.length);
}
