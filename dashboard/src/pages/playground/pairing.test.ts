import { expect, it } from "vitest";

import type { Answer } from "../../client";
import { paired } from "./pairing";

function answer(flag: string, variant: string, more: Partial<Answer> = {}): Answer {
  const base = { reason: "DEFAULT", rule: null, error: null, cause: null, bucket: null, version: 1 };
  return { flag, variant, value: variant, environment_version: 1, ...base, ...more };
}

it("sets the answers to a flag beside each other, and those of one side alone", () => {
  const found = paired([
    [answer("b", "on"), answer("a", "on")],
    [answer("b", "off"), answer("c", "on")],
    [answer("b", "on"), answer("a", "on"), answer("c", "on")],
  ]);
  expect(found.map(({ flag, answers, differs }) => [flag, answers.map((each) => each?.variant), differs])).toEqual([
    ["a", ["on", undefined, "on"], true],
    ["b", ["on", "off", "on"], true],
    ["c", [undefined, "on", "on"], true],
  ]);
});

it("takes another reason for the same value as no difference, and another value as one", () => {
  const [same] = paired([[answer("a", "on")], [answer("a", "on", { reason: "SPLIT", version: 2 })]]);
  const [other] = paired([[answer("a", "on")], [answer("a", "on", { value: "new" })]]);
  expect([same?.differs, other?.differs]).toEqual([false, true]);
});
