import type { Edit } from "../client";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./EditList.module.css";
import { Words } from "./Words";

interface Props {
  edits: readonly Edit[];
  /** How many there are, where not all are at hand. */
  total?: number;
  /** How many are shown. */
  most?: number;
  variantsOf?: ((flag: string) => VariantKeys | undefined) | undefined;
  /** Names the flag or segment before each; else all are of one. */
  named?: ((edit: Edit) => React.ReactNode) | undefined;
}

const SIGNS = { added: "+", removed: "−", changed: "~" } as const;

/** What is edited, one line each: a sign, and the server's words. */
export function EditList({ edits, total = edits.length, most = edits.length, variantsOf, named }: Props) {
  const shown = edits.slice(0, most);
  const more = total - shown.length;
  return (
    <ul className={classes.edits}>
      {shown.map((edit, index) => (
        <li key={index}>
          <span className={classes.sign} data-what={edit.what} aria-hidden>
            {SIGNS[edit.what]}
          </span>
          <span className={classes.words}>
            {named !== undefined && <>{named(edit)} </>}
            <Words words={edit.words} of={edit.kind === "flag" ? variantsOf?.(edit.key) : undefined} />
          </span>
        </li>
      ))}
      {more > 0 && <li className={classes.more}>{text.moving.moreEdits(more)}</li>}
    </ul>
  );
}
