import { Combobox, JsonInput, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { observedQuery } from "../../trace/asking";
import { readContext } from "./context";
import classes from "./PlaygroundPage.module.css";

interface Props {
  project: string;
  environment: string;
  written: string;
  change: (written: string) => void;
}

/** Who is asked about: any context as JSON, or one that was really seen. */
export function ContextEditor({ project, environment, written, change }: Props) {
  const { problem } = readContext(written);
  return (
    <section aria-label={text.playground.context} className={classes.part}>
      <h2>{text.playground.context}</h2>
      <Picker project={project} environment={environment} pick={change} />
      <JsonInput
        aria-label={text.playground.contextJson}
        classNames={{ input: classes.json }}
        value={written}
        onChange={change}
        error={problem}
        autosize
        minRows={8}
        maxRows={24}
        spellCheck={false}
      />
    </section>
  );
}

const PAUSE_MS = 200;

function Picker(props: { project: string; environment: string; pick: (written: string) => void }) {
  const { project, environment, pick } = props;
  const [typed, setTyped] = useState("");
  const [key] = useDebouncedValue(typed, PAUSE_MS);
  const box = useCombobox();
  const found = useQuery({ ...observedQuery(project, environment, key), enabled: environment !== "" });
  const items = found.data ?? [];
  return (
    <Combobox
      store={box}
      onOptionSubmit={(id) => {
        const chosen = items.find((item) => item.id === id);
        if (chosen) pick(JSON.stringify(chosen.context, null, 2));
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          aria-label={text.playground.pick}
          placeholder={text.playground.pickHint}
          leftSection={<Icon name="search" />}
          value={typed}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onFocus={() => box.openDropdown()}
          onClick={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={text.playground.pick}>
          {items.map(({ id, context, weight }) => (
            <Combobox.Option key={id} value={id} className={classes.option}>
              <bdi className="untrusted mono">{keyOf(context)}</bdi>
              <span>{text.playground.seen(weight)}</span>
            </Combobox.Option>
          ))}
          {items.length === 0 && (
            <Combobox.Empty>{found.error ? wordsOf(found.error) : text.playground.pickNone}</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function keyOf(context: Record<string, unknown>): string {
  return typeof context.key === "string" ? context.key : JSON.stringify(context);
}
