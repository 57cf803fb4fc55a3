/** The environment that matters most: production, or else the last. */
export function mainOf(environments: readonly string[]): string {
  return environments.find((key) => key === "production") ?? environments.at(-1) ?? "";
}
