import type { Said } from "../client";
import classes from "./Sentence.module.css";
import { Variant, type VariantKeys } from "./Variant";

/** The server's sentence: what is served to whom. It is never built here.
 *
 * What a draft says otherwise than before is underlined.
 */
export function Sentence({ says, of, small }: { says: (Said & { changed?: boolean })[]; of: VariantKeys; small?: boolean }) {
  return (
    <p className={classes.sentence} data-small={small}>
      {says.map((part, index) => (
        <Marked key={index} changed={part.changed ?? false}>
          <Piece part={part} of={of} />
        </Marked>
      ))}
    </p>
  );
}

function Marked({ changed, children }: { changed: boolean; children: React.ReactNode }) {
  return changed ? <ins className={classes.changed}>{children}</ins> : children;
}

function Piece({ part, of }: { part: Said; of: VariantKeys }) {
  switch (part.kind) {
    case "variant":
      return <Variant of={of} name={part.text} />;
    case "text":
      return <>{part.text}</>;
    default:
      return <bdi className={classes[part.kind]}>{part.text}</bdi>;
  }
}
