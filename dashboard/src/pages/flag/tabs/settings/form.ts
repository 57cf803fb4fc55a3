import type { FlagUpdate, ProjectFlag, Variant } from "../../../../client";
import { same } from "../../../../model/draft";
import { fromLocal, toLocal } from "../../../../model/instants";
import { without } from "../../../../model/without";

/** A variant as it is typed: its value as text. `was` keeps what is not edited here. */
export interface VariantForm {
  key: string;
  value: string;
  description: string;
  was: Variant | null;
}

/** What of a flag belongs to the project, as it is typed. */
export interface Form {
  name: string;
  description: string;
  owner: string;
  purpose: ProjectFlag["purpose"];
  tags: string[];
  /** A local date and time; empty for none. */
  expires: string;
  client: boolean;
  /** JSON Schema of the values, as text; empty for none. */
  schema: string;
  variants: VariantForm[];
}

export function formOf(flag: ProjectFlag): Form {
  const { name, description, owner, purpose, tags, type } = flag;
  const variants = flag.variants.map((variant) => ({
    key: variant.key,
    value: typedValue(variant.value, type),
    description: variant.description ?? "",
    was: variant,
  }));
  const expires = toLocal(flag.expires_at);
  const schema = flag.schema === null ? "" : JSON.stringify(flag.schema, null, 2);
  return { name, description, owner, purpose, tags, expires, client: flag.client_visible, schema, variants };
}

/** A value as it is typed: texts as they are, all else as JSON. */
export function typedValue(value: unknown, type: ProjectFlag["type"]): string {
  if (type === "string" && typeof value === "string") return value;
  return JSON.stringify(value, null, type === "json" ? 2 : 0);
}

/** The value that was typed; undefined for what is none of the flag's type. */
export function valueOf(typed: string, type: ProjectFlag["type"]): unknown {
  if (type === "string") return typed;
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch {
    return undefined;
  }
  switch (type) {
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "integer":
      return Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "json":
      return value;
  }
}

/** The fields to be replaced, of those that were typed in. */
export function updateOf(form: Partial<Form>, type: ProjectFlag["type"]): FlagUpdate {
  const { expires, client, schema, variants, ...plain } = form;
  const renames = renamesOf(variants ?? []);
  return {
    ...plain,
    ...(expires !== undefined && { expires_at: expires === "" ? null : fromLocal(expires) }),
    ...(client !== undefined && { client_visible: client }),
    ...(schema !== undefined && { schema: schemaOf(schema) ?? null }),
    ...(Object.keys(renames).length > 0 && { renames }),
    ...(variants !== undefined && { variants: variants.map((variant) => variantOf(variant, type)) }),
  };
}

/** The new keys of variants that were there already, by their keys until now. */
export function renamesOf(variants: readonly VariantForm[]): Record<string, string> {
  const pairs = variants.flatMap(({ key, was }) => (was !== null && was.key !== key ? [[was.key, key]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** The schema that was typed: null for none, undefined for what is no JSON object. */
export function schemaOf(typed: string): Record<string, unknown> | null | undefined {
  if (typed.trim() === "") return null;
  const value = valueOf(typed, "json");
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** What would be changed everywhere, as the server's command. */
export function commandOf(flag: string, update: FlagUpdate): Record<string, unknown> {
  const { renames, ...fields } = update;
  return { type: "update_flag", flag, fields, ...(renames && { renames }) };
}

function variantOf({ key, value, description, was }: VariantForm, type: ProjectFlag["type"]): Variant {
  // What was not touched keeps its exact value: a number too large for a browser is not rounded.
  const kept = was !== null && value === typedValue(was.value, type);
  return {
    ...(was !== null && without(was, "description")),
    key,
    value: kept ? was.value : valueOf(value, type),
    ...(description !== "" && { description }),
  };
}

/** Whether every value that was typed is one of the flag's type, and the schema is one. */
export function isWhole(form: Form, type: ProjectFlag["type"]): boolean {
  if (schemaOf(form.schema) === undefined) return false;
  return form.variants.every(({ value, was }) => {
    const kept = was !== null && same(value, typedValue(was.value, type));
    return kept || valueOf(value, type) !== undefined;
  });
}

/** The versions to build on, as the server takes them. */
export function matchOf(versions: Record<string, number>): string {
  const pairs = Object.entries(versions).map(([key, version]) => `${encodeURIComponent(key)}=${version}`);
  return `"${pairs.join(",")}"`;
}
