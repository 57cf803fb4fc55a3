/** What the page says that compares two environments, or two moments of one. */
export const compareText = {
  title: "Compare and promote",
  into: "Into",
  from: "From",
  swap: "Swap the two sides",
  find: "Flag or segment",
  differing: (flags: number, segments: number) =>
    `${count(flags, "flag", "flags")} and ${count(segments, "segment", "segments")} differ`,
  same: "Nothing differs",
  sameHint: "Both sides serve everybody the same.",
  noMatch: "No difference matches",
  clear: "Clear the search",
  twice: "Choose two environments, or two moments of one.",
  flags: "Flags",
  segments: "Segments",
  segmentsHint: "A segment comes along with a flag that needs it.",
  project: "Belongs to the whole project: it is the same on both sides now.",
  elsewhere: "A past moment of another environment can be looked at, not taken over.",
  all: "Choose every flag that can be taken over",
  choose: (flag: string) => `Choose ${flag}`,
  chosen: (n: number) => count(n, "flag chosen", "flags chosen"),
  promote: (n: number, into: string) => `Promote ${count(n, "flag", "flags")} to ${into}`,
  restore: (n: number, into: string) => `Set ${count(n, "flag", "flags")} of ${into} back`,
  none: "Choose flags to see who would move.",
} as const;

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}
