import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { Differing } from "../../model/comparison";
import { EditList } from "../../moving/EditList";
import { text } from "../../text/en";
import classes from "./ComparePage.module.css";

interface Props {
  project: string;
  label: string;
  entries: readonly Differing[];
  chosen: ReadonlySet<string>;
  /** Without it nothing can be chosen. */
  choose: ((flags: string[], wanted: boolean) => void) | null;
}

/** What differs, each flag or segment with its differences in words. */
export function DifferenceList({ project, label, entries, chosen, choose }: Props) {
  const takeable = entries.filter((each) => each.takeable).map(({ key }) => key);
  const all = takeable.length > 0 && takeable.every((key) => chosen.has(key));
  return (
    <ul className={classes.list} aria-label={label}>
      {choose !== null && takeable.length > 1 && (
        <li className={classes.item}>
          <Checkbox
            aria-label={text.compare.all}
            checked={all}
            indeterminate={!all && takeable.some((key) => chosen.has(key))}
            onChange={() => choose(takeable, !all)}
          />
          <span aria-hidden>{text.compare.all}</span>
        </li>
      )}
      {entries.map((entry) => (
        <Entry
          key={entry.key}
          project={project}
          entry={entry}
          chosen={chosen.has(entry.key)}
          choose={choose}
        />
      ))}
    </ul>
  );
}

interface EntryProps {
  project: string;
  entry: Differing;
  chosen: boolean;
  choose: Props["choose"];
}

function Entry({ project, entry, chosen, choose }: EntryProps) {
  const { kind, key, edits, takeable } = entry;
  return (
    <li className={classes.item}>
      {choose !== null && takeable ? (
        <Checkbox
          aria-label={text.compare.choose(key)}
          checked={chosen}
          onChange={() => choose([key], !chosen)}
        />
      ) : (
        <span />
      )}
      <code className={classes.key} title={key}>
        {kind === "flag" ? (
          <Link to="/projects/$project/flags/$flag" params={{ project, flag: key }}>
            <bdi className="untrusted">{key}</bdi>
          </Link>
        ) : (
          <Link to="/projects/$project/segments/$segment" params={{ project, segment: key }}>
            <bdi className="untrusted">{key}</bdi>
          </Link>
        )}
      </code>
      <div className={classes.words}>
        <EditList edits={edits} />
        {kind === "flag" && !takeable && <p className={classes.project}>{text.compare.project}</p>}
      </div>
    </li>
  );
}
