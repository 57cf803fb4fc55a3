import type { SegmentKeys } from "../client";

/** The kind of a context that says none. */
export const DEFAULT_KIND = "user";

/** The keys in a pasted text: one a line, or, in a single line, divided by commas. */
export function keysIn(typed: string): string[] {
  const lines = typed.split(/\r?\n/).filter((line) => line.trim() !== "");
  const parts = lines.length === 1 ? (lines[0] ?? "").split(",") : lines;
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))];
}

/** The keys of one kind. */
export function keysOf(lists: readonly SegmentKeys[], kind: string): string[] {
  return lists.filter((each) => kindOf(each) === kind).flatMap(({ keys }) => keys);
}

/** The kinds that are listed, in their order. */
export function kindsOf(lists: readonly SegmentKeys[]): string[] {
  return [...new Set(lists.map(kindOf))];
}

/** How many keys there are, whatever their kind. */
export function countOf(lists: readonly SegmentKeys[]): number {
  return lists.reduce((sum, { keys }) => sum + keys.length, 0);
}

/** The lists with more keys of a kind; those that are there already stay where they are. */
export function withKeys(
  lists: readonly SegmentKeys[],
  kind: string,
  more: readonly string[],
): SegmentKeys[] {
  const had = new Set(keysOf(lists, kind));
  const fresh = more.filter((key) => !had.has(key));
  if (fresh.length === 0) return [...lists];
  const at = lists.findIndex((each) => kindOf(each) === kind);
  if (at === -1) return [...lists, kind === DEFAULT_KIND ? { keys: fresh } : { keys: fresh, kind }];
  return lists.map((each, index) =>
    index === at ? { ...each, keys: [...each.keys, ...fresh] } : each,
  );
}

/** The lists without these keys of a kind; a list that has none left goes. */
export function withoutKeys(
  lists: readonly SegmentKeys[],
  kind: string,
  gone: readonly string[],
): SegmentKeys[] {
  const leaves = new Set(gone);
  return lists
    .map((each) =>
      kindOf(each) === kind && each.keys.some((key) => leaves.has(key))
        ? { ...each, keys: each.keys.filter((key) => !leaves.has(key)) }
        : each,
    )
    .filter(({ keys }) => keys.length > 0);
}

function kindOf(list: SegmentKeys): string {
  return list.kind ?? DEFAULT_KIND;
}
