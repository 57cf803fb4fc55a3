import { Button, FileInput, Group, Progress, Select, Title } from "@mantine/core";
import { useState } from "react";

import { columnsOf, isTable } from "../../model/contextFile";
import { number } from "../../model/movement";
import { Faults } from "../../parts/Faults";
import { text } from "../../text/en";
import classes from "./Settings.module.css";
import { useImport, type ImportState } from "./useImport";

const words = text.settings.population;

interface Props {
  project: string;
  environment: string;
  allowed: boolean;
}

/** Takes contexts over from a file. The file is read here, piece by piece, however large it is. */
export function ImportContexts({ project, environment, allowed }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<string[]>([]);
  const [key, setKey] = useState("key");
  const [unreadable, setUnreadable] = useState<unknown>(null);
  const { state, run, stop, forget } = useImport(project, environment);
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setUnreadable(null);
    forget();
    setColumns([]);
    if (chosen === null || !isTable(chosen.name)) return;
    try {
      const names = (await columnsOf(chosen)).filter((name) => name !== "");
      setColumns(names);
      setKey(["key", "id"].find((name) => names.includes(name)) ?? names[0] ?? "key");
    } catch (error) {
      setUnreadable(error);
    }
  };
  return (
    <section className={classes.card} aria-label={words.import}>
      <div className={classes.head}>
        <Title order={2}>{words.import}</Title>
        {!allowed && <span className={classes.caption}>{text.settings.needs("edit", environment)}</span>}
      </div>
      <p className={classes.hint}>{words.importHint}</p>
      <div className={classes.row}>
        <FileInput
          className={classes.middle}
          label={words.file}
          placeholder={words.choose}
          accept=".jsonl,.ndjson,.json,.csv,.gz"
          clearable
          disabled={!allowed || state.running}
          value={file}
          onChange={(chosen) => void choose(chosen)}
        />
        {columns.length > 0 && (
          <Select
            className={classes.middle}
            label={words.keyColumn}
            data={[...new Set(columns)]}
            value={key}
            disabled={state.running}
            onChange={(name) => setKey(name ?? "key")}
          />
        )}
        {state.running ? (
          <Button variant="default" onClick={stop}>
            {words.stop}
          </Button>
        ) : (
          <Button disabled={!allowed || file === null} onClick={() => file && void run(file, key)}>
            {words.begin}
          </Button>
        )}
      </div>
      <Faults error={unreadable ?? state.error} />
      {(state.running || state.ended !== null) && <Outcome state={state} />}
    </section>
  );
}

function Outcome({ state }: { state: ImportState }) {
  const { running, ended, share, taken, leftOut, bad } = state;
  const words = text.settings.population;
  return (
    <>
      <Progress mt="md" value={share * 100} aria-label={words.progress} />
      <Group gap={8} mt={8} role="status">
        {ended !== null && <strong>{ended === "done" ? words.done : words.stopped}</strong>}
        <span>{words.taken(number(taken))}</span>
        {leftOut > 0 && <span>{words.left(number(leftOut))}</span>}
        {running && <span>{Math.floor(share * 100)} %</span>}
      </Group>
      {bad.length > 0 && (
        <ul className={classes.list}>
          {bad.map(({ line, detail }, index) => (
            <li key={index}>
              {line !== null && `${words.line(line)}: `}
              <bdi>{detail}</bdi>
            </li>
          ))}
          {leftOut > bad.length && <li>{words.moreBad(number(leftOut - bad.length))}</li>}
        </ul>
      )}
    </>
  );
}
