import { Button, Select, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { importedFlagsPage, importKey, type FlagFilter, type ImportPlace } from "../../api/imports";
import { Empty, Loading, Trouble } from "../../parts/States";
import { importsText as words } from "../../text/imports";
import classes from "./Report.module.css";
import { ReportTable } from "./ReportTable";

const PAUSE_MS = 200;
const NO_FILTER: FlagFilter = { search: "", fate: null, step: null };
const FATES = Object.entries(words.fates).map(([value, label]) => ({ value, label }));
const STEPS = Object.entries(words.becomes).map(([value, label]) => ({ value, label }));

interface Props {
  place: ImportPlace;
  /** Of what the report was made, version and options: a new report is another list. */
  made: unknown;
  total: number;
}

/** The report flag by flag, searched and filtered by the server. */
export function Report({ place, made, total }: Props) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [settled] = useDebouncedValue(filter, PAUSE_MS);
  const found = useInfiniteQuery({
    queryKey: [...importKey(place), "flags", made, settled],
    queryFn: ({ pageParam }) => importedFlagsPage(place, settled, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const flags = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-label={words.flags}>
      <Title order={2} mb="sm">
        {words.flags}
      </Title>
      <div className={classes.filters}>
        <TextInput
          className={classes.search}
          label={words.search}
          value={filter.search}
          onChange={(event) => setFilter({ ...filter, search: event.currentTarget.value })}
        />
        <Select
          label={words.fate}
          data={FATES}
          placeholder={words.all}
          clearable
          allowDeselect
          value={filter.fate}
          onChange={(fate) => setFilter({ ...filter, fate: fate as FlagFilter["fate"] })}
        />
        <Select
          label={words.step}
          data={STEPS}
          placeholder={words.all}
          clearable
          allowDeselect
          value={filter.step}
          onChange={(step) => setFilter({ ...filter, step: step as FlagFilter["step"] })}
        />
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : flags.length === 0 ? (
        <Empty title={words.none}>
          {total > 0 && (
            <Button variant="default" onClick={() => setFilter(NO_FILTER)}>
              {words.clear}
            </Button>
          )}
        </Empty>
      ) : (
        <ReportTable
          flags={flags}
          more={() => {
            if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
          }}
        />
      )}
    </section>
  );
}
