import { Button, Group, SegmentedControl, TextInput, Title } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { listContexts } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { mainOf } from "../../model/environments";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { ContextTable } from "./ContextTable";
import classes from "./Contexts.module.css";

const PAGE = 50;

/** The contexts that an environment was really asked about, found by their key. */
export function ContextsPage() {
  const { project } = useParams({ from: "/projects/$project/contexts" });
  const search = useSearch({ from: "/projects/$project/contexts" });
  const navigate = useNavigate({ from: "/projects/$project/contexts" });
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map(({ key }) => key) ?? [];
  const environment = search.environment ?? mainOf(keys);
  const sought = search.key ?? "";
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(sought);
  const found = useInfiniteQuery({
    queryKey: [project, "contexts", environment, sought],
    enabled: environment !== undefined,
    queryFn: ({ pageParam }) =>
      answered(
        listContexts({
          path: { project, environment: environment ?? "" },
          query: {
            limit: PAGE,
            ...(sought !== "" && { key: sought }),
            ...(pageParam !== "" && { cursor: pageParam }),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const narrow = (key: string) =>
    void navigate({ search: { environment, key: key || undefined }, replace: true });
  const later = useDebouncedCallback(narrow, 200);
  const type = (key: string) => {
    setTyped(key);
    later(key.trim());
  };
  const open = (key: string) =>
    void navigate({
      to: "/projects/$project/contexts/$key",
      params: { project, key },
      search: { environment },
    });
  useKeys({ "/": () => field.current?.focus() });
  const contexts = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Group className={classes.head}>
        <Title order={1}>{text.nav.contexts}</Title>
        {environment !== undefined && (
          <SegmentedControl
            size="xs"
            aria-label={text.contexts.environment}
            data={keys}
            value={environment}
            onChange={(value) =>
              void navigate({ search: (was) => ({ ...was, environment: value }), replace: true })
            }
          />
        )}
      </Group>
      <form
        className={classes.search}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") open(typed.trim());
        }}
      >
        <TextInput
          ref={field}
          className={classes.field}
          aria-label={text.contexts.search}
          placeholder={text.contexts.search}
          value={typed}
          spellCheck={false}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={typed.trim() === ""}>
          {text.contexts.open}
        </Button>
      </form>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={8} />
      ) : contexts.length === 0 && sought !== "" ? (
        <Empty title={text.contexts.none(sought)}>
          <span>{text.contexts.noneHint}</span>
          <Group gap={8} justify="center">
            <Button onClick={() => open(sought)}>{text.contexts.ask(sought)}</Button>
            <Button variant="default" onClick={() => type("")}>
              {text.contexts.clear}
            </Button>
          </Group>
        </Empty>
      ) : contexts.length === 0 ? (
        <Empty title={text.contexts.first} docs="how-to/feed-a-population">
          <span>{text.contexts.firstHint}</span>
        </Empty>
      ) : (
        <ContextTable project={project} environment={environment ?? ""} contexts={contexts} />
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {text.contexts.more}
        </Button>
      )}
    </>
  );
}
