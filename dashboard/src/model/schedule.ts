import type { NewPlan, Repeat } from "../client";

type Command = Record<string, unknown>;

/** The commands that a text says: one, or a list. Throws for what is neither. */
export function commandsOf(text: string): Command[] {
  const value: unknown = JSON.parse(text);
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new Error("there is none in it");
  return list.map((each) => {
    if (typeof each !== "object" || each === null || !("type" in each)) {
      throw new Error('a command is an object with a "type", such as {"type": "set_enabled", …}');
    }
    return each;
  });
}

export interface Scheduled {
  commands: Command[];
  environments: string[];
  /** When, once; or how it repeats. */
  at: string | null;
  repeat: Repeat | null;
  needsApproval: boolean;
  missed: NewPlan["missed"];
  name: string;
  reason: string;
  force: boolean;
}

/** A plan of one step, at its time. */
export function planOf(scheduled: Scheduled): NewPlan {
  const { commands, environments, at, repeat, needsApproval, missed, name, reason, force } = scheduled;
  return {
    name,
    reason,
    force,
    ...(missed != null && { missed }),
    ...(repeat !== null && { repeat }),
    steps: [
      {
        commands,
        environments,
        needs_approval: needsApproval,
        ...(repeat === null && at !== null && { at }),
      },
    ],
  };
}
