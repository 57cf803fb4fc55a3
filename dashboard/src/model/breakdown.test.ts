import { describe, expect, it } from "vitest";

import type { Breakdown, Taken } from "../client";
import { bounds, fallsOf, takenBy } from "./breakdown";

const taken = (count: number, possible = 0): Taken => ({ count, possible, interval: [count, count + possible] });
const found: Breakdown = {
  version: 7,
  says: [],
  contexts: 100,
  rate: 1,
  unknown: 5,
  off: taken(0),
  stopped: taken(10),
  targets: taken(2),
  rules: [
    { id: "a", ...taken(20) },
    { id: "default", ...taken(30, 5) },
  ],
  default: taken(33, 5),
  failed: taken(0),
  variants: [],
};

describe("what every step takes", () => {
  it("falls from step to step", () => {
    const at = fallsOf(found);
    expect(at("stopped")).toEqual({ above: 0, here: 10, perhaps: 0, total: 100 });
    expect(at({ rule: "a" })).toEqual({ above: 12, here: 20, perhaps: 0, total: 100 });
    expect(at({ rule: "default" })).toEqual({ above: 32, here: 30, perhaps: 5, total: 100 });
    expect(at("default")).toEqual({ above: 62, here: 33, perhaps: 5, total: 100 });
    expect(at({ rule: "new" })).toMatchObject({ here: 0 });
    expect(takenBy(found, { rule: "new" })).toBeUndefined();
  });

  it("is between two numbers where what decides was withheld, and of all contexts in a sample", () => {
    expect(bounds(taken(30, 5), 1)).toEqual([30, 35]);
    expect(bounds(taken(30), 0.5)).toEqual([60, 60]);
    expect(bounds({ count: 30, possible: 5, interval: [52, 81] }, 0.5)).toEqual([52, 81]);
  });
});
