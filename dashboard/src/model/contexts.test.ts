import { describe, expect, it } from "vitest";

import type { Trace } from "../trace/trace";
import { hangsOn, isHidden, partsOf, withheldOf } from "./contexts";

const several = {
  kind: "multi",
  user: { key: "u-1", plan: "pro", email: { sha256: "ab" } },
  device: { key: "d-1" },
  _private: ["phone"],
};

describe("a context", () => {
  it("is told by kind, with what is hashed marked", () => {
    expect(partsOf(several)).toEqual([
      {
        kind: "user",
        key: "u-1",
        attributes: [
          { name: "email", value: { sha256: "ab" }, hashed: true },
          { name: "plan", value: "pro", hashed: false },
        ],
      },
      { kind: "device", key: "d-1", attributes: [] },
    ]);
    expect(partsOf({ kind: "company", key: "c" })[0]).toMatchObject({ kind: "company", key: "c" });
    expect(withheldOf(several)).toEqual(["phone"]);
  });

  it("hides something only if something is withheld or hashed", () => {
    expect(isHidden(several)).toBe(true);
    expect(isHidden({ key: "a", place: { sha256: "x", city: "Delft" } })).toBe(false);
  });
});

describe("an answer", () => {
  const clause = (attribute: string, outcome: boolean | null): Trace => ({
    kind: "clause",
    pointer: "",
    outcome,
    what: { attribute, op: "in", values: ["x"] },
  });

  it("hangs on hidden attributes that were asked, however deep, and on no others", () => {
    const trace: Trace = {
      kind: "flag",
      pointer: "",
      outcome: "on",
      parts: [
        { kind: "rule", pointer: "/rules/0", outcome: false, parts: [clause("phone", false)] },
        { kind: "rule", pointer: "/rules/1", outcome: true, parts: [clause("email", true), clause("plan", true)] },
      ],
    };
    expect(hangsOn(trace, several)).toEqual(["email", "phone"]);
    const unasked: Trace = { ...trace, parts: [clause("phone", null), clause("plan", true)] };
    expect(hangsOn(unasked, several)).toEqual([]);
  });

  it("hangs on the unit of a split", () => {
    const split = { arms: [], by: ["phone"] };
    const trace: Trace = { kind: "default", pointer: "/default", outcome: true, serve: { split } };
    expect(hangsOn(trace, several)).toEqual(["phone"]);
  });
});
