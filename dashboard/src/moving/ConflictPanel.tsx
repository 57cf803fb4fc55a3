import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { answered } from "../api/http";
import { getChange } from "../client";
import type { Edit } from "../client";
import { movedWords } from "../model/movement";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./ConflictPanel.module.css";
import type { Choice, Conflict, News } from "./useDraft";
import { usePreview, type Counted } from "./usePreview";
import { useStable } from "./useStable";
import { Words } from "./Words";

interface Props {
  project: string;
  environment: string;
  /** The version that changed what is edited. */
  version: number;
  conflict: Conflict<object>;
  /** The command that makes what is edited what it is said to be. */
  commandOf: (fields: object) => Record<string, unknown>;
  /** What they have changed, as it is there now. */
  theirs: object;
  /** What the draft moves, on top of what is there now. */
  mine: Counted;
  variantsOf: (flag: string) => VariantKeys;
  choose: (choice: Choice) => void;
}

/** Yours and theirs side by side, in words, each with whom it moves; the draft waits for a choice. */
export function ConflictPanel(props: Props) {
  const { project, environment, version, conflict, commandOf, theirs: changed, mine, variantsOf, choose } = props;
  const theirs = useStable(commandOf(changed));
  // What they have made of the version that the draft was begun on.
  const counted = usePreview(project, environment, theirs, version, conflict.base);
  const change = useQuery({
    queryKey: [project, "change", environment, version],
    queryFn: () => answered(getChange({ path: { project, environment, version } })),
    staleTime: Infinity,
  });
  const who = change.data === undefined ? "" : text.moving.by(change.data.actor);
  return (
    <div className={classes.conflict} role="alert">
      <p>
        <strong>{text.moving.conflict(version, who)}</strong> {text.moving.choose}
      </p>
      <div className={classes.sides}>
        <Side
          title={text.moving.yours}
          edits={mine.edits}
          moved={mine.movement && text.moving.movesIf(movedWords(mine.movement))}
          variantsOf={variantsOf}
          act={text.moving.keepMine}
          go={() => choose("mine")}
        />
        <Side
          title={text.moving.theirs}
          edits={counted.edits}
          moved={counted.movement && text.moving.movedBy(movedWords(counted.movement))}
          variantsOf={variantsOf}
          act={text.moving.takeTheirs}
          go={() => choose("theirs")}
        />
      </div>
      <div className={classes.both}>
        <Button
          variant="default"
          size="compact-sm"
          disabled={conflict.choices.both === null}
          onClick={() => choose("both")}
        >
          {text.moving.keepBoth}
        </Button>
        <span>{conflict.choices.both === null ? text.moving.noBoth : text.moving.bothHint}</span>
      </div>
    </div>
  );
}

interface SideProps {
  title: string;
  edits: readonly Edit[];
  moved: string | null;
  variantsOf: (flag: string) => VariantKeys;
  act: string;
  go: () => void;
}

function Side({ title, edits, moved, variantsOf, act, go }: SideProps) {
  return (
    <section className={classes.side} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {edits.map((edit) => (
          <li key={edit.key + edit.pointer}>
            <Words words={edit.words} of={variantsOf(edit.key)} />
          </li>
        ))}
      </ul>
      <p>{moved ?? text.moving.counting}</p>
      <Button variant="default" size="compact-sm" onClick={go}>
        {act}
      </Button>
    </section>
  );
}

/** What somebody else saved of what the draft does not touch. */
export function NewsLine({ news, named, dismiss }: { news: News; named: (field: string) => string; dismiss: () => void }) {
  return (
    <div className={classes.news} role="group" aria-live="polite" aria-label={text.moving.newsTitle}>
      <span>{text.moving.news(news.version, news.fields.map(named).join(", "))}</span>
      <Button variant="subtle" size="compact-sm" onClick={dismiss}>
        {text.moving.dismiss}
      </Button>
    </div>
  );
}
