import { Unknown } from "../../../parts/Variant";
import { text } from "../../../text/en";
import type { Count } from "./count";
import classes from "./Took.module.css";

/** How many contexts a step takes, and in a draft how many it took before. */
export function Took({ count }: { count: Count }) {
  const { state, words, share, before, old } = count;
  if (state === "waiting") return <span className={classes.took}>…</span>;
  if (state === "nobody") return <Unknown>{text.targeting.unknown}</Unknown>;
  return (
    <span className={classes.took} data-old={old || undefined}>
      {before !== null && (
        <>
          <del>{before}</del> →{" "}
        </>
      )}
      <b>{words ?? (old ? "…" : text.targeting.uncounted)}</b>
      {words !== null && <span className={classes.share}> · {share}</span>}
    </span>
  );
}

/** The waterfall: who is taken above, who here, and by their absence who is left. */
export function Waterfall({ count, empty = false }: { count: Count; empty?: boolean }) {
  const { fall } = count;
  if (fall === null || empty) return <span aria-hidden className={classes.fall} />;
  const { above, here, perhaps, total } = fall;
  return (
    <svg aria-hidden className={classes.fall} viewBox={`0 0 ${total} 1`} preserveAspectRatio="none">
      <rect width={above} height="1" data-part="above" />
      <rect x={above} width={atLeast(here, total)} height="1" data-part="here" />
      <rect x={above + here} width={perhaps} height="1" data-part="perhaps" />
    </svg>
  );
}

/** A part that would vanish is drawn so that it is seen. */
function atLeast(part: number, total: number): number {
  return part === 0 ? 0 : Math.max(part, total / 150);
}
