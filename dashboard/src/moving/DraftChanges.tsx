import { Button, Kbd } from "@mantine/core";

import type { Edit } from "../client";
import { Icon } from "../parts/Icon";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./DraftChanges.module.css";
import { Words } from "./Words";

interface Props {
  environment: string;
  base: number;
  edits: readonly Edit[];
  variantsOf: (flag: string) => VariantKeys;
  undo: () => void;
  /** Undoes one edit alone; null for one of something else than what is edited here. */
  putBack: (edit: Edit) => (() => void) | null;
}

/** What a draft changes, in the server's words, each with its way back. */
export function DraftChanges({ environment, base, edits, variantsOf, undo, putBack }: Props) {
  const title = text.moving.draft(edits.length, environment);
  return (
    <section className={classes.changes} aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.hint}>{text.moving.draftKept(base)}</p>
      <ul>
        {edits.map((edit) => {
          const back = putBack(edit);
          return (
            <li key={`${edit.key}${edit.pointer}`} data-what={edit.what}>
              <i aria-hidden>{SIGNS[edit.what]}</i>
              <div>
                <Words words={edit.words} of={variantsOf(edit.key)} />
                {back !== null && (
                  <Button variant="subtle" size="compact-xs" onClick={back}>
                    {text.moving.putBack}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="undo" />}
        rightSection={<Kbd size="xs">{text.moving.undoKeys}</Kbd>}
        onClick={undo}
      >
        {text.moving.undo}
      </Button>
    </section>
  );
}

const SIGNS = { changed: "~", added: "+", removed: "−" } as const;
