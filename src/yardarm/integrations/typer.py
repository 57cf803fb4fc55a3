"""Flags for commands of typer, whose options are annotations.

>>> @app.command()
... def main(
...     flag: FlagOption = [],
...     no_flag: NoFlagOption = [],
...     flags_file: FlagsFileOption = [],
...     list_flags: ListFlagsOption = False,
... ) -> None:
...     local = flags_of(flag, no_flag, flags_file, document="flags.toml")
...     client = Client.from_file("flags.toml", local=local)

Needs typer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import typer

from ..connect.known_flags import KnownFlags
from ..connect.local_flags import local_flags
from ..core.model import Document
from ..errors import OptionError
from ..sdk.arguments import LocalFlags

FlagOption: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--flag", metavar="NAME[=VARIANT]",
        help="Have a flag on, or serve a variant; may be repeated.",
    ),
]  # fmt: skip
NoFlagOption: TypeAlias = Annotated[
    list[str], typer.Option("--no-flag", metavar="NAME", help="Have a flag off; may be repeated.")
]
FlagsFileOption: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--flags-file", metavar="FILE", help="Read values of flags from a file (JSON, TOML, YAML)."
    ),
]
ListFlagsOption: TypeAlias = Annotated[
    bool, typer.Option("--list-flags", help="List flags with their values, and end.")
]


def flags_of(
    flag: Sequence[str],
    no_flag: Sequence[str] = (),
    flags_file: Sequence[str] = (),
    *,
    document: Document | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    files: Sequence[str | os.PathLike[str]] = (),
) -> LocalFlags:
    """What the options say of flags, for the option `local` of a client.

    `document`, `environ` and `files` are as for
    `yardarm.integrations.argparse.add_flag_arguments`. Raises typer's `BadParameter` for a flag or
    variant that the document does not have, and for a flag named both on and off.
    """
    try:
        start = local_flags(environ=environ, files=files)
        return KnownFlags.of(document).gather(start, flag, no_flag, flags_file)
    except OptionError as error:
        raise typer.BadParameter(str(error)) from None
