// The first that fits: each one names those after it, too, so as not to be turned away.
const BROWSERS = [
  ["Edge", /Edg(e|A|iOS)?\//],
  ["Opera", /OPR\//],
  ["Firefox", /(Firefox|FxiOS)\//],
  ["Chrome", /(Headless)?(Chrome|CriOS)\//],
  ["Safari", /Safari\//],
] as const;

const SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X|Macintosh/],
  ["Linux", /Linux|X11/],
] as const;

/** A browser and its system by what it calls itself, or null where neither is known. */
export function browserOf(agent: string): { browser: string | null; system: string | null } | null {
  const first = (known: readonly (readonly [string, RegExp])[]) => known.find(([, form]) => form.test(agent))?.[0] ?? null;
  const [browser, system] = [first(BROWSERS), first(SYSTEMS)];
  return browser === null && system === null ? null : { browser, system };
}
