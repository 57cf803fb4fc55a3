import { Tooltip } from "@mantine/core";

import { ago, exactly } from "../model/instants";
import { useNow } from "./useNow";

const EVERY_MS = 30_000;

/** An instant: relative, and exact with its zone on hover and focus. */
export function Time({ at }: { at: string }) {
  const now = useNow(EVERY_MS);
  const instant = new Date(at);
  return (
    <Tooltip label={exactly(instant)} events={{ hover: true, focus: true, touch: true }}>
      {/* Whoever has no mouse gets at the exact time by the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <time dateTime={at} tabIndex={0}>
        {ago(instant, now)}
      </time>
    </Tooltip>
  );
}
