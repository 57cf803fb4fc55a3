import { expect, it } from "vitest";

import { same } from "./same";

it.each([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }],
  [{ a: 1, b: undefined }, { a: 1 }],
  [[], []],
  [null, null],
])("%j is %j", (one, other) => {
  expect(same(one, other)).toBe(true);
  expect(same(other, one)).toBe(true);
});

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: null }],
  [{ a: undefined }, { b: 1 }],
  [[1, 2], [2, 1]],
  [[], {}],
  [{ 0: 1 }, [1]],
  [null, undefined],
  [null, {}],
  ["1", 1],
])("%j is not %j", (one, other) => {
  expect(same(one, other)).toBe(false);
  expect(same(other, one)).toBe(false);
});
