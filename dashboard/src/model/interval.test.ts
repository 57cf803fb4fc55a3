import { expect, it } from "vitest";

import { difference, interval } from "./interval";

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

// From Newcombe 1998, table II: 56/70 and 48/80; 9/10 and 3/10; 10/10 and 0/10
it.each([
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [10, 10, 0, 10, 1, 0.6075, 1],
])("%d of %d against %d of %d", (part, of, otherPart, otherOf, by, low, high) => {
  const found = difference(part, of, otherPart, otherOf);
  expect(found?.by).toBeCloseTo(by, 3);
  expect(found?.low).toBeCloseTo(low, 3);
  expect(found?.high).toBeCloseTo(high, 3);
});

it("says nothing about nobody", () => {
  expect(difference(0, 0, 1, 10)).toBeNull();
  expect(difference(1, 10, 0, 0)).toBeNull();
});
