import { expect, it } from "vitest";

import type { AudienceMember } from "../../../../client";
import { attributesOf, csvRow, keyOf, wantedOf } from "./members";

it.each([
  [{}, {}],
  [{ key: " p1 ", gets: "=on", part: "r1" }, { key: "p1", variant: "on", part: "r1" }],
  [{ gets: "=" }, { variant: "" }],
  [{ gets: "?", value: "left over" }, { unknown: true }],
  [{ attribute: "country", value: "NL" }, { attribute: "country", value: "NL" }],
  [{ attribute: "country", value: "" }, { attribute: "country" }],
])("asks for %j by %j", (wanted, query) => {
  expect(wantedOf(wanted)).toEqual(query);
});

const both = { kind: "multi", user: { key: "u", n: 1 }, org: { key: "o", tags: ["a"] }, _private: ["mail"] };

it("tells contexts of one kind and of several by their keys", () => {
  expect(keyOf({ key: "ada", country: "NL" })).toBe("ada");
  expect(keyOf(both)).toBe("user u, org o");
  expect(attributesOf({ key: "ada", country: "NL", _private: ["mail"] })).toEqual([["country", "NL"]]);
  expect(attributesOf(both)).toEqual([["user n", "1"], ["org tags", '["a"]']]);
});

it("exports no answer that nobody knows", () => {
  const member: AudienceMember = {
    id: "0", context: { key: "ada" }, application: "shop", last_at: "2026-11-29T12:00:00Z", withheld: ["country"], answer: null,
  };
  expect(csvRow(member, "why")).toEqual(["ada", "", "why", '{"key":"ada"}', "country", "shop", "2026-11-29T12:00:00Z"]);
});
