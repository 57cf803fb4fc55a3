import { expect, it } from "vitest";

import { interval } from "./interval";

// From R: binom::binom.confint(x, n, methods = "wilson")
it.each([
  [10, 100, 0.0552, 0.1744],
  [0, 50, 0, 0.0714],
  [50, 50, 0.9287, 1],
  [0, 0, 0, 1],
])("of %d in %d is from %d to %d", (part, of, low, high) => {
  const [from, to] = interval(part, of);
  expect(from).toBeCloseTo(low, 3);
  expect(to).toBeCloseTo(high, 3);
});
