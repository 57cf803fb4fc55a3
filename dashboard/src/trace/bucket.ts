import type { Split } from "../client";
import { isNative, WHOLE } from "../model/serves";
import { markOf, type VariantKeys } from "../parts/Variant";

/** A stretch of the 0 to 100 of a split, in per cent, and who gets it. */
export interface Stretch {
  from: number;
  to: number;
  variant: string;
}

/** Where each variant of a split lies; null for a vendor's split, whose scale is its own. */
export function stretchesOf(split: Split): Stretch[] | null {
  if (!isNative(split)) return null;
  let start = 0;
  return split.arms
    .flatMap(({ variant, weight, ranges }) => {
      const given = ranges?.length ? ranges.map((range) => pair(range)) : [[start, start + weight] as const];
      start += weight;
      return given.map(([from, to]) => ({ variant, from: percent(from), to: percent(to) }));
    })
    .filter(({ from, to }) => to > from)
    .sort((one, other) => one.from - other.from);
}

function pair(range: readonly unknown[]): readonly [number, number] {
  return [Number(range[0]), Number(range[1])];
}

/** A part of the whole as per cent. */
export function percent(part: number): number {
  return (part * 100) / WHOLE;
}

/** The colour's name of a variant, by its place in the flag. */
export function placeOf(of: VariantKeys, variant: string): string {
  const place = markOf(of.variants, of.off, variant);
  return place <= 0 ? "off" : `v${((place - 1) % 5) + 1}`;
}
