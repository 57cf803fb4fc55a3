import { Checkbox } from "@mantine/core";

import type { ImportSummary } from "../../client";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";
import type { ImportMode } from "./useImportMovement";

interface Props {
  environment: string;
  summary: ImportSummary;
  mode: ImportMode;
  choose: (mode: ImportMode) => void;
  /** Whether somebody has said that they know what goes. */
  seen: boolean;
  see: (seen: boolean) => void;
}

const MODES: readonly ImportMode[] = ["merge", "replace"];
const SHOWN = 12;

/** What becomes of what is here and the document does not name; before it goes, each is named. */
export function Absent({ environment, summary, mode, choose, seen, see }: Props) {
  const { absent = 0, absent_flags: flags = [], absent_segments: segments = [] } = summary;
  const named = [...flags, ...segments].slice(0, SHOWN);
  return (
    <>
      <fieldset className={classes.set}>
        <legend>{words.apply.absent(absent, environment)}</legend>
        {MODES.map((each) => (
          <label key={each} className={classes.option}>
            <input type="radio" name="mode" checked={mode === each} onChange={() => choose(each)} />
            {words.apply.modes[each]}
          </label>
        ))}
      </fieldset>
      {mode === "replace" && (
        <div className={classes.amber} role="alert">
          <div>
            <strong>{words.apply.goes(flags.length, segments.length)}</strong>{" "}
            {named.map((key, index) => (
              <span key={key}>
                {index > 0 && ", "}
                <code>
                  <bdi>{key}</bdi>
                </code>
              </span>
            ))}
            {absent > named.length && ` ${words.apply.andMore(absent - named.length)}`}
            <Checkbox mt={8} label={words.apply.seen} checked={seen} onChange={(event) => see(event.currentTarget.checked)} />
          </div>
        </div>
      )}
    </>
  );
}
