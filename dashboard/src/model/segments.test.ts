import { describe, expect, it } from "vitest";

import type { Document } from "../client";
import { keysIn, keysOf, withKeys, withoutKeys } from "./segmentKeys";
import { dependentsOf, segmentBody, segmentFieldsOf } from "./segments";

const variants = [{ key: "on", value: true }];

const document: Document = {
  segments: {
    staff: { when: { attribute: "email", op: "ends_with", values: ["@example.com"] } },
    friends: { when: { any: [{ not: { segment: "staff" } }] } },
    guests: { when: { all: [{ segment: "friends" }] } },
    alone: { included: [{ keys: ["a"] }] },
  },
  flags: {
    direct: {
      type: "boolean",
      variants,
      rules: [
        { id: "r1", when: { always: true }, serve: "on" },
        { id: "r2", name: "Staff", when: { all: [{ segment: "staff" }] }, serve: "on" },
      ],
    },
    through: {
      type: "boolean",
      variants,
      enabled: false,
      rules: [{ id: "r1", when: { segment: "guests" }, serve: "on" }],
    },
    gone: {
      type: "boolean",
      variants,
      archived_at: "2026-01-01T00:00:00Z",
      rules: [{ id: "r1", when: { segment: "staff" }, serve: "on" }],
    },
  },
};

describe("who needs a segment", () => {
  it("is found in rules however deep, and through other segments", () => {
    const found = dependentsOf(document, "staff");
    expect(found.segments).toEqual(["friends", "guests"]);
    expect(found.flags).toEqual([
      {
        flag: "direct",
        name: "",
        enabled: true,
        rules: [{ number: 2, name: "Staff", via: null }],
      },
      {
        flag: "through",
        name: "",
        enabled: false,
        rules: [{ number: 1, name: "", via: "guests" }],
      },
    ]);
    expect(dependentsOf(document, "alone")).toEqual({ flags: [], segments: [] });
  });

  it("ends although two segments ask each other", () => {
    const circle = { segments: { a: { when: { segment: "b" } }, b: { when: { segment: "a" } } } };
    expect(dependentsOf(circle, "a").segments).toEqual(["b"]);
  });
});

describe("a segment that is sent", () => {
  it("keeps what cannot be edited here, and leaves the version to the server", () => {
    const before = { key: "vip", metadata: { team: "shop" }, version: 4, included: [{ keys: ["a"] }] };
    const fields = { ...segmentFieldsOf(before), name: "Good customers" };
    expect(segmentBody("vip", before, fields)).toEqual({
      key: "vip",
      metadata: { team: "shop" },
      name: "Good customers",
      description: "",
      when: null,
      included: [{ keys: ["a"] }],
      excluded: [],
    });
  });
});

describe("keys in bulk", () => {
  it("are read one a line, or from one line with commas", () => {
    expect(keysIn(" a \r\n\nb, c\na\n")).toEqual(["a", "b, c"]);
    expect(keysIn("a, b,,a")).toEqual(["a", "b"]);
    expect(keysIn("  \n ")).toEqual([]);
  });

  it("are added once, to the list of their kind", () => {
    const lists = [{ keys: ["a"] }, { keys: ["a"], kind: "device" }];
    const more = withKeys(lists, "device", ["a", "b"]);
    expect(more).toEqual([{ keys: ["a"] }, { keys: ["a", "b"], kind: "device" }]);
    expect(withKeys([], "company", ["x"])).toEqual([{ keys: ["x"], kind: "company" }]);
    expect(withKeys([], "user", ["x"])).toEqual([{ keys: ["x"] }]);
  });

  it("are taken out of every list of their kind, and an empty list goes", () => {
    const lists = [{ keys: ["a"] }, { keys: ["a", "b"], kind: "user" }, { keys: ["a"], kind: "device" }];
    const less = withoutKeys(lists, "user", ["a"]);
    expect(less).toEqual([{ keys: ["b"], kind: "user" }, { keys: ["a"], kind: "device" }]);
    expect(keysOf(less, "user")).toEqual(["b"]);
  });
});
