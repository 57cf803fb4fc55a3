import { Button } from "@mantine/core";

import { movedWords } from "../../../../model/movement";
import { usePreview } from "../../../../moving/usePreview";
import { useStable } from "../../../../moving/useStable";
import { wordsOf } from "../../../../parts/States";
import { text } from "../../../../text/en";
import classes from "./Activity.module.css";

interface Props {
  project: string;
  environment: string;
  flag: string;
  version: number;
  head: number;
}

/** Whom going back to a version would move. */
export function Moving({ project, environment, flag, version, head }: Props) {
  const command = useStable({ type: "restore_version", flag, version });
  const { movement, counting, error, retry } = usePreview(project, environment, command, head);
  const words = text.flagTabs.activity;
  return (
    <p className={classes.moving} role="status" data-old={counting || undefined}>
      {movement !== null ? (
        <strong>{words.ifBack(movedWords(movement))}</strong>
      ) : error !== null && !counting ? (
        <>
          {words.notCountedWhy(wordsOf(error))}{" "}
          <Button variant="subtle" size="compact-sm" onClick={retry}>
            {text.states.retry}
          </Button>
        </>
      ) : (
        words.counting
      )}
    </p>
  );
}
