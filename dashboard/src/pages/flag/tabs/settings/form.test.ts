import { describe, expect, it } from "vitest";

import { versionsOf } from "../../../../api/queries";
import type { ProjectFlag } from "../../../../client";
import { commandOf, formOf, isWhole, matchOf, updateOf, valueOf } from "./form";

const flag: ProjectFlag = {
  key: "limit",
  type: "integer",
  variants: [
    { key: "low", value: 1, metadata: { id: 7 } },
    { key: "high", value: 2, description: "for the brave", withheld: true },
  ],
  purpose: "operational",
  name: "Limit",
  description: "",
  owner: "search",
  tags: ["q4"],
  schema: null,
  expires_at: "2026-12-31T12:00:00Z",
  archived_at: null,
  client_visible: false,
  metadata: {},
  origin: null,
  environments: {},
};

describe("settings as they are typed", () => {
  it("say the same as the flag while nothing is typed", () => {
    expect(updateOf(formOf(flag), "integer")).toEqual({
      name: "Limit",
      description: "",
      owner: "search",
      purpose: "operational",
      tags: ["q4"],
      expires_at: "2026-12-31T12:00:00Z",
      client_visible: false,
      schema: null,
      variants: flag.variants,
    });
  });

  it("replace only the fields that are given", () => {
    expect(updateOf({ expires: "" }, "integer")).toEqual({ expires_at: null });
    expect(updateOf({ client: true, owner: "" }, "integer")).toEqual({ client_visible: true, owner: "" });
  });

  it("keep what a variant has besides, and take out an emptied description", () => {
    const { variants } = formOf(flag);
    const [low, high] = variants;
    if (!low || !high) throw new Error("two variants");
    const typed = [
      { ...low, value: "10" },
      { ...high, description: "" },
    ];
    expect(updateOf({ variants: typed }, "integer")).toEqual({
      variants: [
        { key: "low", value: 10, metadata: { id: 7 } },
        { key: "high", value: 2, withheld: true },
      ],
    });
  });

  it("rename variants that were there, and no new ones", () => {
    const [low, high] = formOf(flag).variants;
    if (!low || !high) throw new Error("two variants");
    const typed = [{ ...low, key: "few" }, high, { key: "most", value: "3", description: "", was: null }];
    const update = updateOf({ variants: typed }, "integer");
    expect(update.renames).toEqual({ low: "few" });
    expect(commandOf("limit", update)).toMatchObject({ renames: { low: "few" }, fields: { variants: update.variants } });
    expect(updateOf({ variants: [low, high] }, "integer").renames).toBeUndefined();
  });

  it.each([
    ["", null],
    ['{"minimum": 0}', { minimum: 0 }],
  ])("take %j for the schema %j", (typed, schema) => {
    expect(updateOf({ schema: typed }, "integer")).toEqual({ schema });
  });

  it.each(["{", "[]", "3"])("are not whole with the schema %j", (schema) => {
    expect(isWhole({ ...formOf(flag), schema }, "integer")).toBe(false);
  });

  it("are whole when every value is of the flag's type", () => {
    const form = formOf(flag);
    const typed = (value: string) => ({ ...form, variants: [{ key: "a", value, description: "", was: null }] });
    expect(["1", "1.5", "x", ""].map((value) => isWhole(typed(value), "integer"))).toEqual([true, false, false, false]);
  });
});

it.each([
  ["true", "boolean", true],
  ["1", "boolean", undefined],
  ["1.5", "number", 1.5],
  ['"x"', "number", undefined],
  ['{"a": 1}', "json", { a: 1 }],
  ["{", "json", undefined],
  ["{", "string", "{"],
] as const)("takes %j for a %s as %j", (typed, type, value) => {
  expect(valueOf(typed, type)).toEqual(value);
});

it("names versions as the server's ETag does", () => {
  const versions = { production: 12, "a,b=c": 3 };
  expect(versionsOf(matchOf(versions))).toEqual(versions);
});
