import { share } from "../model/movement";
import { text } from "../text/en";
import classes from "./Condition.module.css";

/** Something to choose, and in which share of the observed contexts it was seen. */
export function Seen({ label, part }: { label: string; part: number | undefined }) {
  return (
    <span className={classes.option}>
      <bdi className="untrusted">{label}</bdi>
      {part !== undefined && <span>{text.targeting.condition.seen(share(part, 1))}</span>}
    </span>
  );
}
