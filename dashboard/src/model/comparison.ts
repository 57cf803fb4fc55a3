import type { Edit } from "../client";
import type { Moment } from "./moment";

/** One flag or segment that differs, with what is edited in it. */
export interface Differing {
  kind: "flag" | "segment";
  key: string;
  edits: Edit[];
  /** Whether it can be taken over: something of it belongs to the environment. */
  takeable: boolean;
}

/** What belongs to the environment: a flag's other fields are the same everywhere now. */
const OF_ENVIRONMENT = ["enabled", "off", "prerequisites", "targets", "rules", "default"];

/** The edits by the flag or segment that they are of, flags first, in the server's order. */
export function grouped(edits: readonly Edit[]): Differing[] {
  const found = new Map<string, Differing>();
  for (const edit of edits) {
    const { kind, key, pointer } = edit;
    const place = `${kind} ${key}`;
    const one = found.get(place) ?? { kind, key, edits: [], takeable: false };
    one.edits.push(edit);
    one.takeable ||= kind === "flag" && OF_ENVIRONMENT.includes(pointer.split("/")[1] ?? "");
    found.set(place, one);
  }
  const all = [...found.values()];
  return [...all.filter(({ kind }) => kind === "flag"), ...all.filter(({ kind }) => kind !== "flag")];
}

/** How the flags would be taken over, or null where they cannot be.
 *
 * From another environment as it is now they are promoted; from a past moment of the same one they
 * are set back to it.
 */
export function wayOver(into: Moment, from: Moment): "promote" | "restore" | null {
  const past = from.version !== undefined || from.at !== undefined;
  if (into.version !== undefined || into.at !== undefined) return null;
  if (into.environment === from.environment) return past ? "restore" : null;
  return past ? null : "promote";
}

/** The command that takes the flags over. `version`: the one of the other side that was compared. */
export function takingOver(
  way: "promote" | "restore",
  flags: readonly string[],
  source: string,
  version: number,
): { type: "together"; commands: Record<string, unknown>[] } | null {
  const commands = flags.map((flag) =>
    way === "promote"
      ? { type: "promote_flag", flag, source }
      : { type: "restore_version", flag, version },
  );
  if (commands.length === 0) return null;
  return { type: "together", commands };
}
