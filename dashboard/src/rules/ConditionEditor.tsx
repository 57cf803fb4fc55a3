import { ActionIcon, Autocomplete, Button, SegmentedControl, Select, TagsInput } from "@mantine/core";

import type { Clause, Condition } from "../client";
import {
  formOf,
  isAll,
  isAny,
  isClause,
  isNot,
  isSegment,
  OPERATORS,
  operatorWords,
  typedOf,
  valueOf,
} from "../model/conditions";
import { Icon } from "../parts/Icon";
import { ConditionView } from "./ConditionView";
import classes from "./Condition.module.css";
import { useCompletion } from "./completion";

interface Props {
  condition: Condition;
  change: (condition: Condition) => void;
  /** Takes the condition away; without it, it has to stay. */
  remove?: () => void;
  depth?: number;
}

const DEEPEST = 4;

/** A condition to be edited, however nested. */
export function ConditionEditor({ condition, change, remove, depth = 0 }: Props) {
  if (isAll(condition) || isAny(condition) || isNot(condition)) {
    return <GroupEditor condition={condition} change={change} remove={remove} depth={depth} />;
  }
  return (
    <div className={classes.row}>
      <One condition={condition} change={change} />
      {remove && <Remove remove={remove} />}
    </div>
  );
}

type Grouped = "all" | "any" | "none";

function GroupEditor({ condition, change, remove, depth = 0 }: Props) {
  const inner = isNot(condition) ? condition.not : condition;
  const parts = isAll(inner) ? inner.all : isAny(inner) ? inner.any : [inner];
  const form: Grouped = isNot(condition) ? "none" : isAll(condition) ? "all" : "any";
  const put = (next: Condition[], as: Grouped = form) => {
    if (as === "none") change({ not: { any: next } });
    else change(as === "all" ? { all: next } : { any: next });
  };
  const replace = (at: number, part: Condition) => put(parts.map((p, i) => (i === at ? part : p)));
  return (
    <div className={classes.editor}>
      <div className={classes.row}>
        <SegmentedControl
          size="xs"
          aria-label="How the conditions go together"
          value={form}
          onChange={(value) => put(parts, value)}
          data={[
            { value: "any", label: "any of" },
            { value: "all", label: "all of" },
            { value: "none", label: "none of" },
          ]}
        />
        {remove && <Remove remove={remove} />}
      </div>
      <div className={classes.parts}>
        {parts.map((part, index) => (
          <ConditionEditor
            key={index}
            condition={part}
            depth={depth + 1}
            change={(next) => replace(index, next)}
            remove={() => put(parts.filter((_, at) => at !== index))}
          />
        ))}
        <div className={classes.row}>
          <Add label="Condition" add={() => put([...parts, EMPTY])} />
          <Add label="Segment" add={() => put([...parts, { segment: "" }])} />
          {depth < DEEPEST && <Add label="Group" add={() => put([...parts, { all: [EMPTY] }])} />}
        </div>
      </div>
    </div>
  );
}

const EMPTY: Clause = { attribute: "", op: "in", values: [] } as unknown as Clause;

function Add({ label, add }: { label: string; add: () => void }) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      h={24}
      leftSection={<Icon name="plus" size={12} />}
      onClick={add}
    >
      {label}
    </Button>
  );
}

function Remove({ remove }: { remove: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={24} aria-label="Remove" onClick={remove}>
      <Icon name="close" size={12} />
    </ActionIcon>
  );
}

function One({ condition, change }: { condition: Condition; change: (c: Condition) => void }) {
  if (isClause(condition)) return <ClauseEditor clause={condition} change={change} />;
  if (isSegment(condition)) return <SegmentPicker segment={condition.segment} change={change} />;
  if (formOf(condition) === "always") return <ConditionView condition={condition} />;
  return <ConditionView condition={condition} />;
}

function SegmentPicker({ segment, change }: { segment: string; change: (c: Condition) => void }) {
  const { segments } = useCompletion();
  const known = segments.includes(segment) || segment === "" ? segments : [...segments, segment];
  return (
    <>
      <span className={classes.word}>in segment</span>
      <Select
        className={classes.attribute}
        aria-label="Segment"
        searchable
        data={known}
        value={segment || null}
        nothingFoundMessage="No such segment"
        onChange={(key) => change({ segment: key ?? "" })}
      />
    </>
  );
}

function ClauseEditor({ clause, change }: { clause: Clause; change: (c: Condition) => void }) {
  const { attributes } = useCompletion();
  const seen = attributes.find(({ name }) => name === clause.attribute);
  const typed = (clause.values ?? []).map((value) => typedOf(value, clause.op));
  const put = (more: Partial<Pick<Clause, "attribute" | "op" | "values">>) =>
    change({ ...clause, ...more });
  const valueless = clause.op === "present";
  const operators = OPERATORS.map(([value, label]) => ({ value, label }));
  if (!operators.some(({ value }) => value === clause.op)) {
    operators.push({ value: clause.op, label: operatorWords(clause.op) });
  }
  return (
    <>
      <Autocomplete
        className={classes.attribute}
        aria-label="Attribute"
        placeholder="attribute"
        data={attributes.map(({ name }) => name)}
        value={clause.attribute}
        spellCheck={false}
        onChange={(attribute) => put({ attribute })}
      />
      <Select
        className={classes.operator}
        aria-label="Operator"
        searchable
        data={operators}
        value={clause.op}
        onChange={(value) => {
          const op = (value ?? clause.op);
          put({ op, values: op === "present" ? [] : typed.map((text) => valueOf(text, op)) });
        }}
      />
      {!valueless && (
        <TagsInput
          className={classes.values}
          aria-label="Values"
          placeholder={typed.length === 0 ? "value, Enter" : ""}
          data={seen?.values.map((value) => typedOf(value, clause.op)) ?? []}
          value={typed}
          acceptValueOnBlur
          clearable
          onChange={(values) => put({ values: values.map((text) => valueOf(text, clause.op)) })}
        />
      )}
    </>
  );
}
