import { expect, it } from "vitest";

import { contextOf, keyIn } from "./typed";

it.each([
  ["ada", undefined],
  ['{"key": "ada", "n": 1}', { key: "ada", n: 1 }],
  ['{"key": ', null],
])("%j is the context %j", (typed, context) => {
  expect(contextOf(typed)).toEqual(context);
});

it.each([
  [{ key: "ada" }, "ada"],
  [{ kind: "multi", user: { key: "u" }, org: { key: "o" } }, "u"],
  [{ country: "NL" }, undefined],
])("calls %j %j", (context, key) => {
  expect(keyIn(context)).toBe(key);
});
