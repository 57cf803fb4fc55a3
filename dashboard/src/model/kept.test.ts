import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Rule } from "../client";
import { begun, edited, now, placeOf, undone, type Draft, type Fields } from "./draft";
import { keep, load, write } from "./kept";

const place = placeOf("shop", "a/b", "production");
const rules = Array.from({ length: 100 }, (_, n): Rule => {
  const when: Rule["when"] = { attribute: "country", op: "in", values: [`C${n}`, "x".repeat(300)] };
  return { id: `r${n}`, name: `Rule ${n}`, when, serve: "on" };
});
const fields: Fields = { enabled: false, off: null, default: "on", prerequisites: [], targets: [], rules };

/** As if the name of a rule were typed, letter by letter. */
function typed(strokes: number): Draft {
  let draft = begun(fields, 7);
  for (let stroke = 1; stroke <= strokes; stroke++) {
    const next = now(draft).rules.map((rule, at) => (at === 50 ? { ...rule, name: `${stroke}` } : rule));
    draft = edited(draft, { rules: next });
  }
  return draft;
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  keep(place, null);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a draft on the device", () => {
  it("is at hand at once, and written after a moment, however much is typed", () => {
    const set = vi.spyOn(Storage.prototype, "setItem");
    for (let stroke = 1; stroke <= 20; stroke++) keep(place, typed(stroke));
    expect(now(load(place) ?? begun(fields, 0)).rules[50]?.name).toBe("20");
    expect(set).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(set).toHaveBeenCalledTimes(1);
  });

  it("is all there after a reload, with every step of it", () => {
    const draft = undone(typed(30));
    keep(place, draft);
    dispatchEvent(new Event("pagehide"));
    expect(load(place)).toEqual(draft);
    expect(load(place)).not.toBe(draft);
  });

  it("finds room with two hundred steps of a hundred rules", () => {
    keep(place, typed(199));
    write();
    // A browser keeps 5 million characters for a server; the steps written one by one are 9 million.
    expect(localStorage.getItem(place)?.length).toBeLessThan(400_000);
    expect(load(place)?.steps).toHaveLength(200);
  });

  it("is kept as it is now where there is no room for its steps", () => {
    const set = localStorage.setItem.bind(localStorage);
    vi.spyOn(Storage.prototype, "setItem").mockImplementation((key, value) => {
      if (value.length > 45_000) throw new DOMException("full", "QuotaExceededError");
      vi.restoreAllMocks();
      set(key, value);
    });
    const draft = typed(60);
    keep(place, draft);
    write();
    const found = load(place);
    expect(found?.steps).toHaveLength(2);
    expect(found && now(found)).toEqual(now(draft));
  });

  it("lives as long as the page where there is no room at all", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    keep(place, typed(1));
    write();
    expect(localStorage.getItem(place)).toBeNull();
    expect(load(place)?.steps).toHaveLength(2);
  });

  it("is gone when it is given up, and what cannot be read is none", () => {
    keep(place, typed(1));
    write();
    keep(place, null);
    expect(localStorage.getItem(place)).toBeNull();
    expect(load(place)).toBeNull();
    localStorage.setItem(place, "{");
    expect(load(place)).toBeNull();
    localStorage.setItem(place, '{"steps": []}');
    expect(load(place)).toBeNull();
  });
});
