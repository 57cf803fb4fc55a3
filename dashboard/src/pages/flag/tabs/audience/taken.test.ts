import { expect, it } from "vitest";

import type { Answer } from "../../../../client";
import { takenBy, tallied } from "./taken";

function answer(more: Partial<Answer>): Answer {
  return {
    flag: "f",
    value: true,
    variant: "on",
    reason: "DEFAULT",
    rule: null,
    error: null,
    cause: null,
    bucket: null,
    version: 1,
    environment_version: 1,
    ...more,
  };
}

it.each([
  [{}, "default"],
  [{ reason: "STATIC" }, "default"],
  [{ reason: "TARGETING_MATCH", cause: "target" }, "target"],
  [{ reason: "SPLIT", rule: "r1" }, { rule: "r1" }],
  [{ reason: "DISABLED" }, "off"],
  [{ reason: "ERROR", error: "GENERAL", rule: "r1" }, "failed"],
])("%j is taken by %j", (more, taken) => {
  expect(takenBy(answer(more))).toEqual(taken);
});

it("counts each part, and what its contexts got", () => {
  const rule = { reason: "SPLIT", rule: "r1" };
  const found = tallied([answer(rule), answer({ ...rule, variant: "off" }), answer({ variant: null })]);
  expect(found.get("rule r1")).toEqual({ count: 2, variants: new Map([["on", 1], ["off", 1]]) });
  expect(found.get("default")?.variants).toEqual(new Map([[null, 1]]));
});
