import { beforeEach, expect, it } from "vitest";

import { placeOf } from "./draft";
import { keep, load } from "./kept";
import { keepUnread, unreadAt } from "./unread";

const place = placeOf("shop", "banner", "production");

beforeEach(() => localStorage.clear());

it("is kept by place until it is given up, whatever becomes of the draft there", () => {
  keepUnread(place, { language: "yaml", text: "rules: [" });
  keep(place, null);
  expect(unreadAt(place)).toEqual({ language: "yaml", text: "rules: [" });
  expect(unreadAt(placeOf("shop", "banner", "staging"))).toBeNull();
  expect(load(place)).toBeNull();
  keepUnread(place, null);
  expect(unreadAt(place)).toBeNull();
});

it.each(["{", "null", "[]", '{"text": 1, "language": "json"}', '{"text": "x"}'])("is none where %s stands", (found) => {
  localStorage.setItem(`yardarm.unread/${place}`, found);
  expect(unreadAt(place)).toBeNull();
});
