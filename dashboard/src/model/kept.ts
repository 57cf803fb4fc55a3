import type { Draft, Fields } from "./draft";

/** Drafts kept on this device: at hand at once, written a moment later, before the page goes at the latest.
 *
 * A draft has up to 200 steps, each of which shares with the one before it what was not edited. It
 * is written so too, each part once: a flag of a hundred rules would not find room otherwise.
 */

const PAUSE_MS = 400;

/** What is not written yet, by place; also what found no room: it lives as long as the page. */
const waiting = new Map<string, Draft<object>>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The draft that is kept at a place; null without one. */
export function load<F = Fields>(place: string): Draft<F> | null {
  const held = waiting.get(place);
  if (held !== undefined) return held as Draft<F>;
  try {
    return unpacked<F>(JSON.parse(localStorage.getItem(place) ?? "null") as Packed | null);
  } catch {
    return null;
  }
}

/** Keep a draft, or none. */
export function keep<F extends object>(place: string, draft: Draft<F> | null): void {
  if (draft === null) {
    waiting.delete(place);
    localStorage.removeItem(place);
    return;
  }
  waiting.set(place, draft);
  timer ??= setTimeout(write, PAUSE_MS);
}

/** Write now what waits. */
export function write(): void {
  clearTimeout(timer);
  timer = undefined;
  for (const [place, draft] of waiting) if (put(place, draft)) waiting.delete(place);
}

// A phone's browser may end a page that is hidden without another word.
addEventListener("pagehide", write);
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") write();
});

/** Where there is no room for every step, there is for the last. */
function put(place: string, draft: Draft<object>): boolean {
  const last = draft.steps[draft.at] ?? draft.from;
  for (const less of [draft, { ...draft, steps: [draft.from, last], at: 1 }]) {
    try {
      localStorage.setItem(place, JSON.stringify(packed(less)));
      return true;
    } catch {
      // full, or private browsing
    }
  }
  return false;
}

/** A draft as it is written: lists are the numbers of their members among the parts. */
interface Packed {
  base: number;
  savedAt: string;
  at: number;
  parts: unknown[];
  from: [string, unknown][];
  steps: [string, unknown][][];
}

/** A list by the numbers of its members, which no other value can be mistaken for. */
interface Numbers {
  parts: number[];
}

function packed<F extends object>({ base, savedAt, at, from, steps }: Draft<F>): Packed {
  const numbers = new Map<unknown, number>();
  const numbered = (part: unknown) => {
    const number = numbers.get(part) ?? numbers.size;
    numbers.set(part, number);
    return number;
  };
  const step = (fields: F) =>
    Object.entries(fields).map(([name, value]: [string, unknown]): [string, unknown] => [
      name,
      Array.isArray(value) ? ({ parts: value.map(numbered) } satisfies Numbers) : { value },
    ]);
  const written = { from: step(from), steps: steps.map(step) };
  return { base, savedAt, at, parts: [...numbers.keys()], ...written };
}

function unpacked<F>(found: Packed | null): Draft<F> | null {
  if (found === null || !Array.isArray(found.parts) || !Array.isArray(found.steps)) return null;
  const step = (fields: [string, unknown][]) =>
    Object.fromEntries(
      fields.map(([name, value]) => {
        const { parts, value: plain } = value as Partial<Numbers> & { value?: unknown };
        return [name, parts?.map((number) => found.parts[number]) ?? plain];
      }),
    ) as F;
  const { base, savedAt, at } = found;
  return { base, savedAt, at, from: step(found.from), steps: found.steps.map(step) };
}
