import { describe, expect, it } from "vitest";

import type { ImportChoice } from "../client";
import { chosen, optionsOf } from "./importOptions";

describe("options as they are written", () => {
  it("are JSON where they can be, and text otherwise", () => {
    const { options, bad } = optionsOf('utc_offset = +01:00\n\nuse_tz=false\ngroups={"a": "b=c"}');
    expect(bad).toBeNull();
    expect(options).toEqual({ utc_offset: "+01:00", use_tz: false, groups: { a: "b=c" } });
  });

  it("name the first line that is none", () => {
    expect(optionsOf("a=1\nnonsense\nmore").bad).toBe("nonsense");
    expect(optionsOf("=1").bad).toBe("=1");
  });
});

describe("a choice", () => {
  const choice: ImportChoice = {
    option: "identities",
    chosen: "did",
    values: { did: null, said: "named" },
    flags: 1,
    example: { kind: "differs" },
  };

  it("puts the option, or leaves it out", () => {
    const said = chosen({ other: 1 }, choice, "said");
    expect(said).toEqual({ other: 1, identities: "named" });
    expect(chosen(said, choice, "did")).toEqual({ other: 1 });
  });
});
