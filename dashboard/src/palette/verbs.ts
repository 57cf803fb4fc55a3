import { paletteText } from "../text/palette";

export type Verb = keyof typeof paletteText.verbs;

/** What is to be done, and with which flag: `toggle check` is to switch flags named like `check`.
 *
 * The verb is null where the words only look for something.
 */
export function asking(words: string): { verb: Verb | null; rest: string } {
  const typed = words.trimStart().toLowerCase();
  for (const [verb, spellings] of Object.entries(paletteText.verbs) as [Verb, readonly string[]][]) {
    const spelled = spellings.find((each) => typed === each || typed.startsWith(`${each} `));
    if (spelled !== undefined) return { verb, rest: words.trimStart().slice(spelled.length).trim() };
  }
  return { verb: null, rest: words.trim() };
}

/** Whether every word that was typed begins a word of a text. */
export function matches(text: string, typed: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}
