/** A text in double quotes, as JSON, Python and JavaScript write it. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

/** A value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    const items = Object.entries(value).map(([key, inner]) => `${quoted(key)}: ${python(inner)}`);
    return `{${items.join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** A word of the shell, in quotes where it needs them. */
export function shell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
