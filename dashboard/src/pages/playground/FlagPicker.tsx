import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { listFlags } from "../../client";
import { text } from "../../text/en";

const PAUSE_MS = 200;
const SHOWN = 50;

interface Props {
  project: string;
  flag: string | undefined;
  choose: (flag: string) => void;
}

/** One of the project's flags, searched by the server. */
export function FlagPicker({ project, flag, choose }: Props) {
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed === flag ? "" : typed, PAUSE_MS);
  const found = useQuery({
    queryKey: [project, "flags", "keys", query],
    queryFn: async () => {
      const asked = { limit: SHOWN, ...(query !== "" && { query }) };
      const { items } = await answered(listFlags({ path: { project }, query: asked }));
      return items.map(({ key }) => key);
    },
    placeholderData: keepPreviousData,
  });
  const keys = found.data ?? [];
  const data = flag === undefined || keys.includes(flag) ? keys : [flag, ...keys];
  return (
    <Select
      label={text.playground.flag}
      classNames={{ input: "mono" }}
      searchable
      data={data}
      value={flag ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={text.flags.none}
      spellCheck={false}
      onChange={(key) => {
        if (key !== null) choose(key);
      }}
    />
  );
}
