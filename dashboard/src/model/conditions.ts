import type { All, Any, Clause, Condition, FlagServes, InSegment, Not } from "../client";

/** What a condition is, told by the member that only this form has. */
export type ConditionForm =
  | "clause"
  | "all"
  | "any"
  | "not"
  | "segment"
  | "flag"
  | "always"
  | "other";

export function formOf(condition: Condition): ConditionForm {
  if ("attribute" in condition) return "clause";
  if ("all" in condition) return "all";
  if ("any" in condition) return "any";
  if ("not" in condition) return "not";
  if ("segment" in condition) return "segment";
  if ("flag" in condition) return "flag";
  if ("always" in condition) return "always";
  return "other";
}

export const isClause = (c: Condition): c is Clause => formOf(c) === "clause";
export const isAll = (c: Condition): c is All => formOf(c) === "all";
export const isAny = (c: Condition): c is Any => formOf(c) === "any";
export const isNot = (c: Condition): c is Not => formOf(c) === "not";
export const isSegment = (c: Condition): c is InSegment => formOf(c) === "segment";
export const isFlag = (c: Condition): c is FlagServes => formOf(c) === "flag";

/** Whether it is a group that nothing was put into yet: it asks nothing. */
export function isEmpty(condition: Condition): boolean {
  if (isAll(condition)) return condition.all.length === 0;
  if (isAny(condition)) return condition.any.length === 0;
  return isNot(condition) && isEmpty(condition.not);
}

export type Operator = Clause["op"];

/** The words for operators, in the order in which they are offered. */
export const OPERATORS: readonly [Operator, string][] = [
  ["in", "is one of"],
  ["equals", "is"],
  ["starts_with", "starts with"],
  ["ends_with", "ends with"],
  ["contains", "contains"],
  ["matches", "matches the pattern"],
  ["gt", "is more than"],
  ["gte", "is at least"],
  ["lt", "is less than"],
  ["lte", "is at most"],
  ["before", "is before"],
  ["after", "is after"],
  ["semver_eq", "is version"],
  ["semver_gt", "is newer than version"],
  ["semver_gte", "is at least version"],
  ["semver_lt", "is older than version"],
  ["semver_lte", "is at most version"],
  ["in_network", "is in the network"],
  ["present", "is set"],
  ["has_any", "has any of"],
  ["has_all", "has all of"],
  ["equals_ignore_case", "is (any case)"],
  ["in_ignore_case", "is one of (any case)"],
  ["starts_with_ignore_case", "starts with (any case)"],
  ["ends_with_ignore_case", "ends with (any case)"],
  ["contains_ignore_case", "contains (any case)"],
];

const WORDS = new Map<string, string>(OPERATORS);

/** An operator in words; those of an import keep their name. */
export function operatorWords(operator: string): string {
  return WORDS.get(operator) ?? operator;
}

const NUMERIC: ReadonlySet<string> = new Set(["gt", "gte", "lt", "lte"]);

/** What was typed, as the operator takes it: a number or truth value where it looks like one.
 *
 * Quotes keep a text a text: `"5"`.
 */
export function valueOf(typed: string, operator: string): string | number | boolean {
  const text = typed.trim();
  if (/^".*"$/.test(text)) return text.slice(1, -1);
  if (NUMERIC.has(operator) || /^-?\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    const plain = String(number) === text || NUMERIC.has(operator);
    if (text !== "" && Number.isFinite(number) && plain && !operator.startsWith("semver_")) {
      return number;
    }
  }
  if (text === "true" || text === "false") return text === "true";
  return text;
}

/** A value as it is typed: a text that would be read as something else is in quotes. */
export function typedOf(value: unknown, operator: string): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return valueOf(value, operator) === value ? value : `"${value}"`;
}

/** Every clause of a condition, however deep. */
export function clausesOf(condition: Condition): Clause[] {
  if (isClause(condition)) return [condition];
  if (isAll(condition)) return condition.all.flatMap(clausesOf);
  if (isAny(condition)) return condition.any.flatMap(clausesOf);
  return isNot(condition) ? clausesOf(condition.not) : [];
}

/** How the values of an operator are typed in. */
export type ValueInput = "none" | "number" | "date" | "version" | "pattern" | "list";

export function inputOf(operator: string): ValueInput {
  if (operator === "present") return "none";
  if (NUMERIC.has(operator)) return "number";
  if (operator === "before" || operator === "after") return "date";
  if (operator.startsWith("semver_")) return "version";
  return operator === "matches" ? "pattern" : "list";
}

/** Whether a clause tests anything: it names an attribute, and values where its operator has some.
 *
 * A version that ends in the middle, such as `5.`, is still being typed.
 */
export function isComplete({ attribute, op, values }: Clause): boolean {
  if (attribute.trim() === "") return false;
  if (op === "present" || op.includes(".")) return true;
  const typing = inputOf(op) === "version" && values?.some((each) => /[.+-]$/.test(String(each)));
  return (values ?? []).length > 0 && typing !== true;
}
