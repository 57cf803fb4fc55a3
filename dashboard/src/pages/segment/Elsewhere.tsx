import { Button } from "@mantine/core";

import { same } from "../../model/draft";
import type { SegmentFields } from "../../model/segments";
import { text } from "../../text/en";
import classes from "./SegmentPage.module.css";

interface Props {
  fields: SegmentFields;
  /** The same segment in other environments. */
  others: [string, SegmentFields][];
  editing: boolean;
  copy: (fields: SegmentFields) => void;
}

/** Whether other environments have the segment alike; where not, it can be taken over. */
export function Elsewhere({ fields, others, editing, copy }: Props) {
  if (others.length === 0) return null;
  const alike = others.filter(([, theirs]) => same(theirs, fields)).map(([key]) => key);
  const differing = others.filter(([, theirs]) => !same(theirs, fields));
  return (
    <section className={classes.panel} aria-label={text.segments.elsewhere}>
      <h2>{text.segments.elsewhere}</h2>
      {alike.length > 0 && (
        <p className={classes.elsewhere}>{text.segments.sameAs(alike.join(", "))}</p>
      )}
      {differing.map(([key, theirs]) => (
        <p key={key} className={classes.elsewhere}>
          {text.segments.differs(key)}{" "}
          {editing && (
            <Button variant="default" size="compact-sm" h={24} onClick={() => copy(theirs)}>
              {text.segments.copy(key)}
            </Button>
          )}
        </p>
      ))}
    </section>
  );
}
