import { describe, expect, it } from "vitest";

import type { FlagActivity, FlagState, ListedFlag } from "../client";
import { commandsOf } from "./bulk";
import { NONE, received, type FlagPage } from "./flagPages";
import { filtersOf, isFiltered, isSameSearch, queryOf, readFlagsSearch, statesOf, withState } from "./flagSearch";
import { chipOf } from "./flagStates";
import { NOTHING_SELECTED, ranged, toggled } from "./selection";

function flag(key: string, more: Partial<ListedFlag> = {}): ListedFlag {
  const here = { enabled: true, off: "off", default: "on", prerequisites: [], targets: [], rules: [], version: 1, says: [] };
  return {
    key, type: "boolean", purpose: "release", name: "", description: "", owner: "", tags: [], schema: null,
    variants: [{ key: "on", value: true }, { key: "off", value: false }],
    expires_at: null, archived_at: null, client_visible: false, metadata: {}, origin: null,
    environments: { production: here }, states: {}, changed_at: null, last_evaluated_at: null, stale: null,
    ...more,
  };
}

describe("a search", () => {
  it("is read from whatever an address says, and nothing else", () => {
    expect(readFlagsSearch({ query: 404, owner: "", tag: "", archived: true, colour: "red" })).toEqual({
      query: "404", owner: "", archived: "true",
    });
  });
  it("asks for what was changed last where no order is said", () => {
    expect(queryOf({ tag: "a", owner: undefined })).toEqual({ sort: "changed", tag: "a" });
    expect(queryOf({ sort: "key" })).toEqual({ sort: "key" });
  });
  it("is a filter only where something is left out", () => {
    expect(isFiltered({ sort: "key", tag: undefined })).toBe(false);
    expect(isFiltered({ owner: "" })).toBe(true);
    expect(filtersOf({ tag: undefined, owner: "" })).toEqual({ owner: "" });
    expect(isSameSearch({ tag: "a" }, { owner: undefined, tag: "a" })).toBe(true);
    expect(isSameSearch({ tag: "a" }, { tag: "a", sort: "key" })).toBe(false);
  });
  it("asks one state of each environment", () => {
    expect(statesOf("production:off,eu:west:on")).toEqual({ production: "off", "eu:west": "on" });
    expect(withState("production:off,staging:on", "production", "killed")).toBe("staging:on,production:killed");
    expect(withState("production:off", "production", null)).toBeUndefined();
  });
});

describe("pages that come", () => {
  const page = (version: number, ...keys: string[]): FlagPage => ({
    items: keys.map((key) => flag(key)), total: keys.length, versions: { production: version, staging: 1 },
  });
  const shown = (held: { pages: ReadonlyMap<number, FlagPage> }) =>
    [...held.pages.values()].flatMap(({ items }) => items.map(({ key }) => key));
  const first = received(NONE, "all", new Map([[0, page(1, "a", "b")]])).held;

  it("are shown, and others beside them", () => {
    expect(shown(first)).toEqual(["a", "b"]);
    const more = received(first, "all", new Map([[1, page(1, "c")]]));
    expect(shown(more.held)).toEqual(["a", "b", "c"]);
  });
  it("change rows that stay where they are", () => {
    const next = page(4, "a", "b");
    const { held, newer } = received(first, "all", new Map([[0, next]]));
    expect([held.pages.get(0), newer]).toEqual([next, 0]);
  });
  it("wait where rows would move, until somebody takes them", () => {
    const fresh = new Map([[0, page(4, "b", "a")]]);
    const { held, newer } = received(first, "all", fresh);
    expect([held, newer]).toEqual([first, 3]);
    const taken = received({ ...held, taking: true }, "all", fresh);
    expect([shown(taken.held), taken.newer]).toEqual([["b", "a"], 0]);
  });
  it("of another search take the place of all", () => {
    expect(received(first, "other", new Map()).held).toBe(first);
    expect(shown(received(first, "other", new Map([[0, page(1, "z")]])).held)).toEqual(["z"]);
  });
});

describe("a chip", () => {
  const state = (kind: FlagState["state"], only: string | null): FlagState => ({
    state: kind, only, changed_at: null, last_evaluated_at: null,
  });
  const seen = (variants: Record<string, number>): FlagActivity => ({
    variants,
    hours: Array.from({ length: 24 }, () => 0) as FlagActivity["hours"],
  });
  it("says the variant that everybody gets, or that it is off", () => {
    expect(chipOf(flag("a"), "production", state("one", "on"), undefined)).toMatchObject({
      word: "on", off: false, shares: [{ variant: "on", share: 1 }],
    });
    expect(chipOf(flag("a"), "production", state("killed", "off"), undefined)).toMatchObject({ word: "killed", off: true });
    expect(chipOf(flag("a"), "production", state("one", null), undefined).word).toBe("fallback");
  });
  it("says the share of evaluations where several are served", () => {
    const chip = chipOf(flag("a"), "production", state("several", null), seen({ off: 976, on: 24 }));
    expect(chip.word).toBe("2.4 %");
    expect(chip.shares).toEqual([{ variant: "on", share: 24 }, { variant: "off", share: 976 }]);
  });
  it("does not know what nobody asked for", () => {
    const chip = chipOf(flag("a"), "production", state("several", null), undefined);
    expect([chip.word, chip.shares]).toEqual(["split", [{ variant: null, share: 1 }]]);
  });
});

describe("what is done to several", () => {
  const flags = [flag("a", { tags: ["x"], owner: "web" }), flag("b", { archived_at: "2026-01-01T00:00:00Z" })];
  it("leaves out what is like that already", () => {
    expect(commandsOf("off", flags, "production", "")).toEqual([{ type: "set_enabled", flag: "a", enabled: false }]);
    expect(commandsOf("on", flags, "production", "")).toEqual([]);
    expect(commandsOf("off", flags, "nowhere", "")).toEqual([]);
    expect(commandsOf("archive", flags, "production", "")).toEqual([{ type: "archive_flag", flag: "a" }]);
    expect(commandsOf("tag", flags, "", "x")).toEqual([{ type: "update_flag", flag: "b", fields: { tags: ["x"] } }]);
    expect(commandsOf("untag", flags, "", "x")).toEqual([{ type: "update_flag", flag: "a", fields: { tags: [] } }]);
    expect(commandsOf("owner", flags, "", "web")).toEqual([{ type: "update_flag", flag: "b", fields: { owner: "web" } }]);
    expect(commandsOf("expiry", flags, "", "")).toEqual([]);
  });
});

describe("a selection", () => {
  const keyAt = (index: number) => ["a", "b", "c", "d"][index];
  it("toggles one row, and adds a range in either direction", () => {
    const one = toggled(NOTHING_SELECTED, "c", 2);
    expect([...ranged(one, 0, keyAt).keys].sort()).toEqual(["a", "b", "c"]);
    expect([...ranged(one, 9, keyAt).keys]).toEqual(["c", "d"]);
    expect(toggled(one, "c", 2).keys.size).toBe(0);
  });
});
