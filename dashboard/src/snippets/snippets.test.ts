import { describe, expect, it } from "vitest";

import { python, shell } from "./quoting";
import { FRAMEWORKS, SNIPPETS } from "./snippets";

const asked = {
  url: "http://127.0.0.1:8080",
  key: null,
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
  it.each(FRAMEWORKS)("name this server, this flag and the key: %s", (framework) => {
    const without = SNIPPETS[framework](asked).code;
    expect(without).toContain("http://127.0.0.1:8080");
    expect(without).toContain("new-menu");
    expect(without).toMatch(/YARDARM_(SERVER|CLIENT)_KEY/);
    const { code } = SNIPPETS[framework]({ ...asked, key: "ys_secret" });
    expect(code).toContain("ys_secret");
    expect(code).not.toContain("YARDARM_");
  });

  it("fall back to what the flag serves when it is off", () => {
    const flag = { key: "n", type: "number" as const, variants: [{ key: "off", value: 0.5 }] };
    expect(SNIPPETS.openfeature({ ...asked, flag }).code).toContain('get_float_value("n", 0.5, user)');
    expect(SNIPPETS.browser({ ...asked, flag }).code).toContain('getNumberValue("n", 0.5)');
  });

  it("fall back to nothing of the type where the flag has no off", () => {
    const flag = { ...asked.flag, type: "json" as const };
    expect(SNIPPETS.python({ ...asked, flag, off: null }).code).toContain("fallback={})");
  });

  it("keep a hostile key inert", () => {
    const flag = { ...asked.flag, key: `'"; rm -rf / $(x)` };
    expect(SNIPPETS.flask({ ...asked, flag }).code).toContain(
      String.raw`flags.boolean("'\"; rm -rf / $(x)", `,
    );
    expect(SNIPPETS.curl({ ...asked, flag }).code.split(" \\\n")[0]).toBe(
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
