import { Fragment } from "react";

import type { Condition } from "../client";
import {
  isAll,
  isAny,
  isClause,
  isFlag,
  isNot,
  isSegment,
  formOf,
  operatorWords,
  typedOf,
} from "../model/conditions";
import { text } from "../text/en";
import classes from "./Condition.module.css";

const SHOWN_VALUES = 4;

/** A condition to be read: attributes, words, values. */
export function ConditionView({ condition, inner }: { condition: Condition; inner?: boolean }) {
  if (isClause(condition)) {
    const values = condition.values ?? [];
    return (
      <span className={classes.clause}>
        <bdi className={classes.name}>
          {condition.kind && condition.kind !== "user" ? `${condition.kind} ` : ""}
          {condition.attribute}
        </bdi>
        <span className={classes.word}>{operatorWords(condition.op)}</span>
        {values.slice(0, SHOWN_VALUES).map((value, index) => (
          <bdi key={index} className={classes.value} title={typedOf(value, condition.op)}>
            {typedOf(value, condition.op)}
          </bdi>
        ))}
        {values.length > SHOWN_VALUES && (
          <span className={classes.word}>{text.flag.more(values.length - SHOWN_VALUES)}</span>
        )}
      </span>
    );
  }
  if (isAll(condition) || isAny(condition)) {
    const parts = isAll(condition) ? condition.all : condition.any;
    if (parts.length === 0) return <span className={classes.word}>{text.targeting.condition.nobody}</span>;
    const word = isAll(condition) ? text.targeting.condition.and : text.targeting.or;
    return (
      <span className={classes.group} data-inner={inner}>
        {parts.map((part, index) => (
          <Fragment key={index}>
            {index > 0 && <span className={classes.word}>{word}</span>}
            <ConditionView condition={part} inner />
          </Fragment>
        ))}
      </span>
    );
  }
  if (isNot(condition)) {
    return (
      <span className={classes.group}>
        <span className={classes.word}>{text.targeting.condition.allBut}</span>
        <ConditionView condition={condition.not} inner />
      </span>
    );
  }
  if (isSegment(condition)) {
    return (
      <span className={classes.clause}>
        <span className={classes.word}>{text.targeting.condition.inSegment}</span>
        <bdi className={classes.segment}>{condition.segment}</bdi>
      </span>
    );
  }
  if (isFlag(condition)) {
    return (
      <span className={classes.clause}>
        <span className={classes.word}>{text.targeting.condition.flag.toLowerCase()}</span>
        <bdi className={classes.segment}>{condition.flag}</bdi>
        <span className={classes.word}>{text.targeting.condition.flagServes}</span>
        {condition.variants.map((variant) => (
          <bdi key={variant} className={classes.value}>
            {variant}
          </bdi>
        ))}
      </span>
    );
  }
  if (formOf(condition) === "always") return <span className={classes.word}>{text.targeting.condition.everyone}</span>;
  return (
    <code className={classes.other} title={JSON.stringify(condition)}>
      {JSON.stringify(condition)}
    </code>
  );
}
