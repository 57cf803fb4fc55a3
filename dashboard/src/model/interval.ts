const Z = 1.959964; // 95 %

/** Between which shares the true one lies with 95 % confidence (Wilson 1927). */
export function interval(part: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const share = part / of;
  const middle = share + (Z * Z) / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const whole = 1 + (Z * Z) / of;
  return [Math.max(0, (middle - reach) / whole), Math.min(1, (middle + reach) / whole)];
}

/** How much larger the first share is than the second, and between what bounds with 95 % confidence.
 *
 * Newcombe 1998, method 10: built of both shares' Wilson intervals, so that it holds for few, too.
 */
export function difference(
  part: number,
  of: number,
  otherPart: number,
  otherOf: number,
): { by: number; low: number; high: number } | null {
  if (of === 0 || otherOf === 0) return null;
  const [share, other] = [part / of, otherPart / otherOf];
  const [low, high] = interval(part, of);
  const [otherLow, otherHigh] = interval(otherPart, otherOf);
  const by = share - other;
  return {
    by,
    low: by - Math.hypot(share - low, otherHigh - other),
    high: by + Math.hypot(high - share, other - otherLow),
  };
}

/** Under so many, a share says nothing. */
export const FEW = 30;
