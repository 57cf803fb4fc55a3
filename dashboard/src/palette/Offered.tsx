import { useEffect, useRef } from "react";

import { paletteText as words } from "../text/palette";
import type { Entry, Go, Group } from "./entries";
import classes from "./Palette.module.css";

export const LIST = "palette-found";

/** How the field names the option that Enter takes. */
export function optionId({ id }: Entry): string {
  return `palette-${id.replaceAll(/[^\w-]/g, (sign) => `_${sign.codePointAt(0) ?? 0}`)}`;
}

interface Props {
  groups: Group[];
  current: Entry | undefined;
  go: (to: Go) => void;
}

/** What is found, by kind. The field keeps the focus; the current option is seen and told. */
export function Offered({ groups, current, go }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <div ref={list} id={LIST} role="listbox" tabIndex={-1} aria-label={words.results} className={classes.options}>
      {groups.map(([title, entries]) => (
        <div key={title} role="group" aria-label={title}>
          <div aria-hidden className={classes.kind}>
            {title}
          </div>
          {entries.map((entry) => (
            // The field has the focus, and takes the keys for its options.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={entry.id}
              id={optionId(entry)}
              role="option"
              aria-selected={entry.id === current?.id}
              className={classes.option}
              onClick={() => go(entry.go)}
            >
              <bdi className="untrusted">{entry.title}</bdi>
              {entry.detail !== undefined && entry.detail !== entry.title && (
                <code className="untrusted">{entry.detail}</code>
              )}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
