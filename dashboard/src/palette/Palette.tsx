import { Kbd, Loader, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState, type KeyboardEvent } from "react";

import { flagQuery, projectsQuery } from "../api/queries";
import { useSingleKeys } from "../keys/singleKeys";
import { Icon } from "../parts/Icon";
import { paletteText as words } from "../text/palette";
import { entriesFor } from "./entries";
import { useFound } from "./found";
import { LIST, Offered, optionId } from "./Offered";
import classes from "./Palette.module.css";
import { useGoing } from "./useGoing";
import { asking } from "./verbs";

interface Props {
  project: string | undefined;
  close: () => void;
  showKeys: () => void;
}

const PAUSE_MS = 120;

/** Goes anywhere and does anything, by what is typed. */
export default function Palette({ project, close, showKeys }: Props) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const [settled] = useDebouncedValue(typed, PAUSE_MS);
  const { flag } = useParams({ strict: false });
  const { verb, rest } = asking(settled);
  const found = useFound(project, rest, verb === null ? null : "flags");
  const here = useQuery({ ...flagQuery(project ?? "", flag ?? ""), enabled: flag !== undefined && project !== undefined });
  const projects = useQuery(projectsQuery);
  const single = useSingleKeys();
  const groups = entriesFor({
    typed: settled,
    found,
    projects: projects.data ?? [],
    project,
    here: here.data?.flag,
    single,
  });
  const type = (next: string) => {
    setTyped(next);
    setChosen(0);
  };
  const { go, over } = useGoing({ project, main: found.main, close, showKeys, type });
  const offered = groups.flatMap(([, entries]) => entries);
  const at = Math.min(chosen, offered.length - 1);
  const current = offered[at];

  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) setChosen((at + by + offered.length) % Math.max(offered.length, 1));
    // What was typed last is not looked for yet: Enter does not do what is about to go.
    else if (event.key === "Enter" && settled === typed) {
      if (current) go(current.go);
    } else return;
    event.preventDefault();
  };

  if (over !== null) return over;
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      centered={false}
      size={640}
      padding={0}
      attributes={{ content: { "aria-label": words.label } }}
      classNames={{ content: classes.palette }}
    >
      <TextInput
        role="combobox"
        aria-label={words.label}
        aria-expanded
        aria-controls={LIST}
        aria-autocomplete="list"
        aria-activedescendant={current && optionId(current)}
        placeholder={words.placeholder}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={pressed}
        leftSection={<Icon name="search" />}
        rightSection={found.searching ? <Loader size={14} aria-label={words.searching} /> : null}
        classNames={{ input: classes.input }}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <Offered groups={groups} current={current} go={go} />
      {groups.length === 0 && (
        <p className={classes.none} role="status">
          {found.searching ? words.searching : words.none(rest)}
        </p>
      )}
      <p className={classes.foot}>
        <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {words.hint}
      </p>
    </Modal>
  );
}
