import { describe, expect, it } from "vitest";

import { lasting, secondsOf } from "./durations";
import { grantWords, may } from "./grants";
import { fromLocal, toLocal } from "./instants";
import { fieldOf, numberOf, percentOfShare, policyOf, shareOfPercent, withField } from "./policies";

describe("grants", () => {
  it("imply what the server lets them imply", () => {
    const edit = [{ scope: "edit" as const, project: "shop", environment: "staging" }];
    expect(may(edit, "edit", "shop", "staging")).toBe(true);
    expect(may(edit, "edit", "shop", "production")).toBe(false);
    expect(may(edit, "edit", "shop")).toBe(false);
    expect(may(edit, "read", "shop")).toBe(true);
    expect(may(edit, "read", "other")).toBe(false);
    expect(may(edit, "approve", "shop", "staging")).toBe(false);
  });

  it("reach the whole system only on every project", () => {
    expect(may([{ scope: "admin", project: "shop" }], "admin")).toBe(false);
    expect(may([{ scope: "admin" }], "admin")).toBe(true);
    expect(may([{ scope: "admin" }], "kill", "shop", "production")).toBe(true);
  });

  it("are said in words", () => {
    expect(grantWords({ scope: "admin" })).toBe("admin everywhere");
    expect(grantWords({ scope: "edit", project: "shop", environment: "dev" })).toBe("edit in shop/dev");
  });
});

describe("a policy", () => {
  it("is edited at a path and forgets what became empty", () => {
    const budgets = { for: [{ tag: "payments" }], per_hour: { max_share: 0.3 } };
    expect(withField(budgets, 0.1, "max_share")).toEqual({ ...budgets, max_share: 0.1 });
    expect(withField(budgets, undefined, "per_hour", "max_share")).toEqual({ for: budgets.for });
    expect(numberOf(budgets, "per_hour", "max_share")).toBe(0.3);
    expect(fieldOf(budgets, "per_hour", "nothing", "below")).toBeUndefined();
  });

  it("has shares without noise", () => {
    expect(percentOfShare(0.07)).toBe(7);
    expect(shareOfPercent(0.1)).toBe(0.001);
  });

  it("is an object", () => {
    expect(policyOf('{"always": true}')).toEqual({ always: true });
    expect(() => policyOf("[]")).toThrow("an object");
    expect(() => policyOf("{")).toThrow();
  });
});

describe("times", () => {
  it("go to the device's clock and back", () => {
    const instant = "2027-03-01T09:05:00Z";
    expect(fromLocal(toLocal(instant))).toBe(instant);
    expect(toLocal(null)).toBe("");
    expect(fromLocal("")).toBeNull();
    expect(fromLocal("soon")).toBeNull();
    expect(fromLocal("2026-13-")).toBeNull();
  });

  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [9_600, "2 h 40 min"],
    [86_400, "1 d"],
    [90_060, "1 d 1 h"],
    [86_460, "1 d"],
  ])("%i s last %s", (seconds, words) => {
    expect(lasting(seconds)).toBe(words);
  });

  it("are held in units", () => {
    expect(secondsOf(1.5, "hours")).toBe(5_400);
  });
});
