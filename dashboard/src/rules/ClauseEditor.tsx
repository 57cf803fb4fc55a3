import { Autocomplete, Select } from "@mantine/core";
import { useState } from "react";

import type { Clause } from "../client";
import { isComplete, OPERATORS, operatorWords, typedOf, valueOf } from "../model/conditions";
import { share } from "../model/movement";
import { DEFAULT_KIND } from "../model/segmentKeys";
import { Unknown } from "../parts/Variant";
import { text } from "../text/en";
import { useCompletion } from "./completion";
import classes from "./Condition.module.css";
import { Seen } from "./Seen";
import { ValuesInput } from "./ValuesInput";

interface Props {
  clause: Clause;
  change: (clause: Clause) => void;
  /** Whether it is only begun, and takes the focus. */
  begun?: boolean;
}

/** What a clause is begun from. */
export const EMPTY: Clause = { attribute: "", op: "in", values: [] };

const words = text.targeting.condition;

/** One test: attribute, operator, values. What says nothing yet is kept here, not in the draft. */
export function ClauseEditor({ clause, change, begun = false }: Props) {
  const { attributes, kinds } = useCompletion();
  const [kept, setKept] = useState({ of: clause, mine: clause });
  if (kept.of !== clause) setKept({ of: clause, mine: clause });
  const mine = kept.of === clause ? kept.mine : clause;
  const put = (more: Partial<Pick<Clause, "attribute" | "op" | "values" | "kind">>) => {
    const next = { ...mine, ...more };
    setKept({ of: clause, mine: next });
    if (isComplete(next)) change(next);
  };
  const kind = mine.kind ?? DEFAULT_KIND;
  const own = attributes.filter((each) => each.kind === kind);
  const seen = own.find(({ name }) => name === topOf(mine.attribute));
  const operators = OPERATORS.map(([value, label]) => ({ value, label }));
  if (!operators.some(({ value }) => value === mine.op)) {
    operators.push({ value: mine.op, label: operatorWords(mine.op) });
  }
  return (
    <>
      {(kinds.length > 1 || kind !== DEFAULT_KIND) && (
        <Autocomplete
          size="xs"
          className={classes.kind}
          aria-label={words.kind}
          data={kinds}
          value={kind}
          onChange={(next) => put({ kind: next })}
        />
      )}
      <Autocomplete
        size="xs"
        className={classes.attribute}
        aria-label={words.attribute}
        placeholder={words.attribute.toLowerCase()}
        ref={begun ? focusFirst : undefined}
        data={own.map(({ name }) => name)}
        value={mine.attribute}
        spellCheck={false}
        renderOption={({ option }) => (
          <Seen
            label={option.value}
            part={own.find(({ name }) => name === option.value)?.share}
          />
        )}
        onChange={(attribute) => put({ attribute })}
      />
      <Select
        size="xs"
        className={classes.operator}
        aria-label={words.operator}
        searchable
        data={operators}
        value={mine.op}
        onChange={(value) => {
          const op = value ?? mine.op;
          const values = op === "present" ? [] : (mine.values ?? []);
          put({ op, values: values.map((each) => valueOf(typedOf(each, mine.op), op)) });
        }}
      />
      <ValuesInput
        op={mine.op}
        values={mine.values ?? []}
        seen={seen?.values ?? []}
        change={(values) => put({ values })}
      />
      {!isComplete(mine) && !begun && <span className={classes.never}>{words.missing}</span>}
      {attributes.length > 0 && mine.attribute !== "" && mine.attribute !== "key" && !seen && (
        <span className={classes.never} title={words.neverSeenWhy}>
          {words.neverSeen}
        </span>
      )}
      {seen && seen.withheld > 0 && <Unknown>{words.withheld(share(seen.withheld, 1))}</Unknown>}
    </>
  );
}

/** The attribute that a pointer goes into. */
function topOf(attribute: string): string {
  if (!attribute.startsWith("/")) return attribute;
  const [first = ""] = attribute.slice(1).split("/");
  return first.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Only where it was asked for: an empty rule offers its first clause unasked. */
function focusFirst(input: HTMLInputElement | null): void {
  if (input !== null && document.activeElement?.closest("[data-adds]")) input.focus();
}
