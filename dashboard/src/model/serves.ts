import type { Arm, Serve, Split } from "../client";

/** What the weights of a split add up to. */
export const WHOLE = 100_000;

export function isSplit(serve: Serve | null): serve is { split: Split } {
  return typeof serve === "object" && serve !== null && "split" in serve;
}

/** Whether weights are in our own parts: a vendor's are in the units of its algorithm. */
export function isNative(split: Split): boolean {
  return split.algorithm === undefined || split.algorithm === "yardarm";
}

/** The total that weights of this split are shares of. */
export function totalOf(split: Split): number {
  if (isNative(split)) return WHOLE;
  return split.arms.reduce((sum, arm) => sum + arm.weight, 0) || 1;
}

/** A weight as per cent, with at most three decimals. */
export function percentOf(weight: number, total = WHOLE): string {
  return `${Number(((weight * 100) / total).toFixed(3))} %`;
}

const NONE = (): boolean => false;

/** The weights after one arm was given a share: the others keep their proportions.
 *
 * Weights are whole parts and still add up to what they did. What is locked stays as it is.
 */
export function withWeight(
  arms: readonly Arm[],
  index: number,
  weight: number,
  locked: (at: number) => boolean = NONE,
): Arm[] {
  const free = (at: number) => at !== index && !locked(at);
  const room = sumOf(arms.filter((_, at) => at === index || free(at)));
  // Without anybody to share with, the sum can only stay if this one does.
  const alone = arms.every((_, at) => !free(at));
  const given = alone ? room : Math.min(Math.max(Math.round(weight), 0), room);
  const others = divided(room - given, arms.filter((_, at) => free(at)).map((arm) => arm.weight));
  return weighed(arms, (at) => (at === index ? given : free(at) ? others.shift() : undefined));
}

/** The arms that are not locked with equal weights. */
export function equalised(arms: readonly Arm[], locked: (at: number) => boolean = NONE): Arm[] {
  const free = arms.filter((_, at) => !locked(at));
  const parts = divided(sumOf(free), free.map(() => 1));
  return weighed(arms, (at) => (locked(at) ? undefined : parts.shift()));
}

function sumOf(arms: readonly Arm[]): number {
  return arms.reduce((sum, arm) => sum + arm.weight, 0);
}

/** A whole number in whole parts as these proportions say; the last one takes what is left. */
function divided(whole: number, proportions: number[]): number[] {
  const had = proportions.reduce((sum, part) => sum + part, 0);
  let rest = whole;
  return proportions.map((part, at) => {
    const last = at === proportions.length - 1;
    const equal = whole / proportions.length;
    const share = last ? rest : Math.round(had === 0 ? equal : (part * whole) / had);
    rest -= share;
    return share;
  });
}

/** Ranges belong to the weights that they were made for: the server finds the least movement. */
function weighed(arms: readonly Arm[], weigh: (at: number) => number | undefined): Arm[] {
  return arms.map((arm, at) => {
    const { variant, tracked } = arm;
    const weight = weigh(at) ?? arm.weight;
    return tracked === undefined ? { variant, weight } : { variant, weight, tracked };
  });
}

/** A split that serves one variant to some and another to the others. */
export function splitOf(variants: readonly string[], served: string | null): Split {
  const first = served ?? variants[0] ?? "";
  const other = variants.find((key) => key !== first) ?? first;
  return { arms: [{ variant: first, weight: WHOLE / 2 }, { variant: other, weight: WHOLE / 2 }] };
}
