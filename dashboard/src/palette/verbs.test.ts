import { describe, expect, it } from "vitest";

import { asking, matches } from "./verbs";

describe("what is typed into the palette", () => {
  it.each([
    ["kill new check", "kill", "new check"],
    ["Toggle banner", "switch", "banner"],
    ["enable", "switch", ""],
    ["killer-feature", null, "killer-feature"],
    [" new-checkout ", null, "new-checkout"],
  ])("%j does %j with %j", (words, verb, rest) => {
    expect(asking(words)).toEqual({ verb, rest });
  });

  it("finds what begins each of its words", () => {
    expect(matches("Segments cohort audience saved group", "coh")).toBe(true);
    expect(matches("Segments cohort audience saved group", "saved gr")).toBe(true);
    expect(matches("Segments cohort audience saved group", "ohort")).toBe(false);
    expect(matches("Segments cohort", "cohort user")).toBe(false);
  });
});
