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

/** The weights after one arm was given a share: the others keep their proportions.
 *
 * Weights are whole parts and still add up to what they did.
 */
export function withWeight(arms: readonly Arm[], index: number, weight: number): Arm[] {
  const total = arms.reduce((sum, arm) => sum + arm.weight, 0);
  const given = Math.min(Math.max(Math.round(weight), 0), total);
  const others = arms.filter((_, at) => at !== index);
  const had = others.reduce((sum, arm) => sum + arm.weight, 0);
  const left = total - given;
  let rest = left;
  const shared = others.map((arm, at) => {
    const last = at === others.length - 1;
    const share = last ? rest : Math.round(had === 0 ? left / others.length : (arm.weight * left) / had);
    rest -= share;
    return share;
  });
  let next = 0;
  // Ranges belong to the weights that they were made for: the server finds the least movement.
  return arms.map((arm, at) => {
    const { variant, tracked } = arm;
    const weight = at === index ? given : (shared[next++] ?? 0);
    return tracked === undefined ? { variant, weight } : { variant, weight, tracked };
  });
}

/** A split that serves one variant to some and another to the others. */
export function splitOf(variants: readonly string[], served: string | null): Split {
  const first = served ?? variants[0] ?? "";
  const other = variants.find((key) => key !== first) ?? first;
  return { arms: [{ variant: first, weight: WHOLE / 2 }, { variant: other, weight: WHOLE / 2 }] };
}
