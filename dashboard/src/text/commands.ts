type Command = Record<string, unknown> | null | undefined;

/** What a command did, in words; its fields are those of the server's commands. */
export function commandWords(command: Command): string {
  return wordsOf(command, (past) => past);
}

/** What a command will do, once it is carried out. */
export function plannedWords(command: Command): string {
  return wordsOf(command, (_, planned) => planned);
}

function wordsOf(command: Command, verb: (past: string, planned: string) => string): string {
  if (!command) return "";
  const type = said(command.type);
  const flag = typeof command.flag === "object" ? keyOf(command.flag) : said(command.flag);
  switch (type) {
    case "set_enabled":
      return `${verb("switched", "switch")} ${flag} ${command.enabled === true ? "on" : "off"}`;
    case "kill":
      return `${verb("killed", "kill")} ${flag}`;
    case "edit_flag":
    case "update_flag":
      return `set ${Object.keys((command.fields ?? {})).join(", ")} of ${flag}`;
    case "create_flag":
      return `${verb("made", "make")} ${flag}`;
    case "archive_flag":
      return `${verb("archived", "archive")} ${flag}`;
    case "restore_flag":
      return `${verb("brought", "bring")} ${flag} back`;
    case "put_segment":
      return `set segment ${keyOf(command.segment)}`;
    case "remove_segment":
      return `${verb("removed", "remove")} segment ${said(command.segment)}`;
    case "undo":
      return command.through
        ? `${verb("took back", "take back")} ${said(command.version)} to ${said(command.through)}`
        : `${verb("took back", "take back")} ${said(command.version)}`;
    case "restore_version":
      return `set ${flag} back to version ${said(command.version)}`;
    case "promote_flag":
      return `${verb("promoted", "promote")} ${flag} from ${said(command.source)}`;
    case "copy_environment":
      return `${verb("copied", "copy")} ${said(command.source)}`;
    case "create_environment":
      return `${verb("made", "make")} environment ${said(command.key)}`;
    case "together": {
      const each = (command.commands as Record<string, unknown>[] | undefined) ?? [];
      const more = each.length > 3 ? ` and ${each.length - 3} more` : "";
      return each.slice(0, 3).map((one) => wordsOf(one, verb)).join(", ") + more;
    }
    case "import_document":
      return `${verb("took", "take")} over a document`;
    default:
      return `${type.replaceAll("_", " ")} ${flag}`.trim();
  }
}

function said(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function keyOf(value: unknown): string {
  return typeof value === "object" && value !== null && "key" in value ? said(value.key) : "";
}
