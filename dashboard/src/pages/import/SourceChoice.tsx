import type { ImportSource } from "../../client";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

interface Props {
  sources: readonly ImportSource[];
  chosen: string | null;
  choose: (name: string) => void;
}

/** Vendors and libraries, each with what to bring from there. */
export function SourceChoice({ sources, chosen, choose }: Props) {
  const groups: [string, readonly ImportSource[]][] = [
    [words.vendors, sources.filter((source) => source.endpoint)],
    [words.libraries, sources.filter((source) => !source.endpoint)],
  ];
  return groups.map(([title, members]) => (
    <fieldset key={title} className={classes.set}>
      <legend>{title}</legend>
      <div className={classes.cards}>
        {members.map(({ name, title }) => (
          <label key={name} className={classes.card}>
            <input
              type="radio"
              name="source"
              value={name}
              checked={chosen === name}
              onChange={() => choose(name)}
            />
            <b>{title}</b>
            <span>{words.bring[name]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  ));
}
