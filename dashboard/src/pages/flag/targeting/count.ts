import type { Breakdown } from "../../../client";
import { bounds, fallsOf, takenBy, type Fall, type Step } from "../../../model/breakdown";
import { number, share } from "../../../model/movement";
import { text } from "../../../text/en";
import type { Looking } from "./useLooked";

/** What a step takes, ready to be shown. */
export interface Count {
  state: "waiting" | "failed" | "nobody" | "counted";
  /** Such as `9,314`, or `7,934 to 9,174`; null for a step that is not counted yet. */
  words: string | null;
  share: string;
  /** In a draft: what it took before, where that is another number. */
  before: string | null;
  /** Whether a newer draft is being counted. */
  old: boolean;
  fall: Fall | null;
}

/** What every step takes, where the environment stands. */
export function countsOf(looking: Looking): (step: Step) => Count {
  const { saved, drafted, counting, error } = looking;
  const shown = drafted ?? saved;
  const none = { words: null, share: "", before: null, old: counting, fall: null };
  if (shown === undefined) {
    const state = error === null ? "waiting" : "failed";
    return () => ({ ...none, state });
  }
  if (shown.contexts === 0) return () => ({ ...none, state: "nobody" });
  const falls = fallsOf(shown);
  return (step) => {
    const words = countWords(shown, step);
    const before = drafted && saved ? countWords(saved, step) : words;
    return {
      state: "counted",
      words,
      share: shareWords(shown, step),
      before: before === words ? null : before,
      old: counting,
      fall: falls(step),
    };
  };
}

/** A count in words; null where nothing was counted. */
export function countWords(found: Breakdown, step: Step): string | null {
  const taken = takenBy(found, step);
  if (taken === undefined) return null;
  const [low, high] = bounds(taken, found.rate).map(number);
  return low === high || high === undefined ? (low ?? "") : text.targeting.perhaps(low ?? "", high);
}

function shareWords(found: Breakdown, step: Step): string {
  const taken = takenBy(found, step);
  if (taken === undefined) return "";
  const low = share(taken.count, found.contexts);
  if (taken.possible === 0) return low;
  const high = share(taken.count + taken.possible, found.contexts);
  return low === high ? low : text.targeting.perhaps(low.replace(" %", ""), high);
}
