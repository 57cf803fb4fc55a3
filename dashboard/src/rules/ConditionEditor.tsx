import { SegmentedControl } from "@mantine/core";
import { useState } from "react";

import type { Condition } from "../client";
import { isAll, isAny, isClause, isEmpty, isFlag, isNot, isSegment } from "../model/conditions";
import { text } from "../text/en";
import { AddCondition } from "./AddCondition";
import { ClauseEditor, EMPTY } from "./ClauseEditor";
import { useCompletion } from "./completion";
import classes from "./Condition.module.css";
import { ConditionView } from "./ConditionView";
import { FlagVariants } from "./FlagVariants";
import { Remove } from "./Remove";
import { SegmentPicker } from "./SegmentPicker";

interface Props {
  condition: Condition;
  change: (condition: Condition) => void;
}

/** A condition to be edited, however nested. A lone one is a group of one, to be put more beside. */
export function ConditionEditor({ condition, change }: Props) {
  if (isGroup(condition)) return <GroupEditor condition={condition} change={change} depth={0} />;
  return (
    <GroupEditor
      condition={{ all: [condition] }}
      depth={0}
      change={(next) => {
        const [only, more] = isAll(next) ? next.all : [];
        change(only !== undefined && more === undefined ? only : next);
      }}
    />
  );
}

function isGroup(condition: Condition): boolean {
  return isAll(condition) || isAny(condition) || isNot(condition);
}

type Grouped = "all" | "any" | "none";

interface GroupProps extends Props {
  depth: number;
  /** Takes the group away; without it, it has to stay. */
  remove?: () => void;
}

const DEEPEST = 4;

function GroupEditor({ condition, change, remove, depth }: GroupProps) {
  // A clause or group that is only begun: it joins this one when it says something.
  const [begun, setBegun] = useState<Condition | null>(null);
  const inner = isNot(condition) ? condition.not : condition;
  const parts = isAll(inner) ? inner.all : isAny(inner) ? inner.any : [inner];
  const form: Grouped = isNot(condition) ? "none" : isAll(condition) ? "all" : "any";
  const put = (next: Condition[], as: Grouped = form) => {
    if (as === "none") change({ not: { any: next } });
    else change(as === "all" ? { all: next } : { any: next });
  };
  // What is begun stands where it will be in the group, so that it keeps the focus when it joins.
  const rows: Condition[] = begun !== null || parts.length === 0 ? [...parts, begun ?? EMPTY] : parts;
  const words = text.targeting.condition;
  return (
    <div className={classes.editor} role="group" aria-label={words[form === "none" ? "not" : form]}>
      <div className={classes.row}>
        <SegmentedControl
          size="xs"
          aria-label={words.together}
          value={form}
          onChange={(value) => put(parts, value)}
          data={[
            { value: "any", label: words.any },
            { value: "all", label: words.all },
            { value: "none", label: words.not },
          ]}
        />
        {remove && <Remove remove={remove} />}
      </div>
      <div className={classes.parts}>
        {rows.map((part, index) => {
          const is = index < parts.length;
          const without = () => {
            if (!is) setBegun(null);
            else if (parts.length === 1 && remove) remove();
            else put(parts.filter((_, at) => at !== index));
          };
          const next = (changed: Condition) => {
            if (!is) setBegun(isEmpty(changed) ? changed : null);
            if (is) put(parts.map((each, at) => (at === index ? changed : each)));
            else if (!isEmpty(changed)) put([...parts, changed]);
          };
          return isGroup(part) ? (
            <GroupEditor
              key={index}
              condition={part}
              depth={depth + 1}
              change={next}
              remove={without}
            />
          ) : (
            <div key={index} className={classes.row}>
              <One condition={part} change={next} begun={!is} />
              {rows.length > 1 || is ? <Remove remove={without} /> : null}
            </div>
          );
        })}
        <AddCondition
          clause={() => setBegun(EMPTY)}
          add={(part) => put([...parts, part])}
          group={depth < DEEPEST ? () => setBegun({ any: [] }) : undefined}
        />
      </div>
    </div>
  );
}

function One({ condition, change, begun }: Props & { begun: boolean }) {
  const { project } = useCompletion();
  if (isClause(condition)) return <ClauseEditor clause={condition} change={change} begun={begun} />;
  if (isSegment(condition)) return <SegmentPicker segment={condition.segment} change={change} />;
  if (isFlag(condition)) {
    return (
      <>
        <span className={classes.word}>{text.targeting.condition.flag}</span>
        <FlagVariants
          project={project}
          flag={condition.flag}
          variants={condition.variants}
          word={text.targeting.condition.flagServes}
          change={(variants) => change({ ...condition, variants })}
        />
      </>
    );
  }
  return <ConditionView condition={condition} />;
}
