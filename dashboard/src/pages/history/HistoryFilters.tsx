import { Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

import { KINDS, type HistorySearch, type Kind } from "../../model/historySearch";
import { FlagSelect } from "../../parts/FlagSelect";
import { text } from "../../text/en";
import classes from "./HistoryPage.module.css";

const words = text.history.filter;

interface Props {
  project: string;
  environments: string[];
  search: HistorySearch;
  narrow: (more: HistorySearch) => void;
}

/** What the history is narrowed by. All of it stands in the address. */
export function HistoryFilters({ project, environments, search, narrow }: Props) {
  return (
    <div className={classes.filters}>
      <Select
        size="xs"
        clearable
        aria-label={words.environment}
        placeholder={`${words.environment}: ${words.any}`}
        data={environments}
        value={search.environment ?? null}
        onChange={(environment) => narrow({ environment: environment ?? undefined })}
      />
      <FlagSelect
        size="xs"
        optional
        project={project}
        label={words.flag}
        placeholder={`${words.flag}: ${words.any}`}
        value={search.flag ?? null}
        change={(flag) => narrow({ flag: flag ?? undefined })}
      />
      <Actor search={search} narrow={narrow} />
      <Select
        size="xs"
        clearable
        aria-label={words.kind}
        placeholder={`${words.kind}: ${words.any}`}
        comboboxProps={{ width: 260, position: "bottom-start" }}
        data={(Object.keys(KINDS) as Kind[]).map((value) => ({ value, label: words.kinds[value] }))}
        value={search.kind ?? null}
        onChange={(kind) => narrow({ kind: kind ?? undefined })}
      />
      {(["since", "before"] as const).map((end) => (
        <TextInput
          key={end}
          size="xs"
          type="datetime-local"
          leftSection={<span className={classes.end}>{words[end]}</span>}
          leftSectionWidth={46}
          aria-label={words[end]}
          value={search[end] ?? ""}
          onChange={(event) => narrow({ [end]: event.currentTarget.value || undefined })}
        />
      ))}
    </div>
  );
}

const PAUSE_MS = 250;

/** Whose doings: the whole name, since whoever did anything once may be gone. */
function Actor({ search, narrow }: Pick<Props, "search" | "narrow">) {
  const [typed, setTyped] = useState(search.actor ?? "");
  const [before, setBefore] = useState(search.actor);
  if (before !== search.actor) {
    // The address changed otherwise: back, forward, or the filters were cleared.
    setBefore(search.actor);
    if ((search.actor ?? "") !== typed.trim()) setTyped(search.actor ?? "");
  }
  const later = useDebouncedCallback((actor: string) => narrow({ actor: actor || undefined }), PAUSE_MS);
  return (
    <TextInput
      size="xs"
      aria-label={words.actor}
      placeholder={`${words.actor}: ${words.any}`}
      maxLength={200}
      spellCheck={false}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
