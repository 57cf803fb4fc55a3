import type { ListedFlag } from "../client";

/** A page of the list as the server answered it, and the versions that it was read at. */
export interface FlagPage {
  items: ListedFlag[];
  total: number;
  versions: Record<string, number>;
}

/** The pages that are shown: those of one search. */
export interface Held {
  search: string;
  pages: ReadonlyMap<number, FlagPage>;
  total: number;
  /** Whether whatever comes next is to be shown, though rows move. */
  taking: boolean;
}

export const NONE: Held = { search: "", pages: new Map(), total: 0, taking: true };

/** What is shown once these pages have come, and how many newer changes wait to be shown.
 *
 * A page whose rows stay in their order is shown at once. One that would move rows under the
 * pointer waits until somebody asks for it.
 */
export function received(
  held: Held,
  search: string,
  fresh: ReadonlyMap<number, FlagPage>,
): { held: Held; newer: number } {
  const first = fresh.values().next().value;
  if (first === undefined) return { held, newer: 0 };
  if (held.search !== search || held.taking) {
    return { held: { search, pages: fresh, total: first.total, taking: false }, newer: 0 };
  }
  let newer = 0;
  let pages: Map<number, FlagPage> | null = null;
  for (const [index, page] of fresh) {
    const shown = held.pages.get(index);
    if (shown === page) continue;
    if (shown !== undefined && !hasOrder(shown, page)) {
      newer = Math.max(newer, changesBetween(shown.versions, page.versions), 1);
      continue;
    }
    pages ??= new Map(held.pages);
    pages.set(index, page);
  }
  if (pages === null) return { held, newer };
  return { held: { ...held, pages, total: newer > 0 ? held.total : first.total }, newer };
}

function hasOrder(shown: FlagPage, page: FlagPage): boolean {
  return (
    shown.items.length === page.items.length &&
    shown.items.every(({ key }, index) => key === page.items[index]?.key)
  );
}

/** How many changes lie between; one that touched several environments counts once. */
function changesBetween(before: Record<string, number>, after: Record<string, number>): number {
  const steps = Object.entries(after).map(([key, version]) => version - (before[key] ?? version));
  return Math.max(0, ...steps);
}
