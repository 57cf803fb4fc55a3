"""Flags for commands of click.

>>> @click.command()
... @flag_options(document="flags.toml")
... def main(flags: LocalFlags, list_flags: bool) -> None:
...     client = Client.from_file("flags.toml", local=flags)

Needs click.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..connect.known_flags import KnownFlags
from ..connect.local_flags import local_flags
from ..core.model import Document
from ..errors import OptionError

F = TypeVar("F", bound=Callable[..., Any])


def flag_options(
    *,
    document: Document | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    files: Sequence[str | os.PathLike[str]] = (),
) -> Callable[[F], Callable[..., Any]]:
    """Give a command the options `--flag`, `--no-flag`, `--flags-file` and `--list-flags`.

    The command gets a `LocalFlags` as `flags`, for the option `local` of a client, and a boolean
    `list_flags`; what they mean, and `document`, `environ` and `files`, is as for
    `yardarm.integrations.argparse.add_flag_arguments`. A flag that is named both by `--flag` and by
    `--no-flag` is a mistake, for click does not tell which one came last. Shell completion knows
    the flags and variants of the document.
    """
    known = KnownFlags.of(document)
    start = local_flags(environ=environ, files=files)

    def complete(ctx: click.Context, param: click.Parameter, prefix: str) -> list[CompletionItem]:
        return [CompletionItem(word) for word in known.complete(param.opts[0], prefix)]

    def decorate(function: F) -> Callable[..., Any]:
        @wraps(function)
        def command(
            *args: Any, flag: Sequence[str], no_flag: Sequence[str], flags_file: Sequence[str],
            **kwargs: Any,
        ) -> Any:  # fmt: skip
            try:
                local = known.gather(start, flag, no_flag, flags_file)
            except OptionError as error:
                raise click.UsageError(str(error)) from None
            return function(*args, flags=local, **kwargs)

        decorated: Callable[..., Any] = command
        options = (
            click.option(
                "--list-flags", is_flag=True, help="List flags with their values, and end."
            ),
            click.option(
                "--flags-file", multiple=True, metavar="FILE",
                help="Read values of flags from a file (JSON, TOML, YAML).",
            ),
            click.option(
                "--no-flag", multiple=True, metavar="NAME", shell_complete=complete,
                help="Have a flag off; may be repeated.",
            ),
            click.option(
                "--flag", multiple=True, metavar="NAME[=VARIANT]", shell_complete=complete,
                help="Have a flag on, or serve a variant; may be repeated.",
            ),
        )  # fmt: skip
        for option in options:
            decorated = option(decorated)
        return decorated

    return decorate
