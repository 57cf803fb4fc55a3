import { Button } from "@mantine/core";

import type { Change, ProjectFlag } from "../../../../client";
import { commandWords } from "../../../../model/commands";
import { number } from "../../../../model/movement";
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
  return (
    <section className={panel.panel} aria-label={words.changes}>
      <h2>{words.changes}</h2>
      <div className={panel.scroll}>
        <table className={panel.table}>
          <thead>
            <tr>
              <th scope="col">{words.columns.when}</th>
              <th scope="col">{words.columns.what}</th>
              <th scope="col">{words.columns.who}</th>
              <th scope="col" className={panel.number}>
                {words.columns.moved}
              </th>
              <th scope="col">{words.columns.act}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change, index) => (
              <tr key={change.version} data-here={change.version === chosen || undefined}>
                <td className={classes.when}>
                  <Time at={change.at} />
                </td>
                <td>
                  <div className={classes.what}>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={words.show(change.version)}
                      aria-current={change.version === chosen || undefined}
                      onClick={() => choose(change.version)}
                    >
                      {change.version}
                    </Button>
                    <bdi className={classes.words} title={commandWords(change.command)}>
                      {commandWords(change.command)}
                    </bdi>
                  </div>
                  {change.reason && <bdi className={classes.reason}>{change.reason}</bdi>}
                </td>
                <td>
                  <bdi>{change.actor}</bdi>
                </td>
                <td className={panel.number}>
                  <Moved change={change} flag={flag.key} />
                </td>
                <td>
                  <span className={classes.acts}>
                    <UndoButton project={project} environment={environment} version={change.version} />
                    {index > 0 && (
                      <RestoreButton
                        project={project}
                        environment={environment}
                        flag={flag.key}
                        version={change.version}
                        head={head}
                      />
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Moved({ change, flag }: { change: Change; flag: string }) {
  const { moved, emergency } = movedOf(change.movement, flag);
  const words = text.flagTabs.activity;
  if (emergency) return <span className={classes.emergency}>{words.emergency}</span>;
  if (moved === null) return <span className={panel.hint}>{words.notCounted}</span>;
  return <>{number(moved)}</>;
}
