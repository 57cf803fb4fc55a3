import { expect, it } from "vitest";

import { eventsToShow, groupsOf, reachOf } from "./evidence";

const counted = (value: string | null, variant: string, units: number, converted: number) => ({ value, variant, units, converted });

it("tells of each value and variant, the values of most units first", () => {
  const groups = groupsOf(
    [counted("BE", "on", 40, 8), counted("NL", "on", 100, 20), counted("NL", "off", 900, 90), counted(null, "off", 5, 1)],
    [counted("NL", "on", 100, 3), counted("NL", "off", 900, 9)],
    ["on", "off"],
    "off",
  );
  expect(groups.map(({ value }) => value)).toEqual(["NL", "BE", null]);
  expect(groups[0]?.rows.map(({ variant, conversions, errors }) => [variant, conversions, errors])).toEqual([
    ["on", 20, 3],
    ["off", 90, 9],
  ]);
  expect(groups[0]?.rows[0]?.more?.by).toBeCloseTo(0.1, 6);
  // Nobody to compare with, nothing is said.
  expect(groups[1]?.rows[0]?.more).toBeNull();
  expect(groups[1]?.rows[0]?.errors).toBeNull();
  expect(reachOf(groups)).toBe(20);
});

it("says nothing of few", () => {
  const [group] = groupsOf([counted("NL", "on", 29, 20), counted("NL", "off", 900, 90)], null, ["on", "off"], "off");
  expect(group?.rows.map(({ more }) => more)).toEqual([null, null]);
  expect(reachOf(group ? [group] : [])).toBe(1);
});

it.each([
  [["purchase", "payment_failed", "view"], "purchase", "payment_failed"],
  [["checkout.error"], null, "checkout.error"],
  [["signup"], "signup", null],
  [[], null, null],
])("of %j shows %s and %s", (names, conversion, error) => {
  expect(eventsToShow(names)).toEqual({ conversion, error });
});
