import { describe, expect, it } from "vitest";

import { asked, momentOf, written } from "./moment";

describe("a moment", () => {
  it.each([
    ["production", { environment: "production" }],
    ["production@12", { environment: "production", version: 12 }],
    ["a@b@12", { environment: "a@b", version: 12 }],
    ["staging@2026-11-29T12:00:00Z", { environment: "staging", at: "2026-11-29T12:00:00Z" }],
  ])("is written %s", (text, moment) => {
    expect(momentOf(text)).toEqual(moment);
    expect(written(moment)).toBe(text);
  });

  it.each(["", "@12", "production@", "production@yesterday"])("is not %j", (text) => {
    expect(momentOf(text)).toBeNull();
  });

  it("asks for a version or an instant, or for what is there now", () => {
    expect(asked({ environment: "e" })).toEqual({});
    expect(asked({ environment: "e", version: 0 })).toEqual({ version: 0 });
    expect(asked({ environment: "e", at: "2026-11-29T12:00:00Z" })).toEqual({ at: "2026-11-29T12:00:00Z" });
  });
});
