import { expect, it } from "vitest";

import { ruleAt, servedAt } from "./served";

it("knows what is served from anything else", () => {
  const arms = [{ variant: "on", weight: 100_000 }];
  expect(servedAt("/rules/r/serve/split/arms", arms)).toEqual({ split: { arms } });
  expect(servedAt("/default", "on")).toBe("on");
  expect(servedAt("/default", null)).toBeNull();
  expect(servedAt("/rules/r/serve", { split: { arms } })).toEqual({ split: { arms } });
  expect(servedAt("/rules/r/when", { always: true })).toBeUndefined();
  expect(servedAt("/rules/r/serve/split/arms", null)).toBeUndefined();
});

it("finds the rule of a pointer by its id", () => {
  const rules = [
    { id: "a", name: "", when: { always: true as const }, serve: "on" },
    { id: "b/c", name: "Beta", when: { always: true as const }, serve: "on" },
  ];
  expect(ruleAt("/rules/b~1c/serve", rules)).toEqual({ number: 2, name: "Beta" });
  expect(ruleAt("/rules/gone", rules)).toBeUndefined();
  expect(ruleAt("/default", rules)).toBeUndefined();
});
