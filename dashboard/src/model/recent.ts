import type { Draft } from "./draft";

/** Drafts that were given up, kept on this device for a while: giving up by mistake costs nothing. */
export interface Recent<F> {
  draft: Draft<F>;
  /** When it was given up. */
  at: string;
}

const PREFIX = "yardarm.given-up";
const KEPT_MS = 7 * 24 * 3_600_000;
const MOST = 10;

/** What was given up at a place within the last week, the latest first. */
export function recentOf<F>(place: string, now = Date.now(), storage: Storage = localStorage): Recent<F>[] {
  try {
    const found = JSON.parse(storage.getItem(keyOf(place)) ?? "[]") as Recent<F>[];
    return found.filter(({ at }) => now - Date.parse(at) < KEPT_MS);
  } catch {
    return [];
  }
}

/** Keep a draft that is given up. */
export function remember<F>(place: string, draft: Draft<F>, now = Date.now(), storage: Storage = localStorage): void {
  const others = recentOf<F>(place, now, storage);
  keep(place, [{ draft, at: new Date(now).toISOString() }, ...others].slice(0, MOST), storage);
}

/** Forget one: it was taken up again, or is not wanted. */
export function forget(place: string, at: string, storage: Storage = localStorage): void {
  keep(place, recentOf(place, Date.now(), storage).filter((each) => each.at !== at), storage);
}

function keep(place: string, found: Recent<unknown>[], storage: Storage): void {
  try {
    if (found.length === 0) storage.removeItem(keyOf(place));
    else storage.setItem(keyOf(place), JSON.stringify(found));
  } catch {
    // A device without room forgets.
  }
}

function keyOf(place: string): string {
  return `${PREFIX}/${place}`;
}
