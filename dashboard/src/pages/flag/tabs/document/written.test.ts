import { describe, expect, it } from "vitest";

import type { Fields } from "../../../../model/draft";
import { placeAt, suggestionsAt } from "./completion";
import { read, written } from "./written";

const fields: Fields = {
  enabled: true,
  off: "off",
  default: { split: { by: ["key"], arms: [{ variant: "on", weight: 100_000 }] } },
  prerequisites: [],
  targets: [{ variant: "on", keys: ["ada"] }],
  rules: [{ id: "r1", name: "NL", when: { attribute: "country", op: "in", values: ["NL"] }, serve: "on" }],
};

describe("a text", () => {
  it.each(["json", "yaml"] as const)("says as %s what the draft says", (language) => {
    const found = read(written(fields, language));
    expect(found.faults).toEqual([]);
    expect(found.fields).toEqual(fields);
  });

  it.each([
    ['{\n  "enabled": tru\n}', 2, /Whether the rules are asked|one of true, false/],
    ['{\n  "enabled": true,\n  "rulez": []\n}', 3, /"rulez" is not known/],
    ['{\n  "rules": [\n    { "id": "r", "when": {"always": true} }\n  ]\n}', 3, /"serve" is missing/],
    ['{\n  "targets": [\n    { "variant": 3, "keys": [] }\n  ]\n}', 3, /It does not fit/],
    ['{\n  "enabled": true', 2, /./],
    ["[]", 1, /An object is expected/],
    ["rules:\n  - id: r\n    when: {attribute: a, op: nope, values: []}\n    serve: on\n", 3, /./],
    ["enabled: true\nenabled: false\n", 2, /unique/],
  ])("%j is wrong in line %d", (text, line, message) => {
    const { fields: none, faults } = read(text);
    expect(none).toBeNull();
    expect(faults.map((fault) => fault.line)).toContain(line);
    expect(faults.map((fault) => fault.message).join("; ")).toMatch(message);
  });

  it("knows where the server's pointers lead", () => {
    const text = written(fields, "json");
    const { fault } = read(text);
    const { from, to, line } = fault(["rules", "0", "when", "values", "0"], "no");
    expect(text.slice(from, to)).toBe('"NL"');
    expect(text.split("\n")[line - 1]).toContain('"NL"');
    expect(fault(["rules", "7"], "no").line).toBe(fault(["rules"], "no").line);
  });
});

/** What is offered where the bar stands. */
function offered(marked: string): unknown[] {
  const offset = marked.indexOf("|");
  const place = placeAt(marked.replace("|", ""), offset);
  return suggestionsAt(place, { serve: ["on", "off"], variant: ["on"] }).map(({ name }) => name);
}

describe("what can stand where the cursor is", () => {
  it.each([
    ["{|}", ["enabled", "off", "default", "prerequisites", "targets", "rules"]],
    ['{"enabled": true, "|"}', ["off", "default", "prerequisites", "targets", "rules"]],
    ['{"enabled": |}', [true, false]],
    ['{"rules": [{"id": "r", "se|"}]}', ["when", "serve", "name", "paused", "metadata"]],
    ["enabled: true\nrul|", ["off", "default", "prerequisites", "targets", "rules"]],
    ["targets:\n  - variant: |\n", ["on"]],
  ])("%j", (text, names) => {
    expect(offered(text)).toEqual(names);
  });

  it("is every operator, every kind of condition, and the flag's own variants", () => {
    expect(offered('{"rules": [{"when": {"attribute": "a", "op": "|"}}]}')).toContain("semver_gte");
    expect(offered('{"rules": [{"when": {"all": [{"|"}]}}]}')).toEqual(
      expect.arrayContaining(["attribute", "op", "values", "any", "not", "segment", "flag"]),
    );
    expect(offered("rules:\n  - id: r\n    serve: o|\n")).toEqual(expect.arrayContaining(["on", "off"]));
  });
});
