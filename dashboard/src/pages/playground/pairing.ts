import type { Answer } from "../../client";

export interface Pair {
  flag: string;
  left: Answer | undefined;
  right: Answer | undefined;
  /** Whether a program would get something else. */
  differs: boolean;
}

/** The answers of two configurations side by side, by flag. */
export function paired(left: readonly Answer[], right: readonly Answer[]): Pair[] {
  const others = new Map(right.map((answer) => [answer.flag, answer]));
  const pairs = left.map((answer) => pair(answer.flag, answer, others.get(answer.flag)));
  const known = new Set(left.map(({ flag }) => flag));
  for (const answer of right) {
    if (!known.has(answer.flag)) pairs.push(pair(answer.flag, undefined, answer));
  }
  return pairs.sort((one, other) => (one.flag < other.flag ? -1 : 1));
}

function pair(flag: string, left: Answer | undefined, right: Answer | undefined): Pair {
  return { flag, left, right, differs: served(left) !== served(right) };
}

function served(answer: Answer | undefined): string {
  return JSON.stringify(answer === undefined ? null : [answer.variant, answer.value]);
}
