import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

import { choicesOf, schemasAt } from "./schema";
import { isMap, isScalar, isSeq, keyOf, parse, type Language } from "./written";

/** What may stand at a place in a text. */
export interface Place {
  /** The names and places that lead to the map or to the value. */
  path: string[];
  /** Whether a name belongs there, or a value. */
  is: "name" | "value";
  /** What would be replaced, quotes included. */
  from: number;
  to: number;
  /** Names that the map has already. */
  taken: string[];
}

type Ranged = { range?: [number, number, number] | null };

/** The place in the text, by what stands around it. */
export function placeAt(text: string, offset: number): Place {
  const path: string[] = [];
  let node: unknown = parse(text).contents;
  for (;;) {
    if (isMap(node)) {
      const map = node;
      const taken = map.items.map(keyOf);
      const inName = map.items.find(({ key }) => covers(key as Ranged, offset));
      if (inName) {
        const [from, to] = spanOf(inName.key as Ranged);
        return { path, is: "name", from, to, taken: taken.filter((name) => name !== keyOf(inName)) };
      }
      const pair = map.items.findLast(({ key }) => spanOf(key as Ranged)[1] <= offset);
      const between = pair ? text.slice(spanOf(pair.key as Ranged)[1], offset) : "";
      const value: unknown = pair?.value;
      if (pair && (covers(value as Ranged, offset) || /^["']?\s*:\s*$/.test(between))) {
        path.push(keyOf(pair));
        if (isMap(value) || isSeq(value)) {
          node = value;
          continue;
        }
        const [from, to] = isScalar(value) && covers(value, offset) ? spanOf(value) : [offset, offset];
        return { path, is: "value", from, to, taken: [] };
      }
      return { path, is: "name", from: offset, to: offset, taken };
    }
    if (isSeq(node)) {
      const index = node.items.findIndex((item) => covers(item as Ranged, offset));
      const item: unknown = node.items[index];
      path.push(String(index < 0 ? node.items.length : index));
      if (isMap(item) || isSeq(item)) {
        node = item;
        continue;
      }
      const [from, to] = isScalar(item) ? spanOf(item) : [offset, offset];
      return { path, is: "value", from, to, taken: [] };
    }
    return { path, is: "name", from: 0, to: text.length, taken: [] };
  }
}

function spanOf(node: Ranged | null | undefined): [number, number] {
  return node?.range ? [node.range[0], node.range[1]] : [Infinity, -Infinity];
}

function covers(node: Ranged | null | undefined, offset: number): boolean {
  const [from, to] = spanOf(node);
  return from <= offset && offset <= to;
}

export interface Suggestion {
  name: unknown;
  about?: string;
}

/** Values by the name of the field that they belong to: variants, attributes, segments. */
export type Known = Record<string, readonly string[]>;

/** What the schema, and what is known of the flag, lets stand at a place. */
export function suggestionsAt({ path, is, taken }: Place, known: Known): Suggestion[] {
  const found = new Map<unknown, Suggestion>();
  for (const schema of schemasAt(path)) {
    if (is === "name") {
      for (const [name, { description }] of Object.entries(schema.properties ?? {})) {
        if (taken.includes(name) || found.has(name)) continue;
        found.set(name, { name, ...(description && { about: description }) });
      }
    } else {
      for (const name of choicesOf(schema)) found.set(name, { name });
    }
  }
  if (is === "value") {
    const field = path.findLast((step) => !/^\d+$/.test(step)) ?? "";
    for (const name of known[field] ?? []) found.set(name, { name });
  }
  return [...found.values()];
}

/** CodeMirror's question: what can stand here? */
export function completion(language: Language, known: () => Known) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const place = placeAt(text, context.pos);
    const typed = text.slice(place.from, context.pos);
    if (!context.explicit && typed === "") return null;
    const options = suggestionsAt(place, known()).map(({ name, about }) => ({
      label: String(name),
      type: place.is === "name" ? "property" : "constant",
      apply: inserted(name, place, language, text),
      ...(about && { info: about }),
    }));
    if (options.length === 0) return null;
    // The quote that was typed stays; the closing one is part of what is put in.
    const from = place.from + (typed.startsWith('"') ? 1 : 0);
    return { from, to: place.to, options, validFor: /^[\w.-]*$/ };
  };
}

function inserted(name: unknown, place: Place, language: Language, text: string): string {
  const quoted = text.startsWith('"', place.from) && typeof name === "string";
  const word = language === "json" || quoted || typeof name !== "string" ? JSON.stringify(name) : name;
  const colon = place.is === "name" && !/^\s*:/.test(text.slice(place.to)) ? ": " : "";
  return (quoted ? word.slice(1) : word) + colon;
}
