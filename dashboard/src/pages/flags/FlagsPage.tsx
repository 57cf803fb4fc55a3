import { Button, Group, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { getFlagFacets } from "../../client";
import { mainOf } from "../../model/environments";
import { isFiltered, queryOf, type FlagsSearch } from "../../model/flagSearch";
import { number } from "../../model/movement";
import { NOTHING_SELECTED } from "../../model/selection";
import { Empty, Loading, Trouble, wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { BulkBar } from "./BulkBar";
import { FilterBar, SortSelect } from "./FilterBar";
import { StartHint } from "../start/StartHint";
import { FlagTable } from "./FlagTable";
import classes from "./FlagsPage.module.css";
import { ImportLink } from "./ImportLink";
import { NewFlag } from "./NewFlag";
import { useFlagPages } from "./useFlagPages";
import { ViewTabs } from "./ViewTabs";

/** The project's flags: searched, filtered and sorted by the server, shown as far as one scrolls. */
export function FlagsPage() {
  const { project } = useParams({ from: "/projects/$project/flags" });
  const search = useSearch({ from: "/projects/$project/flags" });
  const navigate = useNavigate({ from: "/projects/$project/flags" });
  const [sight, setSight] = useState<[number, number]>([0, 0]);
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const [isMaking, making] = useDisclosure(false);
  const environments = useQuery(environmentsQuery(project));
  const facets = useQuery({
    queryKey: [project, "flags", "facets"],
    queryFn: () => answered(getFlagFacets({ path: { project } })),
  });
  const list = useFlagPages(project, search, ...sight);
  const look = useCallback((first: number, last: number) => setSight([first, last]), []);
  const go = (next: FlagsSearch) => {
    setSelection(NOTHING_SELECTED);
    void navigate({ search: next, replace: true });
  };
  const clear = () => {
    setSelection(NOTHING_SELECTED);
    // The bar goes away with what has the focus: it goes back to the row that had it.
    document.querySelector<HTMLElement>("[data-index][tabindex='0']")?.focus();
  };
  const narrow = (more: FlagsSearch) => go({ ...search, ...more });
  const keys = environments.data?.map(({ key }) => key) ?? [];
  const selected = list.all().filter(({ key }) => selection.keys.has(key));
  return (
    <>
      <Group className={classes.head} wrap="nowrap">
        <Title order={1}>{text.flags.title}</Title>
        {!list.isEmpty && (
          <span className={classes.count} role="status">
            {text.flags.count(number(list.total), list.total === 1)}
          </span>
        )}
        <span className={classes.room} />
        <SortSelect search={search} narrow={narrow} />
        <Button
          component="a"
          variant="default"
          className={classes.export}
          href={`/api/v1/projects/${encodeURIComponent(project)}/flags-csv?${exported(search)}`}
          download
        >
          {text.flags.export}
        </Button>
        <ImportLink project={project} />
        <Button onClick={making.open}>{text.flags.new}</Button>
        <NewFlag project={project} opened={isMaking} close={making.close} />
      </Group>
      <StartHint project={project} environments={keys} />
      <ViewTabs project={project} search={search} main={mainOf(keys)} />
      <FilterBar
        search={search}
        narrow={narrow}
        facets={facets.data}
        environments={keys}
      />
      {list.error !== null &&
        (list.isEmpty ? (
          <Trouble error={list.error} retry={list.retry} />
        ) : (
          <div className={classes.banner} role="alert">
            {text.flags.old(wordsOf(list.error))}
            <Button variant="default" size="compact-sm" onClick={list.retry}>
              {text.states.retry}
            </Button>
          </div>
        ))}
      {list.newer > 0 && (
        <div className={classes.newer} role="status">
          {text.flags.newer(list.newer)}
          <Button variant="subtle" size="compact-sm" onClick={list.take}>
            {text.flags.showNewer}
          </Button>
        </div>
      )}
      {list.isEmpty || environments.isPending ? (
        list.error === null && <Loading lines={8} />
      ) : list.total === 0 ? (
        <Empty title={isFiltered(search) ? text.flags.none : text.flags.first}>
          {isFiltered(search) ? (
            <Button variant="default" onClick={() => go({ sort: search.sort })}>
              {text.flags.clear}
            </Button>
          ) : (
            <Link to="/projects/$project/start" params={{ project }}>
              {text.start.hint.go}
            </Link>
          )}
          {!isFiltered(search) && <ImportLink project={project} />}
        </Empty>
      ) : (
        <FlagTable
          project={project}
          total={list.total}
          flagAt={list.flagAt}
          loaded={list.all}
          environments={keys}
          isOld={list.isOld}
          selection={selection}
          onSelection={setSelection}
          onSight={look}
        />
      )}
      {selected.length > 0 && (
        <BulkBar
          project={project}
          flags={selected}
          environments={keys}
          facets={facets.data}
          clear={clear}
          refresh={list.refresh}
        />
      )}
    </>
  );
}

function exported(search: FlagsSearch): string {
  return new URLSearchParams(queryOf(search) as Record<string, string>).toString();
}
