import { movedWords } from "../../../../model/movement";
import { usePreview } from "../../../../moving/usePreview";
import { useStable } from "../../../../moving/useStable";
import { wordsOf } from "../../../../parts/States";
import { text } from "../../../../text/en";
import classes from "./Settings.module.css";

interface Props {
  project: string;
  /** What is changed everywhere. */
  command: Record<string, unknown>;
  /** The version of each environment that it is changed on top of. */
  versions: Record<string, number>;
}

/** Who gets something else in each environment, if one saves. */
export function SettingsMovement({ project, command, versions }: Props) {
  return (
    <ul className={classes.movement} aria-label={text.moving.title} aria-live="polite">
      {Object.entries(versions).map(([environment, version]) => (
        <Moves key={environment} project={project} environment={environment} version={version} command={command} />
      ))}
    </ul>
  );
}

interface MovesProps {
  project: string;
  environment: string;
  version: number;
  command: Record<string, unknown>;
}

function Moves({ project, environment, version, command }: MovesProps) {
  const { movement, counting, error } = usePreview(project, environment, useStable(command), version);
  const failed = error !== null && !counting;
  const said = failed
    ? text.moving.failed(wordsOf(error))
    : movement === null
      ? text.moving.counting
      : movedWords(movement);
  return (
    <li data-old={counting || undefined}>
      <bdi>{environment}</bdi> <strong>{said}</strong>
    </li>
  );
}
