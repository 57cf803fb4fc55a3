import { describe, expect, it } from "vitest";

import type { FlagInEnvironment, Rule } from "../client";
import { begun, changed, conflictsOf, countable, edited, fieldsOf, isChanged, moved, now, placeOf, rebased, redone, segmentPlaceOf, undone } from "./draft";
import { equalised, splitOf, withWeight } from "./serves";
import { typedOf, valueOf } from "./conditions";

const flag: FlagInEnvironment = {
  enabled: false,
  off: "off",
  default: "on",
  prerequisites: [],
  targets: [],
  rules: [],
  version: 3,
  says: [],
};

describe("a draft", () => {
  it("holds only what differs, and forgets it when it is put back", () => {
    const draft = edited(begun(fieldsOf(flag), 7), { enabled: true });
    expect(changed(draft)).toEqual({ enabled: true });
    expect(isChanged(edited(draft, { enabled: false }))).toBe(false);
  });

  it("is undone and redone step by step", () => {
    let draft = edited(edited(begun(fieldsOf(flag), 7), { enabled: true }), { default: "off" });
    draft = undone(draft);
    expect(now(draft)).toMatchObject({ enabled: true, default: "on" });
    expect(now(redone(draft)).default).toBe("off");
    const other = edited(draft, { off: null });
    expect(redone(other)).toEqual(other);
  });

  it("is put on top of what somebody else saved meanwhile", () => {
    const mine = edited(begun(fieldsOf(flag), 7), { enabled: true });
    const saved = { ...fieldsOf(flag), default: "off", enabled: false };
    expect(conflictsOf(mine, saved)).toEqual([]);
    expect(conflictsOf(mine, { ...saved, enabled: true })).toEqual([]);
    const after = rebased(mine, saved, 8);
    expect(after.base).toBe(8);
    expect(now(after)).toMatchObject({ enabled: true, default: "off" });
    expect(changed(after)).toEqual({ enabled: true });
    expect(now(undone(after))).toMatchObject({ enabled: false, default: "off" });
  });

  it("of a segment is never a flag's", () => {
    const segment = segmentPlaceOf("shop", "staff", "production");
    expect(segment).not.toBe(placeOf("shop", "segments/staff", "production"));
    expect(segment).not.toBe(placeOf("shop", "segments", "staff/production"));
  });

  it("moves rules within bounds", () => {
    const rules = ["a", "b", "c"].map((id) => ({ id, when: { always: true as const }, serve: "on" }));
    expect(moved(rules, 0, 2).map(({ id }) => id)).toEqual(["b", "c", "a"]);
    expect(moved(rules, 2, -5).map(({ id }) => id)).toEqual(["c", "a", "b"]);
  });
});

describe("weights", () => {
  it("keep adding up and keep their proportions", () => {
    const arms = [
      { variant: "a", weight: 50_000 },
      { variant: "b", weight: 30_000 },
      { variant: "c", weight: 20_000 },
    ];
    const after = withWeight(arms, 0, 75_000);
    expect(after.map(({ weight }) => weight)).toEqual([75_000, 15_000, 10_000]);
    expect(withWeight(after, 0, 100_000).map(({ weight }) => weight)).toEqual([100_000, 0, 0]);
    expect(withWeight(withWeight(after, 0, 100_000), 0, 50_000).map((a) => a.weight)).toEqual([
      50_000, 25_000, 25_000,
    ]);
  });

  it("begin as halves", () => {
    expect(splitOf(["on", "off"], "on").arms.map(({ variant }) => variant)).toEqual(["on", "off"]);
  });
});

describe("typed values", () => {
  it.each([
    ["5", "in", 5],
    ['"5"', "in", "5"],
    ["05", "in", "05"],
    ["true", "equals", true],
    ["NL", "in", "NL"],
    ["5.2", "semver_gte", "5.2"],
    ["1.50", "gt", 1.5],
  ])("%s for %s", (typed, operator, value) => {
    expect(valueOf(typed, operator)).toBe(value);
    if (operator !== "gt") expect(valueOf(typedOf(value, operator), operator)).toBe(value);
  });
});

describe("what of a draft is counted", () => {
  it("leaves out rules that ask nothing yet", () => {
    const asks: Rule = { id: "a", when: { segment: "staff" }, serve: "on" };
    const empty = (id: string, when: Rule["when"]): Rule => ({ id, when, serve: "on" });
    const rules = [empty("b", { all: [] }), asks, empty("c", { not: { any: [] } })];
    expect(countable({ rules, enabled: true })).toEqual({ rules: [asks], enabled: true });
    expect(countable({ enabled: false })).toEqual({ enabled: false });
  });
});

describe("shares of a split", () => {
  const arms = ["a", "b", "c"].map((variant, at) => ({ variant, weight: [50_000, 30_000, 20_000][at] ?? 0 }));
  const weights = (next: typeof arms) => next.map(({ weight }) => weight);

  it("leave what is locked as it is", () => {
    expect(weights(withWeight(arms, 0, 70_000, (at) => at === 1))).toEqual([70_000, 30_000, 0]);
    expect(weights(withWeight(arms, 0, 90_000, (at) => at === 1))).toEqual([70_000, 30_000, 0]);
    expect(weights(withWeight(arms, 0, 10_000, (at) => at > 0))).toEqual([50_000, 30_000, 20_000]);
  });

  it("are made equal, and still add up", () => {
    expect(weights(equalised(arms))).toEqual([33_333, 33_333, 33_334]);
    expect(weights(equalised(arms, (at) => at === 0))).toEqual([50_000, 25_000, 25_000]);
  });
});
