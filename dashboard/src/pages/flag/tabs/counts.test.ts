import { expect, it } from "vitest";

import type { Count } from "../../../client";
import { beginnings, series, totals, WINDOWS } from "./counts";

const now = new Date("2026-11-29T12:34:56Z");
const hours = beginnings({ minutes: 24 * 60, step: 60 }, now);

it.each([
  ["hour", 60, "2026-11-29T11:35:00Z", "2026-11-29T12:34:00Z"],
  ["day", 96, "2026-11-28T12:45:00Z", "2026-11-29T12:30:00Z"],
  ["week", 56, "2026-11-22T15:00:00Z", "2026-11-29T12:00:00Z"],
] as const)("divides the last %s into %d steps, the running one last", (name, count, first, last) => {
  const found = beginnings(WINDOWS[name], now);
  expect([found.length, found[0], found.at(-1)]).toEqual([count, new Date(first), new Date(last)]);
});

function count(variant: string | null, reason: string, at: string, n: number): Count {
  return { flag: "f", variant, reason, at, count: n };
}

it("has 24 hours, the running one last", () => {
  expect(hours).toHaveLength(24);
  expect(hours[0]).toEqual(new Date("2026-11-28T13:00:00Z"));
  expect(hours[23]).toEqual(new Date("2026-11-29T12:00:00Z"));
});

const counts = [
  count(null, "ERROR", "2026-11-29T12:00:00Z", 1),
  count("on", "SPLIT", "2026-11-29T11:00:00+00:00", 2),
  count("on", "SPLIT", "2026-11-29T12:00:00Z", 3),
  count("on", "DEFAULT", "2026-11-29T12:00:00Z", 40),
  count("gone", "STATIC", "2026-11-29T12:00:00Z", 5),
  count("off", "STATIC", "2026-11-20T12:00:00Z", 9),
];

it("adds up the hours, by variant and reason", () => {
  expect(totals(counts)[0]).toEqual({ variant: "on", reason: "DEFAULT", count: 40 });
  expect(totals(counts)).toContainEqual({ variant: "on", reason: "SPLIT", count: 5 });
});

it("makes a line of each variant, and leaves out what is older", () => {
  const found = series({ at: hours, counts }, ["off", "on"]);
  expect(found.map(({ variant }) => variant)).toEqual(["on", "gone", null]);
  expect(found[0]?.counts.slice(-3)).toEqual([0, 2, 43]);
});
