import { ActionIcon, Button, NumberInput, SegmentedControl, Select, Slider, TextInput } from "@mantine/core";

import type { Serve, Split } from "../client";
import { isNative, isSplit, splitOf, WHOLE, withWeight } from "../model/serves";
import { Icon } from "../parts/Icon";
import { Mark, markOf, type VariantKeys } from "../parts/Variant";
import { ServeView } from "./ServeView";
import classes from "./Serve.module.css";

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
          aria-label="What is served"
          value={split ? "split" : "one"}
          data={[
            { value: "one", label: "one variant" },
            { value: "split", label: "a split" },
          ]}
          onChange={(value) => {
            if (value === "split") change({ split: splitOf(of.variants, one) });
            else change(split?.arms[0]?.variant ?? of.variants[0] ?? null);
          }}
        />
        {!split && (
          <Select
            className={classes.variant}
            aria-label="Variant"
            data={[
              ...of.variants.map((key) => ({ value: key, label: key })),
              ...(fallback ? [{ value: FALLBACK, label: "fallback in code" }] : []),
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

function SplitEditor({ split, of, change }: { split: Split; of: VariantKeys; change: (s: Split) => void }) {
  const unused = of.variants.filter((key) => !split.arms.some(({ variant }) => variant === key));
  const by = split.by?.join(", ") ?? "key";
  return (
    <>
      {split.arms.map((arm, index) => (
        <div key={index} className={classes.row}>
          <Select
            className={classes.variant}
            aria-label={`Variant of share ${index + 1}`}
            data={[arm.variant, ...unused]}
            value={arm.variant}
            leftSection={<Mark place={markOf(of.variants, of.off, arm.variant)} />}
            onChange={(key) =>
              change({
                ...split,
                arms: split.arms.map((a, at) => (at === index ? { ...a, variant: key ?? a.variant } : a)),
              })
            }
          />
          <NumberInput
            className={classes.weight}
            aria-label={`Share of ${arm.variant} in per cent`}
            suffix=" %"
            min={0}
            max={100}
            decimalScale={3}
            step={1}
            value={Number(((arm.weight * 100) / WHOLE).toFixed(3))}
            onChange={(value) => {
              if (value === "") return;
              change({ ...split, arms: withWeight(split.arms, index, Number(value) * 1000) });
            }}
          />
          <Slider
            className={classes.slider}
            aria-label={`Share of ${arm.variant}`}
            min={0}
            max={100}
            step={1}
            label={(value) => `${value} %`}
            value={(arm.weight * 100) / WHOLE}
            thumbLabel={`Share of ${arm.variant}`}
            onChange={(value) =>
              change({ ...split, arms: withWeight(split.arms, index, value * 1000) })
            }
          />
          {split.arms.length > 2 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={`Take ${arm.variant} out of the split`}
              onClick={() => {
                const none = withWeight(split.arms, index, 0);
                change({ ...split, arms: none.filter((_, at) => at !== index) });
              }}
            >
              <Icon name="close" size={12} />
            </ActionIcon>
          )}
        </div>
      ))}
      <div className={classes.row}>
        {unused.length > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() =>
              change({ ...split, arms: [...split.arms, { variant: unused[0] ?? "", weight: 0 }] })
            }
          >
            Variant
          </Button>
        )}
        <TextInput
          size="xs"
          label="by"
          aria-label="Attribute that keeps everyone where they are"
          value={by}
          styles={{ root: { display: "flex", gap: 6, alignItems: "center" } }}
          onChange={(event) => {
            const names = event.currentTarget.value.split(",").map((name) => name.trim());
            change({ ...split, by: names });
          }}
        />
      </div>
    </>
  );
}
