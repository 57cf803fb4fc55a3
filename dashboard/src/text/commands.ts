/** What a command asked for, in words; its fields are those of the server's commands. */
export function commandWords(command: Record<string, unknown> | null | undefined): string {
  if (!command) return "";
  const type = said(command.type);
  const flag = typeof command.flag === "object" ? keyOf(command.flag) : said(command.flag);
  switch (type) {
    case "set_enabled":
      return `switched ${flag} ${command.enabled === true ? "on" : "off"}`;
    case "kill":
      return `killed ${flag}`;
    case "edit_flag":
    case "update_flag":
      return `set ${Object.keys((command.fields ?? {})).join(", ")} of ${flag}`;
    case "create_flag":
      return `made ${flag}`;
    case "archive_flag":
      return `archived ${flag}`;
    case "restore_flag":
      return `brought ${flag} back`;
    case "put_segment":
      return `set segment ${keyOf(command.segment)}`;
    case "remove_segment":
      return `removed segment ${said(command.segment)}`;
    case "undo":
      return command.through
        ? `took back ${said(command.version)} to ${said(command.through)}`
        : `took back ${said(command.version)}`;
    case "restore_version":
      return `set ${flag} back to version ${said(command.version)}`;
    case "promote_flag":
      return `promoted ${flag} from ${said(command.source)}`;
    case "copy_environment":
      return `copied ${said(command.source)}`;
    case "create_environment":
      return `made environment ${said(command.key)}`;
    case "together": {
      const each = (command.commands as Record<string, unknown>[] | undefined) ?? [];
      const more = each.length > 3 ? ` and ${each.length - 3} more` : "";
      return each.slice(0, 3).map(commandWords).join(", ") + more;
    }
    case "import_document":
      return "took over a document";
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
