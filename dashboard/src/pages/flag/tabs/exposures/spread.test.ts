import { expect, it } from "vitest";

import { spread } from "./spread";

it.each([
  [[10, 50], [10, 50]],
  [[50, 10], [50, 10]],
  [[10, 12, 14], [10, 26, 42]],
  [[100, 100, 99], [84, 100, 68]],
])("puts %j at %j", (wished, places) => {
  const found = spread(wished, 16, 100);
  expect([...found].sort()).toEqual([...places].sort());
  expect(found.every((place) => place <= 100)).toBe(true);
});
