import type { Said } from "../client";
import classes from "./Sentence.module.css";
import { Variant, type VariantKeys } from "./Variant";

/** The server's sentence: what is served to whom. It is never built here. */
export function Sentence({ says, of, small }: { says: Said[]; of: VariantKeys; small?: boolean }) {
  return (
    <p className={classes.sentence} data-small={small}>
      {says.map((part, index) => (
        <Piece key={index} part={part} of={of} />
      ))}
    </p>
  );
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
