import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

import { changed, fieldsOf, load, now, placeOf, same, type Fields } from "../../../../model/draft";
import { without } from "../../../../model/without";
import { Icon } from "../../../../parts/Icon";
import { text } from "../../../../text/en";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import classes from "./DocumentTab.module.css";
import { difference, folded, type Line } from "./lines";

/** The flag as an environment evaluates it, and what a draft would make of it. */
export function DocumentTab({ project, flag, environment, draft }: TabProps) {
  const clipboard = useClipboard();
  const words = text.flagTabs.document;
  const here = flag.environments[environment];
  if (here === undefined) return null;
  const shared = without(flag, "environments");
  const written = (fields: Fields) => JSON.stringify({ ...shared, ...fields }, null, 2);
  const served = fieldsOf(here);
  const drafted = draft?.environment === environment ? draft.fields : kept(project, flag.key, environment);
  const differs = drafted !== null && !same(drafted, served);
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        {!differs && <span className={panel.hint}>{words.noDraft}</span>}
      </header>
      {differs && (
        <section className={panel.panel} aria-label={words.draft}>
          <h2>{words.draft}</h2>
          <Difference lines={difference(written(served), written(drafted))} />
        </section>
      )}
      <section className={panel.panel} aria-label={words.title(environment)}>
        <div className={panel.head}>
          <h2>{words.title(environment)}</h2>
          <span className={panel.room} />
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Icon name="copy" size={12} />}
            onClick={() => clipboard.copy(written(served))}
          >
            {clipboard.copied ? words.copied : words.copy}
          </Button>
        </div>
        {/* A long line scrolls, by keyboard too. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre className={panel.code} tabIndex={0} aria-label={words.title(environment)}>
          {written(served)}
        </pre>
      </section>
    </div>
  );
}

/** A draft that waits on this device, though it is not open. */
function kept(project: string, flag: string, environment: string): Fields | null {
  const found = load(placeOf(project, flag, environment));
  return found === null || Object.keys(changed(found)).length === 0 ? null : now(found);
}

function Difference({ lines }: { lines: Line[] }) {
  const words = text.flagTabs.document;
  return (
    <div className={classes.difference} role="table" aria-label={words.draft}>
      {folded(lines).map((run, at) =>
        run.folded ? (
          <div key={at} role="row" className={classes.folded}>
            <span role="cell">{words.same(run.lines.length)}</span>
          </div>
        ) : (
          run.lines.map((line, index) => (
            <div key={`${at}.${index}`} role="row" className={classes.line} data-is={line.is}>
              <span role="cell" className={classes.sign}>
                {line.is === "same" ? "" : <SignOf is={line.is} />}
              </span>
              <bdi role="cell">{line.text}</bdi>
            </div>
          ))
        ),
      )}
    </div>
  );
}

function SignOf({ is }: { is: "added" | "removed" }) {
  return (
    <>
      <span aria-hidden>{is === "added" ? "+" : "−"}</span>
      <span className="visually-hidden">{text.flagTabs.document[is]}</span>
    </>
  );
}
