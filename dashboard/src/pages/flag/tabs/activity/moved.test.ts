import { expect, it } from "vitest";

import { movedOf } from "./moved";

it.each([
  [null, null],
  [{ emergency: true }, null],
  [{ contexts: 0, moved: 0, flags: {} }, null],
  [{ contexts: 10, moved: 3, flags: { f: 3, g: 1 } }, 3],
  [{ contexts: 10, moved: 1, flags: { g: 1 } }, 0],
])("of %j it was %j", (movement, moved) => {
  expect(movedOf(movement, "f").moved).toBe(moved);
});

it("tells an emergency", () => {
  expect(movedOf({ emergency: true }, "f").emergency).toBe(true);
});
