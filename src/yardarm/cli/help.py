"""Help of the root and of the groups, from the table of commands and nothing else.

It needs neither click nor the commands, so `yardarm --help` is answered before anything is
imported. `lazy` uses the same text, wherever click asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .commands import COMMANDS, SECTIONS, Entry, Group

_ROOT = """\
  Feature flags under real-time control.

  Commands that talk to a server read YARDARM_URL, YARDARM_TOKEN,
  YARDARM_PROJECT and YARDARM_ENVIRONMENT; options of the same names override
  them. Without YARDARM_URL and YARDARM_TOKEN they find the `yardarm dev` that
  was started in this folder. Every command has --json for programs and --help.

  Exit codes: 0 done, 2 bad input, 3 conflict, 4 refused, 5 unreachable,
  6 waits for approval.
"""

Sections = Mapping[str, Mapping[str, Entry | Group]]


def help_of(arguments: Sequence[str]) -> str | None:
    """The help that these arguments ask for, if it is that of the root or of a group."""
    if not arguments or arguments[-1] not in ("--help", "-h"):
        return None
    if len(arguments) == 1:
        return root_help()
    entry = COMMANDS.get(arguments[0]) if len(arguments) == 2 else None
    return group_help(arguments[0], entry) if isinstance(entry, Group) else None


def root_help() -> str:
    """What `yardarm --help` prints."""
    options = ("--version", "Print the version.")
    return _page("yardarm", _ROOT, SECTIONS, options)


def group_help(name: str, group: Group) -> str:
    """What `yardarm NAME --help` prints."""
    return _page(f"yardarm {name}", f"  {group.help}\n", {"Commands": group.entries})


def _page(path: str, text: str, sections: Sections, *options: tuple[str, str]) -> str:
    lines = [f"Usage: {path} [OPTIONS] COMMAND [ARGS]...", "", text]
    width = max(len(name) for section in sections.values() for name in section)
    lines.append("Options:")
    lines += [f"  {name.ljust(width)}  {words}" for name, words in options]
    lines.append(f"  {'--help'.ljust(width)}  Show this message and exit.")
    for title, section in sections.items():
        lines += ["", f"{title}:"]
        lines += [f"  {name.ljust(width)}  {entry.help}" for name, entry in section.items()]
    return "\n".join(lines)
