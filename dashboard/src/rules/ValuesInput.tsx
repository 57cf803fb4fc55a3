import { NumberInput, TagsInput, TextInput } from "@mantine/core";

import type { ValueShare } from "../client";
import { inputOf, typedOf, valueOf, type Operator } from "../model/conditions";
import { text } from "../text/en";
import classes from "./Condition.module.css";
import { Seen } from "./Seen";

interface Props {
  op: Operator;
  values: unknown[];
  /** The commonest values of the attribute. */
  seen: ValueShare[];
  change: (values: unknown[]) => void;
}

const words = text.targeting.condition;

/** The values of a clause, typed in as its operator takes them. */
export function ValuesInput({ op, values, seen, change }: Props) {
  const [first, ...more] = values;
  // Several numbers, dates or versions are rare, but they are what an import may bring.
  const input = more.length > 0 && inputOf(op) !== "none" ? "list" : inputOf(op);
  const one = (value: string) => change(value === "" ? [] : [valueOf(value, op)]);
  switch (input) {
    case "none":
      return null;
    case "number":
      return (
        <NumberInput
          size="xs"
          className={classes.number}
          aria-label={words.value}
          value={typeof first === "number" ? first : ""}
          onChange={(value) => one(String(value))}
        />
      );
    case "date":
      return (
        <>
          <TextInput
            size="xs"
            type="datetime-local"
            aria-label={words.value}
            value={typeof first === "string" ? first.replace(/(:\d\d)?(\.\d+)?Z$/, "") : ""}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change(value === "" ? [] : [`${value}:00Z`]);
            }}
          />
          <span className={classes.hint}>{words.utc}</span>
        </>
      );
    case "version":
    case "pattern":
      return (
        <TextInput
          size="xs"
          className={classes.values}
          aria-label={words.value}
          placeholder={input === "version" ? words.version : undefined}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          value={typeof first === "string" ? first : ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(value === "" ? [] : [value]);
          }}
        />
      );
    case "list": {
      const shares = new Map(seen.map(({ value, share }) => [typedOf(value, op), share]));
      return (
        <TagsInput
          size="xs"
          className={classes.values}
          aria-label={words.values}
          placeholder={values.length === 0 ? words.valueHint : ""}
          data={[...shares.keys()]}
          value={values.map((value) => typedOf(value, op))}
          splitChars={["\n", "\t"]}
          acceptValueOnBlur
          renderOption={({ option }) => (
            <Seen label={option.value} part={shares.get(option.value)} />
          )}
          onChange={(next) => change(next.map((value) => valueOf(value, op)))}
        />
      );
    }
  }
}
