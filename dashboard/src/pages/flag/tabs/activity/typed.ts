type Context = Record<string, unknown>;

/** A context that was typed whole; null for what is none, undefined for a key alone. */
export function contextOf(typed: string): Context | null | undefined {
  if (!typed.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(typed);
    return typeof value === "object" && value !== null ? (value as Context) : null;
  } catch {
    return null;
  }
}

/** The key by which people call a context: its own, or of several kinds the first. */
export function keyIn(context: Context): string | undefined {
  if (typeof context.key === "string") return context.key;
  for (const part of Object.values(context)) {
    if (typeof part === "object" && part !== null && "key" in part && typeof part.key === "string") return part.key;
  }
  return undefined;
}
