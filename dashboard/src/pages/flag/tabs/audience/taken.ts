import type { Answer } from "../../../../client";

/** Which part of a flag took a context. */
export type TakenBy = "target" | "default" | "off" | "failed" | { rule: string };

export function takenBy({ cause, rule, reason, error }: Answer): TakenBy {
  if (error !== null) return "failed";
  if (cause === "target") return "target";
  if (rule !== null) return { rule };
  return reason === "DISABLED" ? "off" : "default";
}

export interface Taking {
  count: number;
  /** How many of them got each variant; null is the fallback. */
  variants: Map<string | null, number>;
}

/** How many contexts each part of the flag took; rules go by their id. */
export function tallied(answers: readonly Answer[]): Map<string, Taking> {
  const found = new Map<string, Taking>();
  for (const answer of answers) {
    const key = partKey(takenBy(answer));
    const mine = found.get(key) ?? { count: 0, variants: new Map<string | null, number>() };
    mine.count += 1;
    mine.variants.set(answer.variant, (mine.variants.get(answer.variant) ?? 0) + 1);
    found.set(key, mine);
  }
  return found;
}

export function partKey(taken: TakenBy): string {
  return typeof taken === "string" ? taken : `rule ${taken.rule}`;
}
