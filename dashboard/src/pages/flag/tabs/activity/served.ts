import type { Rule, Serve } from "../../../../client";

/** What is served, if that is what stands at a pointer of a flag; undefined for anything else. */
export function servedAt(pointer: string, value: unknown): Serve | null | undefined {
  if (pointer.endsWith("/split/arms")) {
    return Array.isArray(value) ? ({ split: { arms: value as unknown[] } } as Serve) : undefined;
  }
  const serves = pointer === "/default" || /^\/rules\/[^/]+\/serve$/.test(pointer);
  if (!serves) return undefined;
  const isServe = value === null || typeof value === "string" || typeof value === "object";
  return isServe ? (value as Serve | null) : undefined;
}

/** The rule that a pointer goes into, by its id: its number, and its name where it has one. */
export function ruleAt(
  pointer: string,
  rules: readonly Rule[],
): { number: number; name: string } | undefined {
  const id = /^\/rules\/([^/]+)/.exec(pointer)?.[1]?.replaceAll("~1", "/").replaceAll("~0", "~");
  const index = rules.findIndex((rule) => rule.id === id);
  const rule = rules[index];
  return rule && { number: index + 1, name: rule.name ?? "" };
}
