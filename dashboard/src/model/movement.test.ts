import { describe, expect, it } from "vitest";

import { movedWords, movementOf, nobodyReports } from "./movement";

describe("a movement", () => {
  it("never says that nobody moves where nobody reports", () => {
    const found = movementOf({ population: "none", affected: { banner: ["rules"] } });
    expect(nobodyReports(found)).toBe(true);
    expect(movedWords(found)).toBe("Nobody reports contexts here");
  });

  it("says that nobody moves where the command changes nothing", () => {
    const found = movementOf(undefined);
    expect(nobodyReports(found)).toBe(false);
    expect(movedWords(found)).toBe("Nobody moves");
  });

  it("keeps the unknown apart", () => {
    expect(movedWords(movementOf({ contexts: 2000, moved: 14, unknown: 6 }))).toBe(
      "14 of 2,000 contexts move",
    );
    expect(movedWords(movementOf({ contexts: 2000, unknown: 6 }))).toBe("0 of 2,000 contexts move");
  });

  it("says how far a sample may be off", () => {
    expect(movedWords(movementOf({ contexts: 2000, moved: 200, sample_rate: 0.125 }))).toBe(
      "200 ±27 of 2,000 contexts move",
    );
  });
});
