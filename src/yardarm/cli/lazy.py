"""Click groups that know their commands from the static table and import them when one runs."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from .commands import COMMANDS, Entry, Group
from .failures import ReaderGone
from .help import group_help, root_help


class TableGroup(click.Group):
    """A group whose commands are named in a table."""

    def __init__(self, name: str, table: Mapping[str, Entry | Group], help_text: str = "") -> None:
        super().__init__(
            name,
            help=help_text,
            no_args_is_help=True,
            context_settings={"help_option_names": ["--help", "-h"]},
        )
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command or group, imported now."""
        entry = self.table.get(cmd_name)
        if isinstance(entry, Group):
            return TableGroup(cmd_name, entry.entries, entry.help)
        return None if entry is None else command_of(entry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name, command and the rest of the arguments; a hint for a word mistyped."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.table, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises `ReaderGone`, which click would take for a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGone from None

    def get_help(self, ctx: click.Context) -> str:
        """The help, from the table alone."""
        entry = COMMANDS.get(self.name or "")
        return group_help(self.name or "", entry) if isinstance(entry, Group) else root_help()

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands and options, from the table alone."""
        found = [
            CompletionItem(name, help=entry.help)
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        return found + (
            click.Command.shell_complete(self, ctx, incomplete) if incomplete[:1] == "-" else []
        )


def command_of(entry: Entry) -> click.Command:
    """The command that an entry of the table stands for."""
    found = getattr(import_module(f".{entry.module}", __package__), entry.function)
    if not isinstance(found, click.Command):
        raise TypeError(f"{entry.module}.{entry.function} is no command")
    return found


def root() -> click.Group:
    """The `yardarm` command."""
    group = TableGroup("yardarm", COMMANDS)
    version = click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version
    )
    group.params.append(version)
    return group


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from ..sdk.version import VERSION

        click.echo(f"yardarm {VERSION}")
        ctx.exit()
