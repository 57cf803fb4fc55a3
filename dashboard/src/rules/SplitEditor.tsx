import { ActionIcon, Autocomplete, Button, NumberInput, Select, Slider } from "@mantine/core";
import { useState } from "react";

import type { Split } from "../client";
import { equalised, percentOf, WHOLE, withWeight } from "../model/serves";
import { Icon } from "../parts/Icon";
import { Mark, markOf, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { useCompletion } from "./completion";
import { Seen } from "./Seen";
import classes from "./Serve.module.css";

interface Props {
  split: Split;
  of: VariantKeys;
  change: (split: Split) => void;
}

const words = text.targeting.split;

/** The shares of a split: by slider or number, some of them locked, always the same sum. */
export function SplitEditor({ split, of, change }: Props) {
  const [locked, setLocked] = useState<ReadonlySet<string>>(new Set());
  const { arms } = split;
  const unused = of.variants.filter((key) => !arms.some(({ variant }) => variant === key));
  const isLocked = (at: number) => locked.has(arms[at]?.variant ?? "");
  const weigh = (index: number, weight: number) =>
    change({ ...split, arms: withWeight(arms, index, weight, isLocked) });
  const sum = arms.reduce((all, { weight }) => all + weight, 0);
  return (
    <>
      {arms.map((arm, index) => {
        const fixed = isLocked(index) || arms.every((_, at) => at === index || isLocked(at));
        return (
          <div key={index} className={classes.row}>
            <Select
              size="xs"
              className={classes.variant}
              aria-label={words.variantOf(index + 1)}
              data={[arm.variant, ...unused]}
              value={arm.variant}
              leftSection={<Mark place={markOf(of.variants, of.off, arm.variant)} />}
              onChange={(key) =>
                change({
                  ...split,
                  arms: arms.map((a, at) => (at === index ? { ...a, variant: key ?? a.variant } : a)),
                })
              }
            />
            <NumberInput
              size="xs"
              className={classes.weight}
              aria-label={words.percent(arm.variant)}
              suffix=" %"
              min={0}
              max={100}
              decimalScale={3}
              step={1}
              disabled={fixed}
              value={Number(((arm.weight * 100) / WHOLE).toFixed(3))}
              onChange={(value) => {
                if (value !== "") weigh(index, Number(value) * 1000);
              }}
            />
            <Slider
              className={classes.slider}
              aria-label={words.share(arm.variant)}
              thumbLabel={words.share(arm.variant)}
              min={0}
              max={100}
              step={1}
              disabled={fixed}
              label={(value) => `${value} %`}
              value={(arm.weight * 100) / WHOLE}
              onChange={(value) => weigh(index, value * 1000)}
            />
            {arms.length > 2 && (
              <>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  aria-label={words.lock(arm.variant)}
                  aria-pressed={isLocked(index)}
                  onClick={() => setLocked(toggled(locked, arm.variant))}
                >
                  <Icon name={isLocked(index) ? "locked" : "open"} />
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={words.remove(arm.variant)}
                  disabled={fixed}
                  onClick={() => {
                    const none = withWeight(arms, index, 0, isLocked);
                    change({ ...split, arms: none.filter((_, at) => at !== index) });
                  }}
                >
                  <Icon name="close" size={12} />
                </ActionIcon>
              </>
            )}
          </div>
        );
      })}
      <div className={classes.row}>
        {unused.length > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() =>
              change({ ...split, arms: [...arms, { variant: unused[0] ?? "", weight: 0 }] })
            }
          >
            {words.variant}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          h={24}
          onClick={() => change({ ...split, arms: equalised(arms, isLocked) })}
        >
          {words.equal}
        </Button>
        <span className={classes.number}>{words.sum(percentOf(sum))}</span>
        <By split={split} change={change} />
      </div>
    </>
  );
}

function By({ split, change }: { split: Split; change: (split: Split) => void }) {
  const { attributes } = useCompletion();
  return (
    <label className={classes.by}>
      <span>{words.by}</span>
      <Autocomplete
        size="xs"
        aria-label={words.byLabel}
        data={["key", ...new Set(attributes.map(({ name }) => name).filter((name) => name !== "key"))]}
        value={split.by?.join(", ") ?? "key"}
        renderOption={({ option }) => (
          <Seen
            label={option.value}
            part={attributes.find(({ name }) => name === option.value)?.share}
          />
        )}
        onChange={(typed) => {
          const names = typed.split(",").map((name) => name.trim());
          change({ ...split, by: names });
        }}
      />
    </label>
  );
}

function toggled(all: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
