import { describe, expect, it } from "vitest";

import type { FlagInEnvironment, PlanView } from "../client";
import { doneOf, flagsOf, heldShare, movedBy, rampOf, stepState } from "./plans";
import { waitsFor } from "../text/waiting";
import { isRising, rampSteps } from "./ramp";

const flag: FlagInEnvironment = {
  enabled: true,
  off: "off",
  default: { split: { arms: [{ variant: "off", weight: 66_667 }, { variant: "dark", weight: 33_333 }], seed: "s" } },
  prerequisites: [],
  targets: [],
  rules: [
    { id: "a", when: { always: true }, serve: "off" },
    { id: "b", when: { always: true }, serve: "dark" },
  ],
  version: 3,
  says: [],
};

const ramp = { flag: "x", to: "on", percentages: [1, 25, 100] };
const steps = rampSteps(flag, "production", ramp) ?? [];

const plan: PlanView = {
  id: 7,
  name: "x to on",
  state: "waiting",
  why: "",
  author: "ann",
  reason: "",
  steps: steps.map((step) => ({ ...step, hold_seconds: 3_600 })),
  repeat: null,
  missed: "pause",
  step: 1,
  round: 1,
  next_at: "2027-03-01T10:00:00Z",
  request: null,
  done: [{ step: 0, at: "2027-03-01T09:00:00Z", versions: { production: 4 } }],
  movements: [],
  created_at: "2027-03-01T09:00:00Z",
  updated_at: "2027-03-01T09:00:00Z",
};
const now = new Date("2027-03-01T09:15:00Z");

describe("the steps of a ramp", () => {
  it("give the variant a share and leave the others in proportion, in whole parts", () => {
    expect(steps.map(({ commands }) => commands[0]?.fields)).toEqual([
      {
        default: {
          split: {
            seed: "s",
            arms: [
              { variant: "on", weight: 1_000 },
              { variant: "off", weight: 66_000 },
              { variant: "dark", weight: 33_000 },
            ],
          },
        },
      },
      {
        default: {
          split: {
            seed: "s",
            arms: [
              { variant: "on", weight: 25_000 },
              { variant: "off", weight: 50_000 },
              { variant: "dark", weight: 25_000 },
            ],
          },
        },
      },
      { default: "on" },
    ]);
  });

  it("enable a flag that is off, in the first step only, and keep its off", () => {
    const found = rampSteps({ ...flag, enabled: false }, "production", ramp);
    expect(found?.map(({ commands }) => (commands[0]?.fields as { enabled?: boolean }).enabled)).toEqual([
      true,
      undefined,
      undefined,
    ]);
    expect(JSON.stringify(found?.[0])).toContain('{"variant":"off","weight":99000}');
  });

  it("are none where nobody could keep another variant, or shares fall", () => {
    expect(rampSteps({ ...flag, default: "on" }, "production", ramp)).toBeNull();
    expect(rampSteps(flag, "production", { ...ramp, percentages: [5, 1] })).toBeNull();
    expect(rampSteps(flag, "production", { ...ramp, rule: "gone" })).toBeNull();
    expect(isRising([])).toBe(false);
    expect(isRising([1, 100])).toBe(true);
    expect(isRising([1, 101])).toBe(false);
  });

  it("are recognised as a ramp, of the default or of one rule", () => {
    expect(rampOf({ steps, repeat: null })).toEqual({ flag: "x", to: "on", rule: null, percents: [1, 25, 100] });
    const ofRule = rampSteps(flag, "production", { ...ramp, rule: "b" }) ?? [];
    expect(rampOf({ steps: ofRule, repeat: null })).toMatchObject({ rule: "b", percents: [1, 25, 100] });
    const other = [{ commands: [{ type: "set_enabled", flag: "x", enabled: true }] }];
    expect(rampOf({ steps: other, repeat: null })).toBeNull();
    expect(flagsOf({ steps: other, repeat: null })).toEqual(["x"]);
  });
});

describe("a plan", () => {
  it("says what it waits for, and until when", () => {
    expect(waitsFor(plan, now)).toMatch(/^Holds step 1\. Step 2 of 3 begins at .+, in 45 min\.$/);
    expect(waitsFor({ ...plan, next_at: "2027-03-01T09:00:00Z" }, now)).toContain("begins now");
    expect(waitsFor({ ...plan, state: "approval", next_at: null }, now)).toContain("other than ann");
    expect(waitsFor({ ...plan, state: "paused", why: "bo changed flag 'x'" }, now)).toContain("bo changed");
    expect(waitsFor({ ...plan, state: "request", request: 9 }, now)).toContain("change request 9");
    expect(waitsFor({ ...plan, step: 3 }, now)).toMatch(/^Holds the last step; the plan ends at/);
    expect(waitsFor({ ...plan, state: "cancelled" }, now)).toBe("Cancelled after 1 step of 3. What was changed stays.");
  });

  it("holds one step, and the next one waits", () => {
    expect([0, 1, 2].map((index) => stepState(plan, index))).toEqual(["now", "next", "planned"]);
    expect([0, 1].map((index) => stepState({ ...plan, state: "paused", next_at: null }, index))).toEqual(["done", "paused"]);
    expect([0, 1].map((index) => stepState({ ...plan, state: "cancelled", next_at: null }, index))).toEqual(["done", "never"]);
    expect(heldShare(plan, 0, now)).toBe(0.25);
    expect(heldShare(plan, 1, now)).toBe(0);
  });

  it("knows of a round that begins anew what was done in this one", () => {
    expect(doneOf({ ...plan, step: 0 }, 0)).toBeUndefined();
    const again = [...plan.done, { step: 0, at: "2027-03-08T09:00:00Z", skipped: true }];
    expect(stepState({ ...plan, done: again }, 0)).toBe("skipped");
  });

  it("adds up its environments, and counts nobody where nobody reports", () => {
    expect(movedBy({ a: { contexts: 10, moved: 2, unknown: 1 }, b: { contexts: 5, moved: 0, unknown: 0 } })).toEqual({
      contexts: 15,
      moved: 2,
      unknown: 1,
    });
    expect(movedBy({ a: { contexts: 0, moved: 0, unknown: 0 } })).toBeNull();
    expect(movedBy(undefined)).toBeNull();
    expect(movedBy({})).toMatchObject({ moved: 0, unknown: 0 });
  });
});
