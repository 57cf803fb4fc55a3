/** A text that somebody wrote of a flag and that cannot be read yet: no draft can hold it.
 *
 * It is kept on this device beside the draft, whose place names it, until it can be read or is given up.
 */
export interface Unread {
  language: string;
  text: string;
}

const PREFIX = "yardarm.unread";

export function unreadAt(place: string): Unread | null {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(place)) ?? "null") as Partial<Unread> | null;
    if (typeof found?.text !== "string" || typeof found.language !== "string") return null;
    return { language: found.language, text: found.text };
  } catch {
    return null;
  }
}

/** Keep a text, or none. */
export function keepUnread(place: string, unread: Unread | null): void {
  try {
    if (unread === null) localStorage.removeItem(keyOf(place));
    else localStorage.setItem(keyOf(place), JSON.stringify(unread));
  } catch {
    // A device without room: the text lives as long as its tab.
  }
}

function keyOf(place: string): string {
  return `${PREFIX}/${place}`;
}
