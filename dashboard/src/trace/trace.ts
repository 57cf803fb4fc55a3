import type { Flag, ProjectFlag, Serve } from "../client";

/** Why a flag answered what it did: one part, and the parts that it was made of. */
export interface Trace {
  kind: string;
  pointer: string;
  /** Whether it matched; a variant for a flag; null when it was not asked. */
  outcome: boolean | string | null;
  what?: Record<string, unknown>;
  note?: string;
  bucket?: number;
  parts?: Trace[];
  /** What a rule or the default serves, by the flag as it was asked. */
  serve?: Serve | null;
}

export type Outcome = "matched" | "not-matched" | "not-asked";

/** The trace in an answer, or null without one. */
export function traceOf(value: unknown): Trace | null {
  const seems = typeof value === "object" && value !== null && "kind" in value && "outcome" in value;
  return seems ? (value as Trace) : null;
}

export function outcomeOf({ outcome }: Trace): Outcome {
  if (outcome === null) return "not-asked";
  return outcome === false ? "not-matched" : "matched";
}

/** The index that a pointer ends with: 2 for `/rules/2`. */
export function indexOf(pointer: string): number {
  return Number(pointer.slice(pointer.lastIndexOf("/") + 1));
}

/** The part that served: a target, or the last rule that matched, or the default. */
export function servedBy(flag: Trace): Trace | undefined {
  const served = (flag.parts ?? []).filter(
    ({ kind, outcome }) => outcome === true && (kind === "rule" || kind === "default" || kind === "target"),
  );
  return served.at(-1);
}

/** The trace with what its rules and its default serve, so that shares can be drawn. */
export function withServes(trace: Trace, flag: Serving | undefined): Trace {
  if (flag === undefined) return trace;
  const parts = trace.parts?.map((part) => {
    if (part.kind === "rule") return { ...part, serve: flag.rules?.[indexOf(part.pointer)]?.serve ?? null };
    return part.kind === "default" ? { ...part, serve: flag.default ?? null } : part;
  });
  return parts === undefined ? trace : { ...trace, parts };
}

type Serving = Pick<Flag, "rules" | "default"> | Pick<ProjectFlag["environments"][string], "rules" | "default">;

/** Where a part stands, the same in two versions of a flag: rules keep their id when they move. */
export function pathOf(parent: string, part: Trace, index: number): string {
  const id = part.kind === "rule" && typeof part.what?.id === "string" ? part.what.id : index;
  return `${parent}/${part.kind}:${id}`;
}

/** The other trace with its rules by the ids of those that the first calls the same.
 *
 * Environments that were made apart have a rule of one name under two ids; they stand in one row.
 */
export function alongside(one: Trace | null, other: Trace | null): Trace | null {
  if (one === null || other === null) return other;
  const [mine, theirs] = [rulesOf(one), rulesOf(other)];
  const free = mine.filter(({ id }) => !theirs.some((rule) => rule.id === id));
  const ids = new Map<unknown, unknown>();
  for (const { id, name } of theirs) {
    const at = mine.some((rule) => rule.id === id) ? -1 : free.findIndex((rule) => name !== "" && rule.name === name);
    if (at >= 0) ids.set(id, free.splice(at, 1)[0]?.id);
  }
  if (ids.size === 0) return other;
  const parts = other.parts?.map((part) =>
    part.kind === "rule" && ids.has(part.what?.id) ? { ...part, what: { ...part.what, id: ids.get(part.what?.id) } } : part,
  );
  return { ...other, ...(parts !== undefined && { parts }) };
}

function rulesOf(trace: Trace): { id: unknown; name: unknown }[] {
  return (trace.parts ?? []).flatMap(({ kind, what }) => (kind === "rule" ? [{ id: what?.id, name: what?.name ?? "" }] : []));
}

/** How a part differs from its counterpart: itself, or only in something below it. */
export type Differs = "here" | "below";

/** Every part that the two traces do not have alike, by its path.
 *
 * Of a part that only one of them has, its top differs, and all that is in it is below.
 */
export function differing(one: Trace | null, other: Trace | null): Map<string, Differs> {
  const [left, right] = [signatures(one), signatures(other)];
  const found = new Map<string, Differs>();
  for (const [path, { parent }] of [...left, ...right]) {
    const [mine, theirs] = [left.get(path), right.get(path)];
    if (mine?.whole === theirs?.whole) continue;
    const alone = parent !== null && !(left.has(parent) && right.has(parent));
    found.set(path, mine?.own === theirs?.own || alone ? "below" : "here");
  }
  return found;
}

interface Signed {
  parent: string | null;
  /** The part by itself, and with all that it was made of. */
  own: string;
  whole: string;
}

function signatures(trace: Trace | null): Map<string, Signed> {
  const found = new Map<string, Signed>();
  const visit = (part: Trace, path: string, parent: string | null): string => {
    const { kind, outcome, what, note, bucket, serve } = part;
    const own = JSON.stringify([kind, outcome, what, note, bucket, serve]);
    const inner = (part.parts ?? []).map((each, index) => visit(each, pathOf(path, each, index), path));
    const whole = JSON.stringify([own, inner]);
    found.set(path, { parent, own, whole });
    return whole;
  };
  if (trace !== null) visit(trace, "", null);
  return found;
}

/** What a context says for an attribute that a clause asks. */
export type Asked = { is: "set"; value: unknown } | { is: "withheld" } | { is: "missing" };

/** The value of an attribute in a context of one or several kinds; `/a/b` is a JSON pointer. */
export function askedOf(context: Record<string, unknown>, attribute: string, kind = "user"): Asked {
  const held = context._private;
  if (Array.isArray(held) && held.includes(attribute)) return { is: "withheld" };
  const several = context.kind === "multi";
  const mine = several ? context[kind] : (context.kind ?? "user") === kind ? context : undefined;
  const steps = attribute.startsWith("/") ? attribute.slice(1).split("/").map(unescaped) : [attribute];
  let value: unknown = mine;
  for (const step of steps) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  }
  if (value === undefined && attribute === "key") value = (mine as Record<string, unknown> | undefined)?.targetingKey;
  return value === undefined ? { is: "missing" } : { is: "set", value };
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
