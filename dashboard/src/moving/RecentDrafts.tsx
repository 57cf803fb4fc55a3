import { Button } from "@mantine/core";
import { useState } from "react";

import { changed, type Draft } from "../model/draft";
import { forget, recentOf } from "../model/recent";
import { Time } from "../parts/Time";
import { text } from "../text/en";
import classes from "./DraftChanges.module.css";

interface Props<F extends object> {
  /** Where drafts are kept, by environment. */
  places: Record<string, string>;
  /** What a field is called. */
  named: (field: keyof F & string) => string;
  resume: (environment: string, draft: Draft<F>) => void;
}

/** Drafts that were given up within the last week; nothing, if there are none. */
export function RecentDrafts<F extends object>({ places, named, resume }: Props<F>) {
  const [, look] = useState(0);
  const found = Object.entries(places).flatMap(([environment, place]) =>
    recentOf<F>(place).map((recent) => ({ environment, place, ...recent })),
  );
  if (found.length === 0) return null;
  return (
    <section className={classes.changes} aria-label={text.moving.recent}>
      <h2>{text.moving.recent}</h2>
      <p className={classes.hint}>{text.moving.recentHint}</p>
      <ul>
        {found.map(({ environment, place, draft, at }) => {
          const fields = Object.keys(changed(draft)) as (keyof F & string)[];
          return (
            <li key={place + at} className={classes.resume}>
              <strong>{environment}</strong>
              <span>{text.moving.changesOf(fields.map(named).join(", "))}</span>
              <Time at={at} />
              <Button
                variant="default"
                size="compact-xs"
                onClick={() => {
                  forget(place, at);
                  resume(environment, draft);
                }}
              >
                {text.moving.resume}
              </Button>
              <Button
                variant="subtle"
                size="compact-xs"
                onClick={() => {
                  forget(place, at);
                  look((n) => n + 1);
                }}
              >
                {text.moving.forget}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
