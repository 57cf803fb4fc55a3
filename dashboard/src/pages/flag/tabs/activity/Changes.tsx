import { Button, SegmentedControl, Select } from "@mantine/core";
import { useState } from "react";

import type { FlagChange, ProjectFlag } from "../../../../client";
import { commandWords } from "../../../../text/commands";
import { number } from "../../../../model/movement";
import { EditList } from "../../../../moving/EditList";
import { Table, type Column } from "../../../../parts/Table";
import { Time } from "../../../../parts/Time";
import { text } from "../../../../text/en";
import { UndoButton } from "../../UndoButton";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { actorOf, environmentsOf, type History, type Row } from "./history";
import { movedOf } from "./moved";
import { RestoreButton } from "./RestoreButton";

interface Props {
  project: string;
  flag: ProjectFlag;
  versions: Record<string, number>;
  history: History;
  at: string | undefined;
  choose: (at: string) => void;
}

const ALL = "";

/** Everything that was done to the flag: who, what, whom it moved, and the way back. */
export function Changes({ project, flag, versions, history, at, choose }: Props) {
  const words = text.flagTabs.activity;
  const [environment, setEnvironment] = useState(ALL);
  const [actor, setActor] = useState<string | null>(null);
  const actors = [...new Set(history.rows.map(actorOf))].sort();
  const rows = history.rows.filter(
    (row) =>
      (environment === ALL || environmentsOf(row).includes(environment)) &&
      (actor === null || actorOf(row) === actor),
  );
  // The page shows what the newest change until then left.
  const shown = at === undefined ? undefined : rows.find((row) => row.kind === "change" && row.at <= at);
  const columns: Column<Row>[] = [
    { name: words.columns.when, cell: ({ at: when }) => <Time at={when} /> },
    {
      name: words.columns.what,
      cell: (row) =>
        row.kind === "change" ? (
          <What row={row} flag={flag} chosen={row === shown} choose={choose} />
        ) : (
          <Deployed row={row} />
        ),
    },
    { name: words.columns.who, cell: (row) => <bdi className="untrusted">{actorOf(row)}</bdi> },
    {
      name: words.columns.moved,
      cell: (row) => row.kind === "change" && <Moved changes={row.changes} flag={flag.key} />,
      number: true,
    },
    {
      name: words.columns.act,
      cell: (row) =>
        row.kind === "change" && <Acts project={project} flag={flag} versions={versions} changes={row.changes} />,
    },
  ];
  return (
    <section className={panel.panel} aria-label={words.changes}>
      <div className={panel.head}>
        <h2>{words.changes}</h2>
        {history.cut && <span className={panel.hint}>{words.limit}</span>}
        <span className={panel.room} />
        <Select
          size="xs"
          clearable
          allowDeselect
          aria-label={words.whoever}
          placeholder={words.anybody}
          data={actors}
          value={actor}
          onChange={setActor}
        />
        <SegmentedControl
          size="xs"
          aria-label={words.where}
          data={[{ value: ALL, label: words.everywhere }, ...Object.keys(flag.environments)]}
          value={environment}
          onChange={setEnvironment}
        />
      </div>
      <Table
        label={words.changes}
        columns={columns}
        rows={rows}
        keyOf={(row) => (row.kind === "change" ? (row.changes[0]?.change_set ?? "") : `deploy ${row.deployment.id}`)}
        none={words.noneSuch}
      />
    </section>
  );
}

type ChangeRow = Extract<Row, { kind: "change" }>;
type DeploymentRow = Extract<Row, { kind: "deployment" }>;

interface WhatProps {
  row: ChangeRow;
  flag: ProjectFlag;
  chosen: boolean;
  choose: (at: string) => void;
}

const SHOWN_EDITS = 3;
/** Commands that say with their edits all that there is to say. */
const PLAIN = ["edit_flag", "update_flag", "set_enabled"];

function What({ row, flag, chosen, choose }: WhatProps) {
  const words = text.flagTabs.activity;
  const change = row.changes[0];
  if (change === undefined) return null;
  const here = flag.environments[change.environment];
  const of = { variants: flag.variants.map(({ key }) => key), off: here?.off ?? null };
  const where = row.changes.map(({ environment, version }) => words.inVersion(environment, version)).join(", ");
  return (
    <div className={classes.what}>
      <Button
        variant={chosen ? "light" : "subtle"}
        size="compact-sm"
        aria-label={words.show(where)}
        aria-current={chosen || undefined}
        onClick={() => choose(row.at)}
      >
        {where}
      </Button>
      {!PLAIN.includes(String(change.command.type)) && <bdi className={classes.words}>{commandWords(change.command)}</bdi>}
      <EditList edits={change.edits} most={SHOWN_EDITS} variantsOf={() => of} />
      {change.reason && <bdi className={classes.reason}>{change.reason}</bdi>}
    </div>
  );
}

function Deployed({ row: { deployment } }: { row: DeploymentRow }) {
  const { application, version, url, environment } = deployment;
  const words = text.flagTabs.activity;
  return (
    <div className={classes.what}>
      <span className={classes.deploy}>{words.deploy}</span>
      {url ? (
        <a href={url} rel="noreferrer">
          <bdi>{words.deployed(application, version, environment)}</bdi>
        </a>
      ) : (
        <bdi>{words.deployed(application, version, environment)}</bdi>
      )}
    </div>
  );
}

function Moved({ changes, flag }: { changes: FlagChange[]; flag: string }) {
  const words = text.flagTabs.activity;
  const found = changes.map(({ environment, movement }) => ({ environment, ...movedOf(movement, flag) }));
  if (found.some(({ emergency }) => emergency)) return <span className={classes.emergency}>{words.emergency}</span>;
  const counted = found.filter(({ moved }) => moved !== null);
  if (counted.length === 0) return <span className={panel.hint}>{words.notCounted}</span>;
  if (changes.length === 1) return <>{number(counted[0]?.moved ?? 0)}</>;
  return <>{counted.map(({ environment, moved }) => words.movedIn(environment, number(moved ?? 0))).join(", ")}</>;
}

/** Commands that reach every environment of the project. */
const WHOLE = ["create_flag", "update_flag", "archive_flag", "restore_flag", "import_document"];

interface ActsProps {
  project: string;
  flag: ProjectFlag;
  versions: Record<string, number>;
  changes: FlagChange[];
}

function Acts({ project, flag, versions, changes }: ActsProps) {
  const change = changes[0];
  if (change === undefined) return null;
  const { environment, version } = change;
  const isNow = flag.environments[environment]?.version === version;
  // What was done to the whole project is taken back in all of it at once.
  const undone = WHOLE.includes(String(change.command.type)) ? [change] : changes;
  return (
    <span className={classes.acts}>
      {undone.map((each) => (
        <UndoButton key={each.environment} project={project} environment={each.environment} version={each.version} />
      ))}
      {changes.length === 1 && !isNow && (
        <RestoreButton
          project={project}
          environment={environment}
          flag={flag.key}
          version={version}
          head={versions[environment] ?? 0}
        />
      )}
    </span>
  );
}
