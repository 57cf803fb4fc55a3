import { beforeEach, describe, expect, it } from "vitest";

import {
  answerTo,
  countedWith,
  dropKeys,
  durationWords,
  exactMs,
  keepKey,
  keepProgress,
  loadKey,
  loadProgress,
  type Flip,
  type Progress,
} from "./firstRun";

const flip: Flip = { version: 7, at: "2027-01-01T10:00:00.100500Z", on: true, pressed: 0, counted: 0 };

const answer = (version: number, at: string) => ({
  variant: "on",
  version,
  rule: null,
  kind: "user",
  unit: "user-1",
  at,
  application: "hello",
});

describe("the answer to a switch", () => {
  const later = answer(7, "2027-01-01T10:00:05.000Z");
  const first = answer(7, "2027-01-01T10:00:00.141Z");
  const before = answer(6, "2027-01-01T09:59:00.000Z");

  it("is the first one by its version", () => {
    expect(answerTo(flip, [later, first, before])).toBe(first);
    expect(answerTo(flip, [before])).toBeUndefined();
  });

  it("is timed where both clocks can be right", () => {
    expect(exactMs(flip, first, 900)).toBe(41);
  });

  it("is not timed where a clock must be wrong", () => {
    expect(exactMs(flip, answer(7, "2027-01-01T09:59:59.000Z"), 900)).toBeNull();
    expect(exactMs(flip, later, 900)).toBeNull();
  });
});

it("counts evaluations by whether the flag was on", () => {
  const count = (reason: string, n: number) => ({ flag: "f", variant: "on", reason, at: null, count: n });
  const counts = [count("DISABLED", 4), count("DEFAULT", 2), count("SPLIT", 1)];
  expect([countedWith(false, counts), countedWith(true, counts)]).toEqual([4, 3]);
});

it("writes durations", () => {
  expect([0.4, 41.2, 1234, 12_345].map(durationWords)).toEqual(["under 1 ms", "41 ms", "1.2 s", "12 s"]);
});

describe("what is kept", () => {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
  });

  it("comes back, by project, without the key", () => {
    const progress: Progress = {
      environment: "staging", flag: "f", framework: "flask", since: flip.at,
      copied: 1, seen: null, flip, learned: null,
    };
    keepProgress("shop", progress);
    keepKey("shop", "staging", "server", "ys_secret");
    expect(loadProgress("shop")).toEqual(progress);
    expect(loadProgress("other")).toBeNull();
    expect(Object.values(localStorage).join()).not.toContain("ys_secret");
    expect(loadKey("shop", "staging", "server")).toBe("ys_secret");
    expect(loadKey("shop", "staging", "client")).toBeNull();
    keepKey("shop2", "staging", "server", "ys_other");
    dropKeys("shop");
    expect(loadKey("shop", "staging", "server")).toBeNull();
    expect(loadKey("shop2", "staging", "server")).toBe("ys_other");
    keepProgress("shop", null);
    expect(loadProgress("shop")).toBeNull();
  });

  it("is nothing where it cannot be read", () => {
    localStorage.setItem("yardarm.start.shop", "{");
    expect(loadProgress("shop")).toBeNull();
  });
});
