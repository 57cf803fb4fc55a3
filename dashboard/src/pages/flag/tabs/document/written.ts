import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, stringify, type Document, type Node, type Pair } from "yaml";

import type { Fields } from "../../../../model/draft";
import { text as texts } from "../../../../text/en";
import { misfits } from "./schema";

export const LANGUAGES = ["json", "yaml"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The fields as a text. */
export function written(fields: Fields, language: Language): string {
  return language === "json" ? `${JSON.stringify(fields, null, 2)}\n` : stringify(fields, { lineWidth: 0 });
}

/** What is wrong with a text, and where: by character, and by line from 1. */
export interface Fault {
  from: number;
  to: number;
  line: number;
  message: string;
}

export interface Reading {
  /** What was written; null while it is wrong. */
  fields: Partial<Fields> | null;
  faults: Fault[];
  /** The fault at the place of a JSON pointer. */
  fault: (path: readonly string[], message: string) => Fault;
}

/** Reads a text. JSON is YAML too: one reader that knows where everything stands does for both. */
export function read(text: string): Reading {
  const lines = new LineCounter();
  const document = parse(text, lines);
  const at = (from: number, to: number, message: string): Fault => ({
    from: Math.min(from, text.length),
    to: Math.max(Math.min(to, text.length), Math.min(from, text.length)),
    line: lines.linePos(Math.min(from, text.length)).line,
    message,
  });
  const fault = (path: readonly string[], message: string) => {
    const [from, to] = rangeAt(document, path);
    return at(from, to, message);
  };
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => at(pos[0], pos[1], message.split("\n")[0] ?? ""));
    return { fields: null, faults, fault };
  }
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { fields: null, faults: [fault([], texts.flagTabs.document.notAnObject)], fault };
  }
  const faults = misfits(value).map(({ path, message }) => fault(path, message));
  return { fields: faults.length === 0 ? (value) : null, faults, fault };
}

export function parse(text: string, lineCounter?: LineCounter): Document.Parsed {
  return parseDocument(text, { prettyErrors: false, ...(lineCounter && { lineCounter }) });
}

/** Where a value stands, or the innermost thing around it that there is. */
function rangeAt(document: Document.Parsed, path: readonly string[]): [number, number] {
  let node: Node | null = document.contents;
  let range = rangeOf(node);
  for (const step of path) {
    const pair: Pair | undefined = isMap(node) ? node.items.find((item) => keyOf(item) === step) : undefined;
    const next: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (pair) range = rangeOf(pair.key as Node | null);
    if (next === undefined || next === null) break;
    node = next as Node;
    if (!pair || !isMap(node)) range = rangeOf(node);
  }
  return range;
}

function rangeOf(node: Node | null | undefined): [number, number] {
  return node?.range ? [node.range[0], node.range[1]] : [0, 0];
}

export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

export { isMap, isPair, isScalar, isSeq };
