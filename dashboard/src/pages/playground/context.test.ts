import { expect, it } from "vitest";

import { keyOf, readContext } from "./context";

it("reads an object, and nothing as a context without a key", () => {
  expect(readContext(' {"key": "u"} ')).toEqual({ context: { key: "u" } });
  expect(readContext(" \n")).toEqual({ context: {} });
});

it.each(["{", '"u"', "[]", "null", "12"])("says what is wrong with %s", (written) => {
  const { context, problem } = readContext(written);
  expect(context).toBeNull();
  expect(problem).not.toBe("");
});

it.each([
  [{ key: "u" }, "u"],
  [{ targetingKey: "u" }, "u"],
  [{ kind: "multi", team: { key: "t" } }, "t"],
  [{ country: "NL", tags: null }, ""],
])("knows %j by its key", (context, key) => {
  expect(keyOf(context)).toBe(key);
});
