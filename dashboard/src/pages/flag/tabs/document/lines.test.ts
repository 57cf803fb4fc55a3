import { expect, it } from "vitest";

import { difference, folded, type Line } from "./lines";

const said = (lines: Line[]) => lines.map(({ is, text }) => ({ same: " ", added: "+", removed: "-" })[is] + text);

it("keeps what is alike, and takes out and puts in the rest", () => {
  expect(said(difference("a\nb\nc\nd", "a\nx\nc\ny\nd"))).toEqual([" a", "-b", "+x", " c", "+y", " d"]);
});

it.each([
  ["a\nb", "a\nb"],
  ["a", "b"],
  ["a\na", "a"],
  ["a", "a\na\na"],
  ["x\na\nb\na", "a\nb\na\ny\na"],
])("makes %j %j", (before, after) => {
  const lines = difference(before, after);
  const without = (is: Line["is"]) => lines.filter((line) => line.is !== is).map(({ text }) => text).join("\n");
  expect(without("added")).toBe(before);
  expect(without("removed")).toBe(after);
});

it("says in time what is wholly different, however long", () => {
  const before = Array.from({ length: 5_000 }, (_, index) => `old ${index}`).join("\n");
  const lines = difference(before, before.replaceAll("old", "new"));
  expect(lines.filter(({ is }) => is === "removed")).toHaveLength(5_000);
  expect(lines.filter(({ is }) => is === "added")).toHaveLength(5_000);
});

it("folds lines far from any change", () => {
  const before = Array.from({ length: 20 }, (_, index) => `${index}`).join("\n");
  const runs = folded(difference(before, before.replace("\n10\n", "\nten\n")));
  expect(runs.map((run) => [run.folded, run.lines.length])).toEqual([
    [true, 7],
    [false, 8],
    [true, 6],
  ]);
});
