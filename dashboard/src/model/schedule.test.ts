import { describe, expect, it } from "vitest";

import { commandsOf, planOf, type Scheduled } from "./schedule";

const once: Scheduled = {
  commands: [{ type: "kill", flag: "x" }],
  environments: ["production"],
  at: "2027-01-01T09:00:00Z",
  repeat: null,
  needsApproval: false,
  missed: null,
  name: "new year",
  reason: "",
  force: false,
};

describe("a scheduled change", () => {
  it("is a plan of one step at its time", () => {
    expect(planOf(once).steps[0]).toMatchObject({ at: "2027-01-01T09:00:00Z", environments: ["production"] });
    expect(planOf(once)).not.toHaveProperty("missed");
  });

  it("that repeats has no time of its own", () => {
    const plan = planOf({ ...once, repeat: { every: "daily", zone: "UTC", time: "09:00" }, missed: "run" });
    expect(plan.steps[0]).not.toHaveProperty("at");
    expect(plan).toMatchObject({ missed: "run", repeat: { every: "daily" } });
  });

  it("takes one command or several, and nothing else", () => {
    expect(commandsOf('{"type": "kill", "flag": "x"}')).toHaveLength(1);
    expect(commandsOf('[{"type": "a"}, {"type": "b"}]')).toHaveLength(2);
    for (const text of ["", "5", "[]", '{"flag": "x"}', "[null]"]) expect(() => commandsOf(text)).toThrow();
  });
});
