import type { Condition, Document, Flag, Segment, SegmentKeys } from "../client";
import { isAll, isAny, isNot, isSegment } from "./conditions";

/** What of a segment can be edited. */
export interface SegmentFields {
  name: string;
  description: string;
  when: Condition | null;
  included: SegmentKeys[];
  excluded: SegmentKeys[];
}

export function segmentFieldsOf(segment: Segment): SegmentFields {
  return {
    name: segment.name ?? "",
    description: segment.description ?? "",
    when: segment.when ?? null,
    included: segment.included ?? [],
    excluded: segment.excluded ?? [],
  };
}

export const NO_FIELDS: SegmentFields = segmentFieldsOf({});

/** The whole segment as it is sent: what cannot be edited here stays as it was. */
export function segmentBody(key: string, before: Segment | undefined, fields: SegmentFields): Segment {
  const { metadata, origin } = before ?? {};
  return {
    key,
    ...(metadata !== undefined && { metadata }),
    ...(origin !== undefined && { origin }),
    ...fields,
  };
}

/** The segments that a condition asks, however deep. */
export function segmentsIn(condition: Condition | null | undefined): string[] {
  if (!condition) return [];
  if (isSegment(condition)) return [condition.segment];
  if (isAll(condition)) return condition.all.flatMap(segmentsIn);
  if (isAny(condition)) return condition.any.flatMap(segmentsIn);
  return isNot(condition) ? segmentsIn(condition.not) : [];
}

/** Where a segment is asked: in which rules of which flag, and by way of which segment. */
export interface Dependent {
  flag: string;
  name: string;
  enabled: boolean;
  /** Rules by name or number, in the order asked. */
  rules: { number: number; name: string; via: string | null }[];
}

export interface Dependents {
  flags: Dependent[];
  /** Segments whose condition asks this one. */
  segments: string[];
}

/** Who needs a segment, also by way of other segments. Archived flags need nothing. */
export function dependentsOf(document: Document, key: string): Dependents {
  const segments = segmentsOf(document);
  const asking = asksFor(segments, key);
  const flags = Object.entries(flagsOf(document)).flatMap(([flag, each]): Dependent[] => {
    if (each.archived_at) return [];
    const rules = (each.rules ?? []).flatMap((rule, index) => {
      const asked = segmentsIn(rule.when).find((name) => name === key || asking.has(name));
      if (asked === undefined) return [];
      return [{ number: index + 1, name: rule.name ?? "", via: asked === key ? null : asked }];
    });
    if (rules.length === 0) return [];
    return [{ flag, name: each.name ?? "", enabled: each.enabled ?? true, rules }];
  });
  return { flags, segments: [...asking].sort() };
}

/** The segments that ask a segment, directly or by way of others. */
function asksFor(segments: Record<string, Segment>, key: string): Set<string> {
  const found = new Set<string>();
  let before = -1;
  while (found.size !== before) {
    before = found.size;
    for (const [name, segment] of Object.entries(segments)) {
      const asked = segmentsIn(segment.when);
      if (name !== key && asked.some((each) => each === key || found.has(each))) found.add(name);
    }
  }
  return found;
}

/** The flags of a document by key; it may hold them as a list. */
export function flagsOf(document: Document): Record<string, Flag> {
  return byKey(document.flags);
}

export function segmentsOf(document: Document): Record<string, Segment> {
  return byKey(document.segments);
}

function byKey<T extends { key?: string }>(
  held: Record<string, T> | T[] | undefined,
): Record<string, T> {
  if (!Array.isArray(held)) return held ?? {};
  return Object.fromEntries(held.map((each) => [each.key ?? "", each]));
}
