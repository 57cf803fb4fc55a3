import type { Condition, Document } from "../client";
import { isAll, isAny, isNot } from "./conditions";
import { flagsOf } from "./segments";

/** The flags of a document that ask another flag, as a prerequisite or in a rule. */
export function needing(document: Document, key: string): string[] {
  return Object.entries(flagsOf(document)).flatMap(([flag, each]) => {
    if (flag === key || each.archived_at) return [];
    const prerequisites = (each.prerequisites ?? []).map((needed) => needed.flag);
    const asked = (each.rules ?? []).flatMap(({ when }) => askedIn(when));
    return [...prerequisites, ...asked].includes(key) ? [flag] : [];
  });
}

function askedIn(condition: Condition | null | undefined): string[] {
  if (!condition) return [];
  if ("variants" in condition && "flag" in condition) return [condition.flag];
  if (isAll(condition)) return condition.all.flatMap(askedIn);
  if (isAny(condition)) return condition.any.flatMap(askedIn);
  return isNot(condition) ? askedIn(condition.not) : [];
}
