import { beforeEach, describe, expect, it } from "vitest";

import type { Meter, Rule } from "../client";
import { amount, left, partsOf, tightest } from "./budget";
import { begun, edited } from "./draft";
import { merged, withBoth } from "./merge";
import { movementOf, sameMatrix } from "./movement";
import { putBack } from "./putback";
import { forget, recentOf, remember } from "./recent";
import { same } from "./same";

const rule = (id: string, serve = "on", country = "NL"): Rule => ({
  id,
  when: { attribute: "country", op: "in", values: [country] },
  serve,
});
const fields = (...rules: Rule[]) => ({ enabled: true, default: "off", rules });
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id).join("");

describe("two edits of one thing", () => {
  const base = fields(rule("a"), rule("b"), rule("c"));

  it("stand both where they do not meet", () => {
    const mine = { ...base, rules: [rule("a", "off"), rule("b"), rule("c")] };
    const theirs = { ...base, default: "on", rules: [rule("a", "on", "BE"), rule("c"), rule("d")] };
    const { fields: found, conflicts } = merged(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(found.default).toBe("on");
    expect(found.rules).toEqual([rule("a", "off", "BE"), rule("c"), rule("d")]);
  });

  it("are in conflict where both changed the same part of a rule", () => {
    const mine = { ...base, rules: [rule("a", "on", "FR"), rule("b"), rule("c")] };
    const theirs = { ...base, rules: [rule("a", "on", "BE"), rule("b"), rule("c", "off")] };
    const kept = merged(base, mine, theirs);
    expect(kept.conflicts).toEqual(["/rules/a/when"]);
    expect(kept.fields.rules).toEqual([rule("a", "on", "FR"), rule("b"), rule("c", "off")]);
    expect(merged(base, mine, theirs, "theirs").fields.rules[0]).toEqual(rule("a", "on", "BE"));
    const both = withBoth(base, mine, theirs, (each) => ({ ...each, id: "new" }));
    expect(both?.rules).toEqual([rule("new", "on", "FR"), ...theirs.rules]);
  });

  it("keep a rule that one removed and the other changed, and say so", () => {
    const mine = { ...base, rules: [rule("b"), rule("c")] };
    const theirs = { ...base, rules: [rule("a", "off"), rule("b"), rule("c")] };
    expect(merged(base, mine, theirs).conflicts).toEqual(["/rules/a"]);
    expect(ids(merged(base, mine, theirs).fields.rules)).toBe("bc");
    expect(ids(merged(base, mine, theirs, "theirs").fields.rules)).toBe("abc");
    expect(withBoth(base, mine, theirs, (each) => each)).toBeNull();
  });

  it("keep the order of whoever moved rules, and what is new where it was put", () => {
    const moved = { ...base, rules: [rule("c"), rule("a"), rule("b")] };
    const added = { ...base, rules: [rule("a"), rule("n"), rule("b"), rule("c")] };
    expect(ids(merged(base, moved, added).fields.rules)).toBe("canb");
    expect(ids(merged(base, added, moved).fields.rules)).toBe("canb");
    const other = { ...base, rules: [rule("b"), rule("a"), rule("c")] };
    expect(merged(base, moved, other).conflicts).toEqual(["/rules/order"]);
  });

  it("are no conflict where both did the same", () => {
    const mine = { ...base, enabled: false };
    expect(merged(base, mine, { ...mine })).toEqual({ fields: mine, conflicts: [] });
    expect(same({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true);
  });
});

describe("an edit is put back alone", () => {
  const before = fields(rule("a"), rule("b"));

  it.each([
    ["/default", { ...before, default: "on" }, { default: "off" }],
    ["/rules/a/serve", fields(rule("a", "off", "BE"), rule("b")), { rules: [rule("a", "on", "BE"), rule("b")] }],
    ["/rules/b", fields(rule("a")), { rules: [rule("a"), rule("b")] }],
    ["/rules/n", fields(rule("n"), rule("a"), rule("b")), { rules: [rule("a"), rule("b")] }],
    ["/rules/order", fields(rule("b"), rule("n"), rule("a")), { rules: [rule("a"), rule("b"), rule("n")] }],
    ["/owner", before, null],
  ])("%s", (pointer, now, expected) => {
    expect(putBack(now, before, pointer)).toEqual(expected);
  });

  it("a part that was not there before goes", () => {
    const now = fields({ ...rule("a"), paused: true }, rule("b"));
    expect(putBack(now, before, "/rules/a/paused")).toEqual({ rules: before.rules });
  });
});

describe("a draft that was given up", () => {
  beforeEach(() => localStorage.clear());

  it("is kept for a week", () => {
    const draft = edited(begun(fields(), 7), { default: "on" });
    const given = Date.parse("2027-03-01T12:00:00Z");
    remember("here", draft, given);
    expect(recentOf("here", given + 6 * 86_400_000)).toEqual([{ draft, at: "2027-03-01T12:00:00.000Z" }]);
    expect(recentOf("here", given + 8 * 86_400_000)).toEqual([]);
    expect(recentOf("there", given)).toEqual([]);
    const again = Date.now();
    remember("there", draft, again);
    forget("there", new Date(again).toISOString());
    expect(recentOf("there", again)).toEqual([]);
  });
});

describe("a budget", () => {
  const meter = (more: Partial<Meter>): Meter => ({
    environment: "production", about: "", window: "hour", unit: "share",
    limit: 0.05, used: 0.006, moved: 0.014, unknown: 0.003, over: false, ...more,
  });

  it("is drawn in parts that add up, with what exceeds it apart", () => {
    const parts = partsOf(meter({}));
    expect([parts.used, parts.moved, parts.unknown, parts.over].map(Math.round)).toEqual([12, 28, 6, 0]);
    const over = partsOf(meter({ moved: 0.094, over: true }));
    expect(Math.round(over.used + over.moved + over.unknown + over.over)).toBe(100);
    expect(Math.round(over.limit)).toBe(49);
  });

  it("shows the limit that is nearest", () => {
    const [hour, once] = [meter({}), meter({ window: "change", limit: 0.02, used: 0 })];
    expect(tightest([hour, once])).toBe(once);
    expect(tightest([])).toBeNull();
    expect(amount(hour, left(hour))).toBe("2.7 %");
    expect(amount(meter({ unit: "contexts" }), 1204)).toBe("1,204");
    expect(left(meter({ used: null }))).toBe(0);
  });
});

describe("two counts", () => {
  const counted = (count: number) =>
    movementOf({
      contexts: 10,
      moved: count,
      flags: {
        nav: { moved: count, unknown: 0, traffic: 0, errors: 0, cause: [], attributes: [], examples: [], matrix: [{ from: "off", to: "on", count }] },
      },
    });

  it("are the same when every cell is", () => {
    expect(sameMatrix(counted(4), counted(4))).toBe(true);
    expect(sameMatrix(counted(4), counted(6))).toBe(false);
  });
});
