import type { Said } from "../client";
import { Variant, type VariantKeys } from "../parts/Variant";
import classes from "./Words.module.css";

/** The server's words for what is changed, with the names in them marked.
 *
 * Where the flag's variants are not known (`of`), a variant is named without its mark.
 */
export function Words({ words, of }: { words: readonly Said[]; of?: VariantKeys | undefined }) {
  return (
    <>
      {words.map(({ kind, text }, index) =>
        kind === "text" ? (
          <span key={index}>{text}</span>
        ) : kind === "variant" && of?.variants.includes(text) ? (
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
