import { Group, Select, TextInput, type ComboboxItem } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useRef, useState } from "react";

import type { FlagFacets } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { mainOf } from "../../model/environments";
import { SORT, statesOf, withState, type FlagsSearch } from "../../model/flagSearch";
import { text } from "../../text/en";
import classes from "./FlagsPage.module.css";

const PURPOSES = ["release", "experiment", "operational", "permission"];
const words = text.flags.filter;

interface Props {
  search: FlagsSearch;
  narrow: (more: FlagsSearch) => void;
  facets: FlagFacets | undefined;
  environments: string[];
}

/** What the list is narrowed by. All of it stands in the address. */
export function FilterBar({ search, narrow, facets, environments }: Props) {
  const [where, setWhere] = useState<string | null>(null);
  const states = statesOf(search.state);
  const environment = where ?? Object.keys(states)[0] ?? mainOf(environments);
  const owners = (facets?.owners ?? []).map(({ value, flags }) => ({
    // A select takes an empty value for none chosen.
    value: value === "" ? NOBODY : value,
    label: `${value === "" ? words.nobody : value} (${flags})`,
  }));
  const tags = (facets?.tags ?? []).map(({ value, flags }) => ({ value, label: `${value} (${flags})` }));
  return (
    <div className={classes.filters}>
      <Search search={search} narrow={narrow} />
      <Choice
        label={words.purpose}
        data={PURPOSES}
        value={search.purpose}
        onChange={(purpose) => narrow({ purpose })}
      />
      <Choice
        label={words.owner}
        data={withChosen(owners, search.owner === "" ? NOBODY : search.owner)}
        value={search.owner === "" ? NOBODY : search.owner}
        onChange={(owner) => narrow({ owner: owner === NOBODY ? "" : owner })}
      />
      <Choice
        label={words.tag}
        data={withChosen(tags, search.tag)}
        value={search.tag}
        onChange={(tag) => narrow({ tag })}
      />
      {environment !== undefined && (
        <Group gap={0} wrap="nowrap" className={classes.joined}>
          {environments.length > 1 && (
            <Select
              aria-label={words.where}
              className={classes.where}
              data={environments}
              value={environment}
              allowDeselect={false}
              onChange={setWhere}
            />
          )}
          <Choice
            label={words.state}
            name={words.stateIn(environment)}
            data={Object.entries(words.states).map(([value, label]) => ({ value, label }))}
            value={states[environment]}
            onChange={(wish) => narrow({ state: withState(search.state, environment, wish ?? null) })}
          />
        </Group>
      )}
      <Choice
        label={words.evaluated}
        data={Object.entries(words.evaluations).map(([value, label]) => ({ value, label }))}
        value={search.not_evaluated === undefined ? search.evaluated : `not:${search.not_evaluated}`}
        onChange={(value) =>
          narrow({
            evaluated: value?.startsWith("not:") ? undefined : value,
            not_evaluated: value?.startsWith("not:") ? value.slice(4) : undefined,
          })
        }
      />
      <Choice
        label={words.attention}
        wide
        description={words.staleHint}
        data={Object.entries(words.attentions).map(([value, label]) => ({ value, label }))}
        value={attentionOf(search)}
        onChange={(value) =>
          narrow({
            stale: value?.startsWith("stale:") ? value.slice(6) : undefined,
            expiry: value?.startsWith("expiry:") ? value.slice(7) : undefined,
          })
        }
      />
      <Choice
        label={words.changed}
        data={Object.entries(words.changes).map(([value, label]) => ({ value, label }))}
        value={search.changed}
        onChange={(changed) => narrow({ changed })}
      />
      <Choice
        label={words.archived}
        data={Object.entries(words.archives).map(([value, label]) => ({ value, label }))}
        value={search.archived}
        onChange={(archived) => narrow({ archived })}
      />
    </div>
  );
}

/** In which order the flags stand. */
export function SortSelect({ search, narrow }: Pick<Props, "search" | "narrow">) {
  return (
    <Select
      aria-label={words.sort}
      className={classes.sort}
      leftSection={<span className={classes.sorted}>{words.sort}</span>}
      leftSectionWidth={68}
      data={Object.entries(words.sorts).map(([value, label]) => ({ value, label }))}
      value={search.sort ?? SORT}
      allowDeselect={false}
      onChange={(sort) => narrow({ sort: sort === SORT ? undefined : (sort ?? undefined) })}
    />
  );
}

const NOBODY = "\u0000nobody";

interface ChoiceProps {
  label: string;
  /** What it is called where the label does not say all. */
  name?: string;
  wide?: boolean;
  description?: string;
  data: (string | ComboboxItem)[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** One filter: any, or one of its values. */
function Choice({ label, name, wide, description, data, value, onChange }: ChoiceProps) {
  return (
    <Select
      className={classes.filter}
      data-wide={wide}
      aria-label={name ?? label}
      title={description}
      placeholder={`${label}: ${text.flags.any}`}
      data={data}
      value={value ?? null}
      data-chosen={value !== undefined || undefined}
      clearable
      searchable={data.length > 8}
      comboboxProps={{ width: 260, position: "bottom-start" }}
      maxDropdownHeight={320}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}

/** What is chosen is among what can be chosen, though no flag has it any more. */
function withChosen(data: ComboboxItem[], chosen: string | undefined): ComboboxItem[] {
  if (chosen === undefined || data.some(({ value }) => value === chosen)) return data;
  return [...data, { value: chosen, label: chosen === NOBODY ? words.nobody : chosen }];
}

function attentionOf({ stale, expiry }: FlagsSearch): string | undefined {
  if (stale !== undefined) return `stale:${stale}`;
  return expiry === undefined ? undefined : `expiry:${expiry}`;
}

function Search({ search, narrow }: Pick<Props, "search" | "narrow">) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(search.query ?? "");
  const [before, setBefore] = useState(search.query);
  if (before !== search.query) {
    // The address changed otherwise: back, forward, or the filters were cleared.
    setBefore(search.query);
    if ((search.query ?? "") !== typed.trim()) setTyped(search.query ?? "");
  }
  const later = useDebouncedCallback((query: string) => narrow({ query: query || undefined }), 200);
  useKeys({ "/": () => field.current?.focus() });
  return (
    <TextInput
      ref={field}
      className={classes.search}
      aria-label={text.flags.search}
      placeholder={text.flags.search}
      maxLength={200}
      rightSection={<kbd aria-hidden>/</kbd>}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
