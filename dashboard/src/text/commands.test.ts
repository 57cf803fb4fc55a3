import { expect, it } from "vitest";

import { commandWords, plannedWords } from "./commands";

it.each([
  [{ type: "set_enabled", flag: "nav", enabled: false }, "switched nav off", "switch nav off"],
  [{ type: "edit_flag", flag: "nav", fields: { rules: [] } }, "set rules of nav", "set rules of nav"],
  [{ type: "undo", version: 3, through: 5 }, "took back 3 to 5", "take back 3 to 5"],
  [
    { type: "together", commands: [{ type: "kill", flag: "a" }, { type: "archive_flag", flag: "b" }] },
    "killed a, archived b",
    "kill a, archive b",
  ],
  [null, "", ""],
])("%j", (command, past, planned) => {
  expect(commandWords(command)).toBe(past);
  expect(plannedWords(command)).toBe(planned);
});
