import { Button } from "@mantine/core";

import type { Change, ProjectFlag } from "../../../../client";
import { commandWords } from "../../../../model/commands";
import { number } from "../../../../model/movement";
import { Table, type Column } from "../../../../parts/Table";
import { Time } from "../../../../parts/Time";
import { text } from "../../../../text/en";
import { UndoButton } from "../../UndoButton";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { movedOf } from "./moved";
import { RestoreButton } from "./RestoreButton";

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  head: number;
  /** Newest first. */
  changes: readonly Change[];
  chosen: number;
  choose: (version: number) => void;
}

/** Every change of the flag in one environment: who, what, whom it moved, and the way back. */
export function Changes({ project, flag, environment, head, changes, chosen, choose }: Props) {
  const words = text.flagTabs.activity;
  const newest = changes[0]?.version;
  const columns: Column<Change>[] = [
    { name: words.columns.when, cell: ({ at }) => <Time at={at} /> },
    {
      name: words.columns.what,
      cell: (change) => <What change={change} chosen={change.version === chosen} choose={choose} />,
    },
    { name: words.columns.who, cell: ({ actor }) => <bdi>{actor}</bdi> },
    { name: words.columns.moved, cell: (change) => <Moved change={change} flag={flag.key} />, number: true },
    {
      name: words.columns.act,
      cell: ({ version }) => (
        <span className={classes.acts}>
          <UndoButton project={project} environment={environment} version={version} />
          {version !== newest && (
            <RestoreButton
              project={project}
              environment={environment}
              flag={flag.key}
              version={version}
              head={head}
            />
          )}
        </span>
      ),
    },
  ];
  return (
    <section className={panel.panel} aria-label={words.changes}>
      <h2>{words.changes}</h2>
      <Table
        label={words.changes}
        columns={columns}
        rows={changes}
        keyOf={({ version }) => version}
        none={words.none}
      />
    </section>
  );
}

interface WhatProps {
  change: Change;
  chosen: boolean;
  choose: (version: number) => void;
}

function What({ change, chosen, choose }: WhatProps) {
  const words = text.flagTabs.activity;
  const said = commandWords(change.command);
  return (
    <div>
      <div className={classes.what}>
        <Button
          variant={chosen ? "light" : "subtle"}
          size="compact-sm"
          aria-label={words.show(change.version)}
          aria-current={chosen || undefined}
          onClick={() => choose(change.version)}
        >
          {change.version}
        </Button>
        <bdi className={classes.words} title={said}>
          {said}
        </bdi>
      </div>
      {change.reason && <bdi className={classes.reason}>{change.reason}</bdi>}
    </div>
  );
}

function Moved({ change, flag }: { change: Change; flag: string }) {
  const { moved, emergency } = movedOf(change.movement, flag);
  const words = text.flagTabs.activity;
  if (emergency) return <span className={classes.emergency}>{words.emergency}</span>;
  if (moved === null) return <span className={panel.hint}>{words.notCounted}</span>;
  return <>{number(moved)}</>;
}
