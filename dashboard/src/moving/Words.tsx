import type { Said } from "../client";
import { Variant, type VariantKeys } from "../parts/Variant";
import classes from "./Words.module.css";

/** The server's words for what is changed, with the names in them marked. */
export function Words({ words, of }: { words: readonly Said[]; of: VariantKeys }) {
  return (
    <>
      {words.map(({ kind, text }, index) =>
        kind === "text" ? (
          <span key={index}>{text}</span>
        ) : kind === "variant" ? (
          <Variant key={index} of={of} name={text} />
        ) : (
          <bdi key={index} className={classes.named}>
            {text}
          </bdi>
        ),
      )}
    </>
  );
}
