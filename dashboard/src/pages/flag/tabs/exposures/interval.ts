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
