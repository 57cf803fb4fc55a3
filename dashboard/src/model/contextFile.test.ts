import { describe, expect, it } from "vitest";

import { entriesOfJson, entriesOfTable, isTable, rowsOf, typed, type Lines } from "./contextFile";

// eslint-disable-next-line @typescript-eslint/require-await
async function* lines(text: string): Lines {
  yield* text.split("\n");
}

async function all<T>(found: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of found) list.push(one);
  return list;
}

describe("contexts from JSON", () => {
  it("are bare or have a weight, one a line; what is none is left out alone", async () => {
    const text = '\uFEFF{"key": "a"}\n\n{"context": {"key": "b"}, "weight": 40}\n5\n{"context": 1}\n{';
    const found = await all(entriesOfJson(lines(text)));
    expect(found.slice(0, 2)).toEqual([
      { context: { key: "a" }, weight: 1 },
      { context: { key: "b" }, weight: 40 },
    ]);
    expect(found.slice(2)).toMatchObject([{ line: 4 }, { line: 5 }, { line: 6 }]);
  });

  it("may have an attribute called context", async () => {
    const found = await all(entriesOfJson(lines('{"key": "a", "context": "cart"}')));
    expect(found).toEqual([{ context: { key: "a", context: "cart" }, weight: 1 }]);
  });

  it("may be one list", async () => {
    const found = await all(entriesOfJson(lines('[\n{"key": "a"},\n{"key": "b"}\n]')));
    expect(found).toHaveLength(2);
    expect(await all(entriesOfJson(lines("[{")))).toMatchObject([{ line: 1 }]);
  });
});

describe("contexts from a table", () => {
  it("have their columns as attributes and say where the key is missing", async () => {
    const text = "email,country,age,pro\r\nann@example.com,NL,31,true\r\n,DE,52,true\r\nbo,,,\r\na,b,c,d,e";
    expect(await all(entriesOfTable(lines(text), "email"))).toEqual([
      { context: { key: "ann@example.com", country: "NL", age: 31, pro: true }, weight: 1 },
      { line: 3, detail: "no key in the column 'email'" },
      { context: { key: "bo" }, weight: 1 },
      { line: 5, detail: "5 cells for 4 columns" },
    ]);
  });

  it("may have commas, quotation marks and line ends in quoted cells", async () => {
    const rows = await all(rowsOf(lines('a,b\n"1,2","say ""hi"""\n"two\nlines",\n')));
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["a", "b"],
      ["1,2", 'say "hi"'],
      ["two\nlines", ""],
    ]);
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it.each([
    ["31", 31],
    ["-1.5e3", -1500],
    ["007", "007"],
    ["9007199254740993", "9007199254740993"],
    ["1e999", "1e999"],
    ["True", true],
    ["false", false],
    ["TRUE", "TRUE"],
  ])("read %s as %s", (cell, value) => {
    expect(typed(cell)).toBe(value);
  });

  it("are known by the file's name", () => {
    expect(isTable("people.CSV")).toBe(true);
    expect(isTable("people.csv.gz")).toBe(true);
    expect(isTable("people.jsonl")).toBe(false);
  });
});
