import { describe, expect, it } from "vitest";

import { BadContexts, contextsOf, packed } from "./importFile";

const file = (name: string, content: string | Uint8Array<ArrayBuffer>): File => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { name, arrayBuffer: () => Promise.resolve(bytes.buffer) } as File;
};

describe("files that are sent", () => {
  it("go by name, in base64, whatever they hold", async () => {
    const found = await packed([file("a.json", "{}"), file("b", new Uint8Array([0xff, 0x00]))]);
    expect(found).toEqual({ "a.json": btoa("{}"), b: "/wA=" });
  });

  it("are not squeezed where the server knows them by their beginning", async () => {
    const database = new Uint8Array(8_192);
    database.set(new TextEncoder().encode("SQLite format 3"));
    const { db } = await packed([file("db", database)]);
    expect(atob(db ?? "").slice(0, 6)).toBe("SQLite");
  });
});

describe("contexts of a file", () => {
  it("stand one a line", () => {
    expect(contextsOf('{"userId": "ann"}\n\n{"userId": "bob"}\n', 10)).toHaveLength(2);
  });

  it("are refused with the line that is none", () => {
    const line = (text: string, most = 10): number | null | undefined => {
      try {
        contextsOf(text, most);
      } catch (error) {
        return error instanceof BadContexts ? error.line : undefined;
      }
      return undefined;
    };
    expect(line("{}\n[]")).toBe(2);
    expect(line("nothing")).toBe(1);
    expect(line("{}\n{}\n{}", 2)).toBeNull();
  });
});
