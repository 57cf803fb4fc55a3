import { expect, it } from "vitest";

import { historyQueryOf, isHistoryNarrowed, readHistorySearch } from "./historySearch";

it("reads what an address says and asks for it", () => {
  const search = readHistorySearch({ flag: 404, actor: "ann", kind: "killed", since: "2027-03-01T09:00", colour: "red" });
  expect(historyQueryOf(search)).toEqual({
    flag: "404",
    actor: "ann",
    kind: "kill",
    since: new Date("2027-03-01T09:00").toISOString().replace(".000Z", "Z"),
  });
  expect(isHistoryNarrowed(search)).toBe(true);
});

it("asks for everything where nothing that is known is said", () => {
  const search = readHistorySearch({ kind: "constructor", environment: "", before: "noon" });
  expect(historyQueryOf(search)).toEqual({});
  expect(isHistoryNarrowed(readHistorySearch({}))).toBe(false);
});
