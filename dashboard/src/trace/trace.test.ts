import { describe, expect, it } from "vitest";

import type { Split } from "../client";
import { stretchesOf } from "./bucket";
import { alongside, askedOf, differing, outcomeOf, servedBy, withServes, type Trace } from "./trace";

function rule(id: string, outcome: boolean | null, at: number, more: Partial<Trace> = {}): Trace {
  return { kind: "rule", pointer: `/rules/${at}`, what: { id, name: "" }, outcome, ...more };
}

function flag(...parts: Trace[]): Trace {
  return { kind: "flag", pointer: "", what: { key: "f" }, outcome: "on", parts };
}

const end: Trace = { kind: "default", pointer: "/default", outcome: null };

describe("what served", () => {
  it("is the last rule that matched: one before passed on", () => {
    const passed = rule("a", true, 0);
    const served = rule("b", true, 1);
    expect(servedBy(flag(passed, served, end))).toBe(served);
  });

  it("is nothing where the flag is off", () => {
    expect(servedBy({ ...flag(), note: "disabled" })).toBeUndefined();
  });

  it("has outcomes in three kinds", () => {
    expect([true, "on", false, null].map((outcome) => outcomeOf({ ...end, outcome }))).toEqual([
      "matched",
      "matched",
      "not-matched",
      "not-asked",
    ]);
  });
});

describe("what differs between two traces", () => {
  it("is nothing between equals, wherever the rules stand", () => {
    expect(differing(flag(rule("a", true, 0), end), flag(rule("a", true, 3), end))).toEqual(new Map());
  });

  it("is a rule that came out otherwise, and all above it", () => {
    const found = differing(flag(rule("a", true, 0), end), flag(rule("a", false, 0), end));
    expect(found).toEqual(new Map([["", "below"], ["/rule:a", "here"]]));
  });

  it("is a rule that only one of them has", () => {
    const clause: Trace = { kind: "clause", pointer: "/rules/0/when", outcome: null };
    const found = differing(flag(end), flag(end, rule("new", null, 0, { parts: [clause] })));
    expect(found).toEqual(
      new Map([
        ["", "below"],
        ["/rule:new", "here"],
        ["/rule:new/clause:0", "below"],
      ]),
    );
  });

  it("is not the id of a rule that has the same name", () => {
    const named = (id: string, name: string, outcome: boolean) => rule(id, outcome, 0, { what: { id, name } });
    const one = flag(named("a", "Dutch", true), named("b", "Staff", true), end);
    const other = flag(named("x", "Dutch", true), named("b", "Crew", true), end);
    expect(differing(one, alongside(one, other))).toEqual(new Map([["", "below"], ["/rule:b", "here"]]));
    expect(alongside(one, null)).toBeNull();
    expect(alongside(null, other)).toBe(other);
  });

  it("is a share that grew, though the unit fell on the same place", () => {
    const at = (weight: number) =>
      withServes(flag(rule("a", true, 0, { bucket: 5 })), {
        rules: [{ id: "a", when: { always: true }, serve: { split: { arms: [{ variant: "on", weight }] } } }],
        default: null,
      });
    expect(differing(at(1000), at(1000))).toEqual(new Map());
    expect(differing(at(1000), at(2000)).get("/rule:a")).toBe("here");
  });
});

describe("what a context says for an attribute", () => {
  it.each([
    [{ key: "u", country: "NL" }, "country", "user", { is: "set", value: "NL" }],
    [{ key: "u", address: { "a/b": [1] } }, "/address/a~1b/0", "user", { is: "set", value: 1 }],
    [{ kind: "team", key: "t", plan: "pro" }, "plan", "team", { is: "set", value: "pro" }],
    [{ kind: "team", key: "t", plan: "pro" }, "plan", "user", { is: "missing" }],
    [{ kind: "multi", user: { key: "u" }, team: { plan: null } }, "plan", "team", { is: "set", value: null }],
    [{ targetingKey: "u" }, "key", "user", { is: "set", value: "u" }],
    [{ key: "u", _private: ["email"] }, "email", "user", { is: "withheld" }],
  ])("%j %s of %s", (context, attribute, kind, found) => {
    expect(askedOf(context, attribute, kind)).toEqual(found);
  });
});

describe("the line of a split", () => {
  it("follows the ranges that units were given", () => {
    const split: Split = {
      arms: [
        { variant: "on", weight: 25_000, ranges: [[0, 5_000], [80_000, 100_000]] },
        { variant: "off", weight: 75_000, ranges: [[5_000, 80_000]] },
      ],
    } as unknown as Split;
    expect(stretchesOf(split)).toEqual([
      { variant: "on", from: 0, to: 5 },
      { variant: "off", from: 5, to: 80 },
      { variant: "on", from: 80, to: 100 },
    ]);
  });

  it("goes by weights where there are no ranges", () => {
    const arms = [
      { variant: "a", weight: 0 },
      { variant: "b", weight: 10_000 },
      { variant: "c", weight: 90_000 },
    ];
    expect(stretchesOf({ arms })).toEqual([
      { variant: "b", from: 0, to: 10 },
      { variant: "c", from: 10, to: 100 },
    ]);
  });

  it("is not drawn on a vendor's scale", () => {
    expect(stretchesOf({ arms: [], algorithm: "growthbook.v2" })).toBeNull();
  });
});
