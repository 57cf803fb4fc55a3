import type { Segment } from "../client";
import { countOf } from "./segmentKeys";

/** A segment as it is in each environment that has it. */
export interface ListedSegment {
  key: string;
  name: string;
  description: string;
  in: Record<string, Segment>;
}

/** The segments of several environments as one list, by key. A later environment's name wins. */
export function listed(environments: [string, readonly Segment[]][]): ListedSegment[] {
  const found = new Map<string, ListedSegment>();
  for (const [environment, segments] of environments) {
    for (const segment of segments) {
      const key = segment.key ?? "";
      const had = found.get(key) ?? { key, name: "", description: "", in: {} };
      found.set(key, {
        key,
        name: segment.name || had.name,
        description: segment.description || had.description,
        in: { ...had.in, [environment]: segment },
      });
    }
  }
  return [...found.values()].sort((one, other) => one.key.localeCompare(other.key));
}

/** Those with these words in key, name or description. */
export function foundIn(segments: readonly ListedSegment[], sought: string): ListedSegment[] {
  const words = sought.trim().toLocaleLowerCase();
  if (words === "") return [...segments];
  return segments.filter(({ key, name, description }) =>
    [key, name, description].some((said) => said.toLocaleLowerCase().includes(words)),
  );
}

/** What a segment is made of, for a glance. */
export interface Made {
  hasRule: boolean;
  included: number;
  excluded: number;
}

export function madeOf({ when, included, excluded }: Segment): Made {
  return {
    hasRule: when !== null && when !== undefined,
    included: countOf(included ?? []),
    excluded: countOf(excluded ?? []),
  };
}
