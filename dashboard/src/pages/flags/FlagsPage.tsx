import { Button, Group, Select, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback, useDisclosure, useHotkeys } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import type { FlagsSearch } from "../../app/router";
import { listFlags, type ListFlagsData } from "../../client";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { FlagTable } from "./FlagTable";
import classes from "./FlagsPage.module.css";
import { NewFlag } from "./NewFlag";

const PURPOSES = ["release", "experiment", "operational", "permission"];
const PAGE = 100;

/** The project's flags: searched and filtered by the server, shown as far as one scrolls. */
export function FlagsPage() {
  const { project } = useParams({ from: "/projects/$project/flags" });
  const search = useSearch({ from: "/projects/$project/flags" });
  const navigate = useNavigate({ from: "/projects/$project/flags" });
  const narrow = (more: FlagsSearch) =>
    void navigate({ search: (was) => ({ ...was, ...more }), replace: true });
  const environments = useQuery(environmentsQuery(project));
  const flags = useInfiniteQuery({
    queryKey: [project, "flags", search],
    queryFn: ({ pageParam }) =>
      answered(listFlags({ path: { project }, query: asked(search, pageParam) })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const found = flags.data?.pages.flatMap((page) => page.items) ?? [];
  const [isMaking, making] = useDisclosure(false);
  const filtered = [search.query, search.tag, search.owner, search.purpose].some(Boolean);
  return (
    <>
      <Group className={classes.head} wrap="nowrap">
        <Title order={1}>{text.flags.title}</Title>
        <span className={classes.room} />
        <Button onClick={making.open}>{text.flags.new}</Button>
        <NewFlag project={project} opened={isMaking} close={making.close} />
      </Group>
      <Filters search={search} narrow={narrow} />
      {flags.isError && <Trouble error={flags.error} retry={() => void flags.refetch()} />}
      {flags.isPending || environments.isPending ? (
        <Loading lines={8} />
      ) : found.length === 0 ? (
        <Empty title={filtered ? text.flags.none : text.flags.first}>
          {filtered && (
            <Button
              variant="default"
              onClick={() => narrow({ query: undefined, tag: undefined, owner: undefined, purpose: undefined })}
            >
              {text.flags.clear}
            </Button>
          )}
        </Empty>
      ) : (
        <FlagTable
          project={project}
          flags={found}
          environments={environments.data?.map(({ key }) => key) ?? []}
          more={() => {
            if (flags.hasNextPage && !flags.isFetchingNextPage) void flags.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

function asked(search: FlagsSearch, cursor: string): ListFlagsData["query"] {
  const { query, tag, owner, purpose } = search;
  return {
    limit: PAGE,
    ...(cursor !== "" && { cursor }),
    ...(query !== undefined && { query }),
    ...(tag !== undefined && { tag }),
    ...(owner !== undefined && { owner }),
    ...(purpose !== undefined && {
      purpose: purpose as NonNullable<NonNullable<ListFlagsData["query"]>["purpose"]>,
    }),
  };
}

function Filters({ search, narrow }: { search: FlagsSearch; narrow: (more: FlagsSearch) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search.query ?? "");
  const [before, setBefore] = useState(search.query);
  if (before !== search.query) {
    // The address changed otherwise: back, forward, or the filters were cleared.
    setBefore(search.query);
    if ((search.query ?? "") !== typed.trim()) setTyped(search.query ?? "");
  }
  const later = useDebouncedCallback((query: string) => narrow({ query: query || undefined }), 200);
  useHotkeys([["/", () => field.current?.focus()]]);
  return (
    <Group className={classes.filters} gap={8}>
      <TextInput
        ref={field}
        className={classes.search}
        aria-label={text.flags.search}
        placeholder={text.flags.search}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          later(event.currentTarget.value.trim());
        }}
      />
      <Select
        className={classes.filter}
        aria-label={text.flags.columns.purpose}
        placeholder={`${text.flags.columns.purpose}: ${text.flags.any}`}
        data={PURPOSES}
        value={search.purpose ?? null}
        clearable
        onChange={(purpose) => narrow({ purpose: purpose ?? undefined })}
      />
    </Group>
  );
}
