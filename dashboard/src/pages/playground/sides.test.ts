import { expect, it } from "vitest";

import { another, sidesOf } from "./sides";

const all = ["staging", "production", "development"];

it.each([
  [[], [{ environment: "production" }, { environment: "staging" }]],
  [["staging@3"], [{ environment: "staging", version: 3 }, { environment: "production" }]],
  [["staging", "nothing@else", "staging@2"], [{ environment: "staging" }, { environment: "staging", version: 2 }]],
  [["a", "b", "c", "d", "e"], ["a", "b", "c", "d"].map((environment) => ({ environment }))],
])("shows %j as %j", (chosen, sides) => {
  expect(sidesOf(all, chosen)).toEqual(sides);
});

it("begins a column with what is not shown yet", () => {
  expect(another(all, [{ environment: "staging" }, { environment: "production" }])).toEqual({ environment: "development" });
  expect(another(["only"], [{ environment: "only", version: 2 }])).toEqual({ environment: "only" });
});
