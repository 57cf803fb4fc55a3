import type { Answer } from "../client";
import { text } from "../text/en";

/** Why a flag answered so, in a few words: `split of rule NZ and AU`. */
export function reasonWords(answer: Answer, ruleName?: string): string {
  const words = text.playground;
  if (answer.error !== null) return [answer.error, answer.cause].filter(Boolean).join(": ");
  if (answer.cause === "target") return words.target;
  if (answer.rule !== null) {
    const name = ruleName === undefined || ruleName === "" ? answer.rule : ruleName;
    return answer.reason === "SPLIT" ? words.splitOf(name) : words.rule(name);
  }
  const reason = words.reasons[answer.reason] ?? answer.reason;
  return answer.cause ? `${reason} (${answer.cause})` : reason;
}

/** A value as it is read at a glance: texts as they are, all else as JSON. */
export function valueWords(answer: Answer): string {
  if (answer.variant === null && (answer.value === null || answer.value === undefined)) {
    return text.playground.noValue;
  }
  return typeof answer.value === "string" ? answer.value : JSON.stringify(answer.value);
}
