import type { AudienceMember, ListAudienceData } from "../../../../client";

type Context = Record<string, unknown>;

/** What is asked for. `gets` is `=` and a variant's key, `=` alone for the fallback, `?` for unknown. */
export interface Wanted {
  key?: string;
  gets?: string | null;
  part?: string | null;
  attribute?: string | null;
  value?: string;
}

/** The same as the server is asked. */
export function wantedOf({ key, gets, part, attribute, value }: Wanted): NonNullable<ListAudienceData["query"]> {
  return {
    ...(key?.trim() && { key: key.trim() }),
    ...(gets?.startsWith("=") && { variant: gets.slice(1) }),
    ...(gets === "?" && { unknown: true }),
    ...(part && { part }),
    ...(attribute && { attribute }),
    ...(attribute && value && { value }),
  };
}

/** Each kind of the context with its attributes; of several kinds, names say which they are of. */
function kindsOf(context: Context): [string, Context][] {
  if (context.kind !== "multi") return [["", context]];
  return Object.entries(context).filter(
    (each): each is [string, Context] => typeof each[1] === "object" && each[1] !== null && !Array.isArray(each[1]),
  );
}

/** By what people call a context. */
export function keyOf(context: Context): string {
  const keys = kindsOf(context).map(([kind, { key }]) => [kind, typeof key === "string" ? key : ""].filter(Boolean).join(" "));
  return keys.join(", ");
}

const NOT_TOLD = ["key", "kind", "_private"];

/** The attributes besides the key, as they are read at a glance. */
export function attributesOf(context: Context): [string, string][] {
  return kindsOf(context).flatMap(([kind, attributes]) =>
    Object.entries(attributes)
      .filter(([name]) => !NOT_TOLD.includes(name))
      .map(([name, value]): [string, string] => [
        kind === "" ? name : `${kind} ${name}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

/** A member as a row of the exported file. */
export function csvRow({ context, answer, withheld, application, last_at }: AudienceMember, reason: string): string[] {
  return [keyOf(context), answer?.variant ?? "", reason, JSON.stringify(context), withheld.join(" "), application, last_at];
}
