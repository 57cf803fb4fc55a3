import { ActionIcon, Autocomplete, Button, Select, TagsInput, Textarea } from "@mantine/core";
import { useState } from "react";

import type { Target } from "../../../client";
import { DEFAULT_KIND, keysIn } from "../../../model/segmentKeys";
import { Icon } from "../../../parts/Icon";
import { Mark, markOf, Variant, type VariantKeys } from "../../../parts/Variant";
import { useCompletion } from "../../../rules/completion";
import { text } from "../../../text/en";
import type { Count } from "./count";
import classes from "./Lines.module.css";
import { Took } from "./Took";

interface Props {
  given: Target[];
  of: VariantKeys;
  count: Count;
  /** Undefined while they are only read. */
  change?: ((next: Target[]) => void) | undefined;
}

const SHOWN_KEYS = 2;
const words = text.targeting.targets;

/** Individual keys that get a variant before any rule is asked. */
export function Targets({ given, of, count, change }: Props) {
  const put = (index: number, next: Target | null) =>
    change?.(
      next === null
        ? given.filter((_, at) => at !== index)
        : given.map((each, at) => (at === index ? next : each)),
    );
  const variant = of.variants.find((key) => key !== of.off) ?? of.variants[0];
  return (
    <div className={classes.line} role="group" aria-label={words.title}>
      <span className={classes.label}>{words.title}</span>
      <div className={classes.items}>
        {given.length === 0 && <span className={classes.none}>{text.targeting.none}</span>}
        {given.map((target, index) =>
          change ? (
            <Edited
              key={index}
              target={target}
              number={index + 1}
              of={of}
              change={(next) => put(index, next)}
            />
          ) : (
            <Read key={index} target={target} of={of} />
          ),
        )}
        {change && variant !== undefined && (
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() => change([...given, { variant, keys: [] }])}
          >
            {words.add}
          </Button>
        )}
      </div>
      {given.length > 0 && (
        <span className={classes.count}>
          <Took count={count} />
        </span>
      )}
    </div>
  );
}

function Read({ target, of }: { target: Target; of: VariantKeys }) {
  return (
    <span className={classes.item}>
      <Variant of={of} name={target.variant} />
      {target.kind !== undefined && target.kind !== DEFAULT_KIND && (
        <bdi className={classes.word}>{target.kind}</bdi>
      )}
      {target.keys.slice(0, SHOWN_KEYS).map((key) => (
        <code key={key} className={`untrusted ${classes.key}`} title={key}>
          {key}
        </code>
      ))}
      {target.keys.length > SHOWN_KEYS && text.flag.more(target.keys.length - SHOWN_KEYS)}
    </span>
  );
}

/** So many keys are edited as tags; more of them as lines. */
const MOST_TAGS = 50;

function Edited({ target, number, of, change }: {
  target: Target;
  number: number;
  of: VariantKeys;
  change: (next: Target | null) => void;
}) {
  const { kinds } = useCompletion();
  // As one types, lines may be blank: the draft has the keys, this has the lines.
  const [lines, setLines] = useState<string | null>(null);
  const label = words.keys(target.variant);
  return (
    <span className={classes.edited}>
      <Select
        size="xs"
        className={classes.variant}
        aria-label={words.variant(number)}
        data={of.variants}
        value={target.variant}
        leftSection={<Mark place={markOf(of.variants, of.off, target.variant)} />}
        onChange={(variant) => change({ ...target, variant: variant ?? target.variant })}
      />
      <Autocomplete
        size="xs"
        className={classes.kind}
        aria-label={words.kind(number)}
        data={kinds}
        value={target.kind ?? DEFAULT_KIND}
        onChange={(kind) => change({ ...target, kind })}
      />
      {target.keys.length > MOST_TAGS || lines !== null ? (
        <Textarea
          size="xs"
          className={classes.keys}
          aria-label={label}
          autosize
          minRows={3}
          maxRows={12}
          value={lines ?? target.keys.join("\n")}
          onChange={(event) => {
            setLines(event.currentTarget.value);
            change({ ...target, keys: keysIn(`${event.currentTarget.value}\n`) });
          }}
          onBlur={() => setLines(null)}
        />
      ) : (
        <TagsInput
          size="xs"
          className={classes.keys}
          aria-label={label}
          placeholder={target.keys.length === 0 ? words.hint : ""}
          splitChars={["\n", ",", "\t"]}
          acceptValueOnBlur
          value={target.keys}
          onChange={(keys) => change({ ...target, keys: keysIn(keys.join("\n")) })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={words.remove(target.variant)}
        onClick={() => change(null)}
      >
        <Icon name="close" size={12} />
      </ActionIcon>
    </span>
  );
}
