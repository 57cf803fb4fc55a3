import { describe, expect, it } from "vitest";

import type { FlagFinding, Rule } from "../client";
import { above, oddOf, othersOf } from "./findings";

const finding = (kind: FlagFinding["kind"], pointer: string, more: Partial<FlagFinding> = {}): FlagFinding => ({
  kind,
  pointer,
  severity: "warning",
  words: kind,
  culprits: [],
  proof: "",
  witness: null,
  ...more,
});

describe("what is odd about rules", () => {
  it("tells the worst of each rule, with the rules to blame", () => {
    const items = [
        finding("condition-always-true", "/flags/a~1b/rules/12/when/any/0"),
        finding("rule-shadowed", "/flags/a~1b/rules/12", {
          culprits: ["/flags/a~1b/rules/2", "/flags/other/rules/1", "/flags/a~1b/rules/2"],
        }),
        finding("rule-never-matches", "/flags/a~1b/rules/1", { severity: "note" }),
    ];
    const rules = Array.from({ length: 13 }, (_, at) => `r${at}`);
    const found = oddOf({ items, rules }, "a/b");
    expect([...found.keys()]).toEqual(["r12"]);
    expect(found.get("r12")?.finding.kind).toBe("rule-shadowed");
    expect(found.get("r12")?.culprits).toEqual(["r2"]);
  });

  it("keeps what is about the flag as a whole apart", () => {
    const items = [finding("variant-never-served", "/flags/f/variants/1"), finding("rule-shadowed", "/flags/f/rules/0")];
    expect(othersOf({ items, rules: ["r0"] }, "f").map(({ kind }) => kind)).toEqual(["variant-never-served"]);
  });

  it("moves a rule above the first that stands in its way", () => {
    const rules = ["a", "b", "c", "d"].map((id): Rule => ({ id, when: { all: [] }, serve: "on" }));
    expect(above(rules, "d", ["c", "b"]).map(({ id }) => id)).toEqual(["a", "d", "b", "c"]);
    expect(above(rules, "d", ["gone"]).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });
});
