import { describe, expect, it } from "vitest";

import type { Clause } from "../client";
import { inputOf, isComplete, isEmpty, OPERATORS } from "./conditions";

const clause = (op: Clause["op"], values: unknown[], attribute = "a"): Clause => ({ attribute, op, values });

describe("a clause that is being typed", () => {
  it("says nothing before it has an attribute and a value", () => {
    expect(isComplete(clause("in", []))).toBe(false);
    expect(isComplete(clause("in", ["x"], " "))).toBe(false);
    expect(isComplete(clause("in", ["x"]))).toBe(true);
    expect(isComplete(clause("present", []))).toBe(true);
    expect(isComplete(clause("gte", [0]))).toBe(true);
  });

  it("is not done while a version ends in the middle", () => {
    expect(isComplete(clause("semver_gte", ["5."]))).toBe(false);
    expect(isComplete(clause("semver_gte", ["5.2.0-"]))).toBe(false);
    expect(isComplete(clause("semver_gte", ["5.2.0"]))).toBe(true);
    expect(isComplete(clause("starts_with", ["5."]))).toBe(true);
  });

  it("has an input for every operator that is offered", () => {
    const inputs = Object.fromEntries(OPERATORS.map(([op]) => [op, inputOf(op)]));
    expect(inputs).toMatchObject({
      present: "none",
      lt: "number",
      before: "date",
      semver_eq: "version",
      matches: "pattern",
      in_network: "list",
    });
  });
});

describe("an empty group", () => {
  it("is one that nothing was put into", () => {
    expect(isEmpty({ all: [] })).toBe(true);
    expect(isEmpty({ not: { any: [] } })).toBe(true);
    expect(isEmpty({ any: [{ segment: "s" }] })).toBe(false);
    expect(isEmpty({ segment: "s" })).toBe(false);
  });
});
