import { expect, it } from "vitest";

import type { ChangeRequest, Edit } from "../client";
import { changedBy, flagsChangedBy, hadAHand, readRequestsSearch, requestsQueryOf } from "./requests";

const edit = (kind: Edit["kind"], key: string): Edit => ({ kind, key, pointer: "/x", what: "changed", words: [] });
const edits: ChangeRequest["edits"] = {
  production: [edit("segment", "vip"), edit("flag", "nav"), edit("flag", "nav")],
  staging: [edit("flag", "cart")],
};

it("asks for what waits where an address says nothing that is known", () => {
  expect(readRequestsSearch({ state: "toString", whose: "bob", environment: 7 })).toEqual({});
  expect(requestsQueryOf({})).toEqual({ state: "open,stale" });
  expect(requestsQueryOf(readRequestsSearch({ state: "all", whose: "mine", environment: "eu" }))).toEqual({
    whose: "mine",
    environment: "eu",
  });
});

it("names what it changes once, flags first", () => {
  expect(changedBy({ edits })).toEqual(["nav", "cart", "vip"]);
  expect(flagsChangedBy({ edits })).toEqual(["nav", "cart"]);
});

it("knows whose hands were in it", () => {
  const request = { author: "ann", editors: ["bob"] };
  expect(["ann", "bob", "cyd"].map((actor) => hadAHand(request, actor))).toEqual([true, true, false]);
});
