import { describe, expect, it } from "vitest";

import type { Rule } from "../client";
import { aligned, placeFor } from "./aligned";

const rule = (id: string, name = id): Rule => ({
  id,
  name,
  when: { segment: name },
  serve: "on",
});

describe("rules of several environments in common rows", () => {
  it("has one row for what is named alike, and a hole where it is missing", () => {
    const rows = aligned({
      staging: [rule("s1", "Staff")],
      production: [rule("p1", "Staff"), rule("p2", "Beta"), rule("p3", "All")],
    });
    expect(rows.map(({ name }) => name)).toEqual(["Staff", "Beta", "All"]);
    expect(rows.map(({ places }) => places)).toEqual([
      { production: 0, staging: 0 },
      { production: 1 },
      { production: 2 },
    ]);
  });

  it("keeps the order of every environment", () => {
    const a = [rule("1"), rule("2"), rule("3")];
    const b = [rule("3"), rule("1"), rule("4")];
    const rows = aligned({ a, b });
    for (const [environment, own] of Object.entries({ a, b })) {
      const places = rows.flatMap(({ places }) => places[environment] ?? []);
      expect(places).toEqual(own.map((_, at) => at));
    }
  });

  it("matches rules without a name by what they ask", () => {
    const asks = { segment: "staff" };
    const rows = aligned({
      a: [{ id: "x", when: asks, serve: "on" }],
      b: [{ id: "y", when: asks, serve: "off" }],
    });
    expect(rows).toHaveLength(1);
  });

  it("puts a copied rule after what stands before it", () => {
    const rows = aligned({ a: [rule("1"), rule("2"), rule("3")], b: [rule("1"), rule("9")] });
    const at = rows.findIndex(({ name }) => name === "2");
    const place = placeFor(rows, at, "b");
    expect(rows.slice(0, at).filter(({ places }) => places.b !== undefined)).toHaveLength(place);
    expect(placeFor(rows, 0, "nowhere")).toBe(0);
  });
});
