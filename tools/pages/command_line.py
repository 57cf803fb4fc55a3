"""The page about the command line: from its table of commands and the commands themselves."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import click

from yardarm.cli import failures, grammar
from yardarm.cli.commands import SECTIONS, Entry, Group
from yardarm.cli.lazy import command_of

from .prose import cell, prose, table

COMMON = {"--url", "--token", "--project", "--environment", "--json", "--help"}
"""Options that are told once, at the top."""

HEAD = """\
# The command line

```text
yardarm COMMAND [OPTIONS] [ARGUMENTS]
```

Every command has `--help`, and every one but `dev` and `serve` has `--json`. With it a command
prints JSON and nothing else on standard output; what it has to say to a person goes to standard
error.

Commands that talk to a server find it by these, the options before the variables:

| option | variable | what it names |
|---|---|---|
| `--url` | `YARDARM_URL` | the server's address |
| `--token` | `YARDARM_TOKEN` | the token to speak with |
| `--project` | `YARDARM_PROJECT` | the project |
| `--environment` | `YARDARM_ENVIRONMENT` | the environment |

Where address and token are missing, `.yardarm/dev.json` of the current folder is read: there
`yardarm dev` leaves its own. `NO_COLOR` switches colour off, as does output that is no terminal.

## Exit codes

"""

LANGUAGE = "\n## The language of rules\n\n"


def command_line() -> str:
    """Every command."""
    codes = [f"{value} | {cell(words)}" for value, words in _codes()]
    parts = [HEAD, table("code | when", codes), LANGUAGE, prose(_without_remark(grammar.__doc__))]
    for title, entries in SECTIONS.items():
        parts.append(f"\n## {title}\n")
        for name, entry in entries.items():
            if isinstance(entry, Group):
                for inner, found in entry.entries.items():
                    parts.append(_command(found, f"{name} {inner}"))
            else:
                parts.append(_command(entry, name))
    return "".join(parts)


def _without_remark(docstring: str | None) -> str:
    """The module's docstring without its last line, which is for who reads the code."""
    return (docstring or "").partition("`words` says")[0]


def _codes() -> Iterator[tuple[int, str]]:
    """The exit codes and the words beneath each, read from the module's text."""
    body = ast.parse(inspect.getsource(failures)).body
    for at, after in zip(body, [*body[1:], None], strict=True):
        if not isinstance(at, ast.AnnAssign) or not isinstance(at.target, ast.Name):
            continue
        name = at.target.id
        told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        yield getattr(failures, name), after.value.value if told else "Done."


def _command(entry: Entry, name: str) -> str:
    command = command_of(entry)
    with click.Context(command, info_name=f"yardarm {name}") as context:
        usage = " ".join(command.collect_usage_pieces(context))
        options = [
            record
            for parameter in command.get_params(context)
            if isinstance(parameter, click.Option)
            and COMMON.isdisjoint(parameter.opts)
            and (record := parameter.get_help_record(context))
        ]
    talks = entry.module == "operate" or any(one.name == "url" for one in command.params)
    rows = [f"{_option(names)} | {cell(words)}" for names, words in options]
    parts = [
        f"### yardarm {name}\n",
        f"```text\nyardarm {name} {usage}\n```\n",
        prose(command.help),
        "" if talks else "Talks to no server.\n",
        table("option | what it does", rows),
    ]
    return "\n" + "\n".join(part for part in parts if part)


def _option(names: str) -> str:
    return "`" + names.replace("|", "\\|") + "`"
