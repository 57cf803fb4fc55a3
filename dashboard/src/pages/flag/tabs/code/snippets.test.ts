import { describe, expect, it } from "vitest";

import { python, shell, snippetsOf } from "./snippets";

const asked = {
  url: "http://127.0.0.1:8080",
  project: "demo",
  environment: "production",
  off: "off",
  flag: {
    key: "new-menu",
    type: "boolean" as const,
    variants: [
      { key: "on", value: true },
      { key: "off", value: false },
    ],
  },
};

describe("snippets", () => {
  it("name this server, this flag and what it falls back to", () => {
    const { python, openfeature, curl, key } = snippetsOf(asked);
    expect(python).toContain('Client("http://127.0.0.1:8080", ');
    expect(python).toContain('client.boolean("new-menu", context, fallback=False)');
    expect(openfeature).toContain('get_boolean_details("new-menu", False, context)');
    expect(curl).toContain("http://127.0.0.1:8080/ofrep/v1/evaluate/flags/new-menu ");
    expect(key).toContain("--environment production");
  });

  it("ask for numbers as OpenFeature calls them", () => {
    const flag = { key: "n", type: "number" as const, variants: [{ key: "off", value: 0.5 }] };
    expect(snippetsOf({ ...asked, flag }).openfeature).toContain('get_float_details("n", 0.5, context)');
  });

  it("fall back to nothing of the type where the flag has no off", () => {
    const flag = { ...asked.flag, type: "json" as const };
    expect(snippetsOf({ ...asked, flag, off: null }).python).toContain("fallback={})");
  });

  it("keep a hostile key inert", () => {
    const key = `'"; rm -rf / $(x)`;
    const { python, curl } = snippetsOf({ ...asked, flag: { ...asked.flag, key } });
    expect(python).toContain(String.raw`client.boolean("'\"; rm -rf / $(x)", `);
    expect(curl.split(" \\\n")[0]).toBe(
      String.raw`curl 'http://127.0.0.1:8080/ofrep/v1/evaluate/flags/'\''%22%3B%20rm%20-rf%20%2F%20%24(x)'`,
    );
  });
});

it("writes values as Python does", () => {
  expect(python({ a: [true, null, 1.5, "x"] })).toBe('{"a": [True, None, 1.5, "x"]}');
});

it("quotes a word of the shell only where it must", () => {
  expect([shell("a-b/c.d:1"), shell("a b"), shell("a'b"), shell("")]).toEqual([
    "a-b/c.d:1",
    "'a b'",
    String.raw`'a'\''b'`,
    "''",
  ]);
});
