/** Places at least `height` apart, in the order of those wished for, none below `bottom`. */
export function spread(wished: readonly number[], height: number, bottom: number): number[] {
  const order = wished.map((_, index) => index).sort((one, other) => (wished[one] ?? 0) - (wished[other] ?? 0));
  const places = [...wished];
  let above = -Infinity;
  for (const index of order) {
    above = Math.max(wished[index] ?? 0, above + height);
    places[index] = above;
  }
  let below = bottom + height;
  for (const index of order.reverse()) {
    below = Math.min(places[index] ?? 0, below - height);
    places[index] = below;
  }
  return places;
}
