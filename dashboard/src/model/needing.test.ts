import { describe, expect, it } from "vitest";

import type { Document } from "../client";
import { needing } from "./needing";

describe("what needs a flag", () => {
  const asks = { flag: "base", variants: ["on"] };
  const document = {
    flags: {
      base: {},
      child: { prerequisites: [asks] },
      asking: { rules: [{ id: "1", serve: "on", when: { any: [{ not: asks }] } }] },
      gone: { prerequisites: [asks], archived_at: "2026-01-01T00:00:00Z" },
      other: { prerequisites: [{ flag: "child", variants: ["on"] }] },
    },
  } as unknown as Document;

  it("asks it as a prerequisite or in a rule, and is not archived", () => {
    expect(needing(document, "base")).toEqual(["child", "asking"]);
    expect(needing(document, "asking")).toEqual([]);
  });
});
