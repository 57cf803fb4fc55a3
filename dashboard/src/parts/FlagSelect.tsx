import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../api/http";
import { listFlags } from "../client";
import { text } from "../text/en";

interface Props {
  project: string;
  value: string | null;
  change: (flag: string | null) => void;
  error?: string | undefined;
  /** What is asked for, where it is not the flag of a plan. */
  label?: string;
  placeholder?: string;
  /** Whether none may be chosen. */
  optional?: boolean;
  size?: "xs";
  /** Flags that are not offered. */
  except?: string[];
  focused?: boolean;
}

/** One flag of the project, searched by the server while one types. */
export function FlagSelect({ project, value, change, error, label, except = [], focused, ...more }: Props) {
  const [typed, setTyped] = useState(value ?? "");
  const [query] = useDebouncedValue(typed === value ? "" : typed.trim(), 200);
  const found = useQuery({
    queryKey: [project, "flags", "select", query],
    queryFn: async () =>
      (await answered(listFlags({ path: { project }, query: { limit: 50, ...(query !== "" && { query }) } }))).items,
    placeholderData: keepPreviousData,
  });
  const keys = (found.data ?? []).map(({ key }) => key).filter((key) => !except.includes(key));
  return (
    <Select
      label={label === undefined ? text.plans.newRamp.flag : undefined}
      aria-label={label}
      placeholder={more.placeholder ?? label}
      size={more.size}
      clearable={more.optional ?? false}
      // Where a picker was asked for, it is what comes next.
      ref={focused ? focusOnce : undefined}
      searchable
      required={!more.optional}
      // The server has searched already, in names and tags too.
      filter={({ options }) => options}
      data={value !== null && !keys.includes(value) ? [value, ...keys] : keys}
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={change}
      nothingFoundMessage={text.flags.none}
      error={error}
    />
  );
}

function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}
