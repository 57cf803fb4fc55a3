import { Validator, type OutputUnit } from "@cfworker/json-schema";

import document from "../../../../../../docs/reference/document.schema.json";
import { FIELDS } from "../../../../model/draft";
import { text } from "../../../../text/en";

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
}

const definitions = document.definitions as unknown as Record<string, Schema>;
const ofFlag = definitions.flag?.properties ?? {};

/** What an environment has of a flag for itself: the part of a flag's schema that is edited here. */
export const targeting: Schema = {
  type: "object",
  properties: Object.fromEntries(FIELDS.map((name) => [name, ofFlag[name] ?? {}])),
  additionalProperties: false,
};

const validator = new Validator({ ...targeting, definitions } as object, "7", false);

/** Something that does not fit the schema: where, by the names and places that lead there. */
export interface Misfit {
  path: string[];
  message: string;
}

/** Of several reasons at one place, those that say most come first. */
const TELLING = ["false", "required", "enum", "const", "type"];

/** Everything that does not fit, the deepest place of each branch only. */
export function misfits(value: unknown): Misfit[] {
  const { valid, errors } = validator.validate(value);
  if (valid) return [];
  const found = errors.map((error) => ({ error, path: pathOf(error.instanceLocation) }));
  // Of alternatives none of which fits, the one that came furthest is what was meant.
  const deepest = found.filter(({ path }) => !found.some((other) => isBelow(other.path, path)));
  const byPlace = new Map<string, Misfit>();
  const telling = (keyword: string) => (TELLING.includes(keyword) ? TELLING.indexOf(keyword) : TELLING.length);
  deepest.sort((one, other) => telling(one.error.keyword) - telling(other.error.keyword));
  for (const { error, path } of deepest) {
    const key = JSON.stringify(path);
    if (!byPlace.has(key)) byPlace.set(key, { path, message: messageOf(error, path) });
  }
  return [...byPlace.values()];
}

function isBelow(path: string[], above: string[]): boolean {
  return path.length > above.length && above.every((step, index) => path[index] === step);
}

export function pathOf(pointer: string): string[] {
  const steps = pointer.replace(/^#/, "").split("/").slice(1);
  return steps.map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function messageOf({ keyword, error }: OutputUnit, path: string[]): string {
  const words = text.flagTabs.document;
  const alternatives = schemasAt(path);
  if (keyword === "false") return words.unknownField(path.at(-1) ?? "");
  if (keyword === "required") return words.missing(/"([^"]+)"/.exec(error)?.[1] ?? "");
  const choices = alternatives.flatMap(choicesOf);
  if (choices.length > 0) return words.oneOf(choices.map((each) => JSON.stringify(each)).join(", "));
  const described = alternatives.find(({ description }) => description)?.description;
  return described ? words.expected(described) : words.doesNotFit;
}

/** Every schema that may hold at a place, references followed and alternatives side by side. */
export function schemasAt(path: readonly string[]): Schema[] {
  let here = expanded(targeting);
  for (const step of path) {
    here = here.flatMap((schema) => {
      const named = schema.properties?.[step];
      if (named) return expanded(named);
      if (schema.items && /^\d+$/.test(step)) return expanded(schema.items);
      const others = schema.additionalProperties;
      return typeof others === "object" ? expanded(others) : [];
    });
  }
  return here;
}

function expanded(schema: Schema): Schema[] {
  const { $ref, anyOf, allOf, oneOf, ...own } = schema;
  const referred = $ref ? definitions[$ref.replace("#/definitions/", "")] : undefined;
  const others = [...(anyOf ?? []), ...(allOf ?? []), ...(oneOf ?? []), ...(referred ? [referred] : [])];
  return [own, ...others.flatMap(expanded)];
}

/** The values that a schema names. */
export function choicesOf(schema: Schema): unknown[] {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return schema.type === "boolean" ? [true, false] : [];
}
