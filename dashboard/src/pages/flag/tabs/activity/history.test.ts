import { expect, it } from "vitest";

import type { Deployment, FlagChange } from "../../../../client";
import { actorOf, environmentsOf, rowsOf } from "./history";

function change(environment: string, at: string, change_set: string): FlagChange {
  return { environment, at, change_set, actor: "ada" } as FlagChange;
}

function deployment(at: string): Deployment {
  return { id: 1, environment: "production", application: "shop", version: "2", url: "", actor: "ci", at };
}

it("puts together what was changed at once, and deployments between", () => {
  const rows = rowsOf(
    [
      [change("production", "2026-11-03T10:00:00Z", "b"), change("production", "2026-11-01T10:00:00.100000Z", "a")],
      [change("staging", "2026-11-01T10:00:00.000000Z", "a")],
    ],
    [[deployment("2026-11-02T10:00:00Z"), deployment("2026-10-01T10:00:00Z")], []],
  );
  expect(rows.map((row) => [row.kind, actorOf(row), environmentsOf(row)])).toEqual([
    ["change", "ada", ["production"]],
    ["deployment", "ci", ["production"]],
    ["change", "ada", ["production", "staging"]],
  ]);
  expect(rows[2]?.at).toBe("2026-11-01T10:00:00.100000Z");
});

it("has nothing to say of a flag that nobody changed", () => {
  expect(rowsOf([[]], [[deployment("2026-11-02T10:00:00Z")]])).toEqual([]);
});
