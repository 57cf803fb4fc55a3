import { Link } from "@tanstack/react-router";

import type { Edit, TimelineEntry } from "../../client";
import { number } from "../../model/movement";
import { EditList } from "../../moving/EditList";
import { Chip } from "../../parts/Chip";
import { Time } from "../../parts/Time";
import { commandWords } from "../../text/commands";
import { text } from "../../text/en";
import { UndoButton } from "../flag/UndoButton";
import classes from "./HistoryPage.module.css";

const words = text.history;

interface Props {
  project: string;
  entry: TimelineEntry;
}

/** One thing that happened: who, what, whom it moved, and the way back; or what was deployed. */
export function HistoryEntry({ project, entry }: Props) {
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <span className={classes.at}>
        <Time at={entry.at} />
      </span>
      {entry.kind === "change" ? <Change project={project} entry={entry} /> : <Deployment entry={entry} />}
    </li>
  );
}

function Change({ project, entry }: Props) {
  const { actor, command, edits, edited, emergency, reason, request } = entry;
  const versions = Object.entries(entry.versions ?? {});
  const moved = Object.entries(entry.moved ?? {});
  const [at] = versions.at(-1) ?? [];
  const approved = entry.approved_by ?? [];
  return (
    <>
      <div className={classes.what}>
        <p className={classes.title}>
          <bdi className="untrusted" title={actor}>
            <strong>{actor}</strong>
          </bdi>
          <bdi className="untrusted">{commandWords(command)}</bdi>
          {emergency && <Chip tone="danger">{words.emergency}</Chip>}
        </p>
        {edits && edits.length > 0 && (
          <EditList
            edits={edits}
            total={edited ?? edits.length}
            named={(edit) => <Named project={project} edit={edit} environment={at} at={entry.at} />}
          />
        )}
        {reason !== "" && <bdi className={classes.reason}>{reason}</bdi>}
      </div>
      <div className={classes.moved}>
        {moved.map(([environment, count]) => (
          <span key={environment}>
            {moved.length > 1 || versions.length > 1
              ? words.moved(environment, number(count))
              : words.movedHere(number(count))}
          </span>
        ))}
        {request != null && (
          <span>
            <Link to="/projects/$project/requests/$request" params={{ project, request: String(request) }}>
              {words.request(request)}
            </Link>
            {approved.length > 0 && <bdi>, {words.approvedBy(approved.join(", "))}</bdi>}
          </span>
        )}
      </div>
      <div className={classes.where}>
        {versions.map(([environment, version]) => (
          <span key={environment} className={classes.version}>
            <bdi>{environment}</bdi> {version}
            <UndoButton project={project} environment={environment} version={version} />
          </span>
        ))}
      </div>
    </>
  );
}

interface NamedProps {
  project: string;
  edit: Edit;
  environment: string | undefined;
  at: string;
}

/** The flag as it was then, or the segment. */
function Named({ project, edit: { kind, key }, environment, at }: NamedProps) {
  if (kind === "segment") {
    return (
      <Link className="mono" to="/projects/$project/segments/$segment" params={{ project, segment: key }} search={{ environment }}>
        <bdi>{key}</bdi>
      </Link>
    );
  }
  return (
    <Link
      className="mono"
      to="/projects/$project/flags/$flag"
      params={{ project, flag: key }}
      search={{ tab: "activity", in: environment, at }}
    >
      <bdi>{key}</bdi>
    </Link>
  );
}

function Deployment({ entry }: { entry: TimelineEntry }) {
  const { actor, application, version, url, environments } = entry;
  const said = <bdi className="untrusted">{words.deployed(application ?? "", version ?? "")}</bdi>;
  return (
    <>
      <div className={classes.what}>
        <p className={classes.title}>
          <Chip>{words.deploy}</Chip>
          {url ? (
            <a href={url} rel="noreferrer">
              {said}
            </a>
          ) : (
            said
          )}
        </p>
        <bdi className={classes.reason}>{actor}</bdi>
      </div>
      <div className={classes.moved} />
      <div className={classes.where}>
        <bdi>{environments.join(", ")}</bdi>
      </div>
    </>
  );
}
