import { Button, Group, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";

import { wholeSegmentsQuery } from "../../api/documents";
import { environmentsQuery } from "../../api/queries";
import { useKeys } from "../../keys/useKeys";
import { mainLast } from "../../model/environments";
import { foundIn, listed } from "../../model/segmentList";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { NewSegment } from "./NewSegment";
import { SegmentTable } from "./SegmentTable";
import classes from "./SegmentsPage.module.css";

/** The project's segments, those of all its environments in one list. */
export function SegmentsPage() {
  const { project } = useParams({ from: "/projects/$project/segments" });
  const search = useSearch({ from: "/projects/$project/segments" });
  const [query, setQuery] = useState(search.query ?? "");
  const navigate = useNavigate({ from: "/projects/$project/segments" });
  const field = useRef<HTMLInputElement>(null);
  const [isMaking, making] = useDisclosure(false);
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map(({ key }) => key) ?? [];
  const asked = useQueries({ queries: keys.map((key) => wholeSegmentsQuery(project, key)) });
  const failed = environments.error ?? asked.find(({ error }) => error !== null)?.error ?? null;
  const pending = environments.isPending || asked.some(({ isPending }) => isPending);
  const all = listed(keys.map((key, at) => [key, asked[at]?.data?.segments ?? []]));
  const found = foundIn(all, query);
  const narrow = (typed: string) => {
    setQuery(typed);
    void navigate({ search: { query: typed || undefined }, replace: true });
  };
  useKeys({ "/": () => field.current?.focus() });
  return (
    <>
      <Group className={classes.head} wrap="nowrap">
        <Title order={1}>{text.nav.segments}</Title>
        <span className={classes.room} />
        <Button onClick={making.open} disabled={pending}>
          {text.segments.new}
        </Button>
        {isMaking && (
          <NewSegment
            project={project}
            environments={keys}
            taken={all.map(({ key }) => key)}
            close={making.close}
          />
        )}
      </Group>
      <TextInput
        ref={field}
        className={classes.search}
        aria-label={text.segments.search}
        placeholder={text.segments.search}
        value={query}
        onChange={(event) => narrow(event.currentTarget.value)}
      />
      {failed !== null && (
        <Trouble error={failed} retry={() => asked.forEach((each) => void each.refetch())} />
      )}
      {pending ? (
        <Loading lines={6} />
      ) : found.length === 0 ? (
        <Empty
          title={all.length === 0 ? text.segments.first : text.segments.none}
          docs="how-to/target-people-and-segments"
        >
          {all.length === 0 ? (
            <span>{text.segments.firstHint}</span>
          ) : (
            <Button variant="default" onClick={() => narrow("")}>
              {text.segments.clear}
            </Button>
          )}
        </Empty>
      ) : (
        <SegmentTable project={project} segments={found} environments={mainLast(keys)} />
      )}
    </>
  );
}
