import type { ListedFlag } from "../../client";
import { ago } from "../../model/instants";
import { Icon, type IconName } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./FlagRow.module.css";

interface Note {
  words: string;
  icon: IconName;
  tone: "danger" | "warning" | "plain";
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const MOST = 2;

/** What somebody should look at, the gravest first. */
export function Attention({ flag, main }: { flag: ListedFlag; main: string | undefined }) {
  return notesOf(flag, main, new Date())
    .slice(0, MOST)
    .map(({ words, icon, tone }) => (
      <span key={words} className={classes.note} data-tone={tone} title={words}>
        <Icon name={icon} size={12} />
        <span className="untrusted">{words}</span>
      </span>
    ));
}

function notesOf(flag: ListedFlag, main: string | undefined, now: Date): Note[] {
  const words = text.flags.attention;
  const notes: Note[] = [];
  const killed = Object.keys(flag.states).filter((key) => flag.states[key]?.state === "killed");
  if (killed.length > 0) {
    notes.push({ words: words.killed(killed.join(", ")), icon: "kill", tone: "danger" });
  }
  if (flag.archived_at !== null) notes.push({ words: words.archived, icon: "clock", tone: "plain" });
  if (flag.expires_at !== null) {
    const at = new Date(flag.expires_at);
    const days = (at.getTime() - now.getTime()) / DAY_MS;
    if (days <= 0) notes.push({ words: words.expired(ago(at, now)), icon: "clock", tone: "danger" });
    else if (days <= SOON_DAYS) {
      notes.push({ words: words.expires(ago(at, now)), icon: "clock", tone: days <= 7 ? "warning" : "plain" });
    }
  }
  if (flag.stale === "one-answer" && flag.changed_at !== null) {
    const days = Math.floor((now.getTime() - new Date(flag.changed_at).getTime()) / DAY_MS);
    notes.push({ words: words.oneAnswer(days), icon: "warning", tone: "warning" });
  } else if (flag.stale === "unused") {
    notes.push({ words: words.unused, icon: "warning", tone: "warning" });
  } else if (main !== undefined && flag.last_evaluated_at === null) {
    notes.push({ words: words.never, icon: "clock", tone: "plain" });
  }
  return notes;
}
