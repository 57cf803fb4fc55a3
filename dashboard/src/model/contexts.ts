import { isSplit } from "./serves";
import type { Trace } from "../trace/trace";
import { askedOf } from "../trace/trace";

type Json = Record<string, unknown>;

/** One kind of a context: whom its key names, and what is known of it. */
export interface ContextPart {
  kind: string;
  key: string;
  attributes: { name: string; value: unknown; hashed: boolean }[];
}

const APART: ReadonlySet<string> = new Set(["key", "targetingKey", "kind", "multi", "_private"]);

/** The kinds of a context, each with its attributes by name. */
export function partsOf(context: Json): ContextPart[] {
  if (context.kind !== "multi") {
    return [partOf(typeof context.kind === "string" ? context.kind : "user", context)];
  }
  return Object.entries(context).flatMap(([kind, part]) =>
    kind !== "_private" && isObject(part) ? [partOf(kind, part)] : [],
  );
}

function partOf(kind: string, part: Json): ContextPart {
  const attributes = Object.entries(part)
    .filter(([name]) => !APART.has(name))
    .map(([name, value]) => ({ name, value, hashed: isHashed(value) }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const key = part.key ?? part.targetingKey;
  return { kind, key: typeof key === "string" ? key : "", attributes };
}

/** The attributes that the program had and that did not leave it or were not kept. */
export function withheldOf(context: Json): string[] {
  const held = context._private;
  return Array.isArray(held) ? held.filter((name): name is string => typeof name === "string") : [];
}

/** Whether nothing of a value is known but its hash. */
export function isHashed(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && typeof value.sha256 === "string";
}

/** Whether something of the context is hidden, so that an answer for it may not be the real one. */
export function isHidden(context: Json): boolean {
  return withheldOf(context).length > 0 || partsOf(context).some(({ attributes }) =>
    attributes.some(({ hashed }) => hashed),
  );
}

/** The hidden attributes that an answer hangs on: those that a rule asked, or split by. */
export function hangsOn(trace: Trace, context: Json): string[] {
  const found = new Set<string>();
  const look = (attribute: unknown, kind: unknown) => {
    if (typeof attribute !== "string") return;
    const asked = askedOf(context, attribute, typeof kind === "string" ? kind : "user");
    if (asked.is === "withheld" || (asked.is === "set" && isHashed(asked.value))) {
      found.add(attribute);
    }
  };
  const visit = (part: Trace) => {
    if (part.outcome === null) return;
    if (part.kind === "clause") look(part.what?.attribute, part.what?.kind);
    const serve = part.serve ?? null;
    if (isSplit(serve)) serve.split.by?.forEach((name) => look(name, serve.split.kind));
    part.parts?.forEach(visit);
  };
  visit(trace);
  return [...found].sort();
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value at a glance: a text as it is, all else as JSON. */
export function shownValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
