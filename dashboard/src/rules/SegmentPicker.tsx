import { Select } from "@mantine/core";

import type { InSegment } from "../client";
import { text } from "../text/en";
import { useCompletion } from "./completion";
import classes from "./Condition.module.css";

interface Props {
  /** Null while none was picked. */
  segment: string | null;
  change: (condition: InSegment) => void;
  focused?: boolean;
}

/** A segment that a context has to be in. */
export function SegmentPicker({ segment, change, focused = false }: Props) {
  const { segments } = useCompletion();
  const known = segment === null || segments.includes(segment) ? segments : [...segments, segment];
  return (
    <>
      <span className={classes.word}>{text.targeting.condition.inSegment}</span>
      <Select
        size="xs"
        className={classes.attribute}
        aria-label={text.targeting.condition.segment}
        searchable
        ref={focused ? focusOnce : undefined}
        data={known}
        value={segment}
        nothingFoundMessage={text.targeting.condition.noSuchSegment}
        onChange={(key) => {
          if (key !== null) change({ segment: key });
        }}
      />
    </>
  );
}

function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}
