import { SegmentedControl, Select } from "@mantine/core";

import type { Serve } from "../client";
import { isNative, isSplit, splitOf } from "../model/serves";
import { Mark, markOf, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./Serve.module.css";
import { ServeView } from "./ServeView";
import { SplitEditor } from "./SplitEditor";

interface Props {
  serve: Serve | null;
  of: VariantKeys;
  change: (serve: Serve | null) => void;
  /** Whether "nothing" can be served: the caller's fallback. */
  fallback?: boolean;
}

const FALLBACK = "\u0000";

/** What is served, to be edited. A vendor's split is shown as it is: its units are its own. */
export function ServeEditor({ serve, of, change, fallback }: Props) {
  if (serve !== null && typeof serve === "object" && (!isSplit(serve) || !isNative(serve.split))) {
    return <ServeView serve={serve} of={of} />;
  }
  const split = isSplit(serve) ? serve.split : null;
  const one = typeof serve === "string" ? serve : null;
  return (
    <div className={classes.editor}>
      <div className={classes.row}>
        <SegmentedControl
          size="xs"
          aria-label={text.targeting.split.what}
          value={split ? "split" : "one"}
          data={[
            { value: "one", label: text.targeting.split.one },
            { value: "split", label: text.targeting.split.split },
          ]}
          onChange={(value) => {
            if (value === "split") change({ split: splitOf(of.variants, one) });
            else change(split?.arms[0]?.variant ?? of.variants[0] ?? null);
          }}
        />
        {!split && (
          <Select
            className={classes.variant}
            aria-label={text.targeting.split.variant}
            size="xs"
            data={[
              ...of.variants.map((key) => ({ value: key, label: key })),
              ...(fallback ? [{ value: FALLBACK, label: text.targeting.split.fallback }] : []),
            ]}
            value={one ?? (fallback ? FALLBACK : null)}
            leftSection={one !== null && <Mark place={markOf(of.variants, of.off, one)} />}
            onChange={(key) => change(key === FALLBACK ? null : key)}
          />
        )}
      </div>
      {split && <SplitEditor split={split} of={of} change={(next) => change({ split: next })} />}
    </div>
  );
}
