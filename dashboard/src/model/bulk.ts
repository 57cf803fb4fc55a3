import type { ListedFlag } from "../client";

export const ACTS = ["off", "on", "archive", "tag", "untag", "owner", "expiry"] as const;

/** What can be done to several flags at once. */
export type Act = (typeof ACTS)[number];

/** Whether it is done in one environment, and not to the flag everywhere. */
export function isLocal(act: Act): boolean {
  return act === "on" || act === "off";
}

/** Whether it has to be said which tag, owner or date. */
export function needsValue(act: Act): act is "tag" | "untag" | "owner" | "expiry" {
  return act === "tag" || act === "untag" || act === "owner" || act === "expiry";
}

type Command = Record<string, unknown>;

/** The commands that do it, none for a flag that is like that already. An empty owner or expiry
 * takes away what there is. */
export function commandsOf(act: Act, flags: ListedFlag[], environment: string, value: string): Command[] {
  return flags.flatMap((flag): Command[] => {
    const { key } = flag;
    const update = (fields: Command) => [{ type: "update_flag", flag: key, fields }];
    switch (act) {
      case "on":
      case "off": {
        const enabled = act === "on";
        const here = flag.environments[environment];
        if (here === undefined || here.enabled === enabled || flag.archived_at !== null) return [];
        return [{ type: "set_enabled", flag: key, enabled }];
      }
      case "archive":
        return flag.archived_at === null ? [{ type: "archive_flag", flag: key }] : [];
      case "tag":
        return value === "" || flag.tags.includes(value) ? [] : update({ tags: [...flag.tags, value] });
      case "untag":
        return flag.tags.includes(value) ? update({ tags: flag.tags.filter((tag) => tag !== value) }) : [];
      case "owner":
        return flag.owner === value ? [] : update({ owner: value });
      case "expiry": {
        const at = value === "" ? null : value;
        return flag.expires_at === at ? [] : update({ expires_at: at });
      }
    }
  });
}
