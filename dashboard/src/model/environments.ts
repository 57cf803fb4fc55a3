/** The environment that matters most: production where there is one, else the last. */
export function mainOf(environments: readonly string[]): string | undefined {
  return environments.find((key) => key === "production") ?? environments.at(-1);
}

/** The environments with production at the end, where the most room is. */
export function mainLast(environments: readonly string[]): string[] {
  const rest = environments.filter((key) => key !== "production");
  return rest.length === environments.length ? [...rest] : [...rest, "production"];
}
