"""Flags for programs that read their command line with argparse.

>>> parser = argparse.ArgumentParser()
>>> add_flag_arguments(parser, document="flags.toml")
>>> options = parser.parse_args(["--flag", "search=v2", "--no-flag", "banner"])
>>> client = Client.from_file("flags.toml", local=options.flags)

Needs nothing but Python. No option depends on which flags there are, so that a new flag never
changes what an old command line means.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..connect.known_flags import KnownFlags
from ..connect.local_flags import local_flags
from ..core.model import Document
from ..errors import OptionError
from ..sdk.arguments import OPTIONS, LocalFlags, said


def add_flag_arguments(
    parser: argparse.ArgumentParser,
    *,
    document: Document | Mapping[str, Any] | str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    files: Sequence[str | os.PathLike[str]] = (),
    dest: str = "flags",
) -> None:
    """Add the options `--flag`, `--no-flag`, `--flags-file` and `--list-flags` to a parser.

    - `--flag NAME[=VARIANT]` has a flag serve a variant, by its key or its value; without a variant
      a boolean flag is true. `--no-flag NAME` has it be false, or serve its `off`. Both may be
      repeated; of one flag the last one counts.
    - `--flags-file FILE` reads more values, JSON, TOML or YAML, over those in `files`.
    - `--list-flags` sets `list_flags`; print `flag_table(client)` and end, where that suits.

    The parsed namespace has a `LocalFlags` under `dest`, for the option `local` of a client. The
    environment counts too: `environ`, by default the process's.

    With a `document` (or the path of one) names and variants are checked, and argparse reports what
    is wrong as it reports any other mistake; its help names the flags. The options stand only for
    their whole names, whatever the parser's `allow_abbrev`. They may be added to a parser that
    others have as their parent, and work with `parse_known_args`. Where argcomplete is in use it
    completes flags and variants.
    """
    known = KnownFlags.of(document)
    start = local_flags(environ=environ, files=files)
    group = parser.add_argument_group("feature flags")
    words = {
        "--flag": f"have a flag on, or serve a variant; may be repeated{known.words()}",
        "--no-flag": "have a flag off; may be repeated",
        "--flags-file": "read values of flags from a file (JSON, TOML, YAML)",
    }
    for option, about in words.items():
        action = group.add_argument(
            _Whole(option), action=_Say, dest=dest, default=start, metavar=OPTIONS[option],
            help=about.replace("%", "%%"),
        )  # fmt: skip
        if isinstance(action, _Say):
            action.known = known
            action.completer = known.completer(option)
    group.add_argument(
        _Whole("--list-flags"), action="store_true", help="list flags with their values, and end"
    )


class _Whole(str):
    """An option that only its whole name stands for: argparse asks which ones begin like a word."""

    __slots__ = ()

    def startswith(self, prefix: Any, *bounds: Any) -> bool:
        if isinstance(prefix, str) and prefix.startswith("--") and len(prefix) > 2:
            return self == prefix
        return super().startswith(prefix, *bounds)


class _Say(argparse.Action):
    """Puts one word more about flags into the namespace."""

    known: KnownFlags = KnownFlags()
    completer: Callable[..., list[str]] | None = None

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        option, word = str(self.option_strings[0]), str(values)
        before: LocalFlags = getattr(namespace, self.dest)
        try:
            self.known.check(option, word)
            after = said(before, option, word)
        except OptionError as error:
            raise argparse.ArgumentError(self, str(error)) from None
        setattr(namespace, self.dest, after)
