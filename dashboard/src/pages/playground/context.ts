import { text } from "../../text/en";

type Context = Record<string, unknown>;

export type Read = { context: Context; problem?: undefined } | { context: null; problem: string };

/** A context as it was typed, or what is wrong with it. Nothing typed is a context without a key. */
export function readContext(written: string): Read {
  if (written.trim() === "") return { context: {} };
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (error) {
    return { context: null, problem: text.playground.notJson((error as Error).message) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { context: null, problem: text.playground.notObject };
  }
  return { context: value as Context };
}

/** The key that a context is known by, in any kind. */
export function keyOf(context: Context): string {
  const inner = [context, ...Object.values(context)].filter(
    (each): each is Context => typeof each === "object" && each !== null,
  );
  for (const { key, targetingKey } of inner) {
    const found = key ?? targetingKey;
    if (typeof found === "string" && found !== "") return found;
  }
  return "";
}
