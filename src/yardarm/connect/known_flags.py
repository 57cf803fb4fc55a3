"""The flags of a document, to check and to complete what a command line says of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.codec import document_from_json, flag_to_json
from ..core.model import Document
from ..errors import DocumentError, OptionError
from ..sdk.arguments import LocalFlags, read_argument, said
from ..sdk.local import did_you_mean, variant_of
from ..sdk.log import Log
from .files import load_document

MAX_SHOWN = 20
"""How many flags a help text names."""

_LOG = Log("flags on the command line")


@dataclass(frozen=True, slots=True)
class KnownFlags:
    """Flags in their JSON form, by key. With `checks` false there is nothing to check against."""

    flags: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: bool = False

    @classmethod
    def of(
        cls, document: Document | Mapping[str, Any] | str | os.PathLike[str] | None
    ) -> KnownFlags:
        """The flags of a document. One that cannot be read is logged, and nothing is checked."""
        if document is None:
            return cls()
        try:
            if isinstance(document, str | os.PathLike):
                document = load_document(os.fspath(document))
            elif not isinstance(document, Document):
                document = document_from_json(dict(document))
        except (OSError, DocumentError, OptionError) as error:
            _LOG.warning("document", f"flags are not checked: {error}")
            return cls()
        current = (flag for flag in document.flags.values() if flag.archived_at is None)
        return cls({flag.key: flag_to_json(flag) for flag in current}, True)

    def check(self, option: str, word: str) -> None:
        """Raises `OptionError` for a flag or variant that is not there, with a near one."""
        if not self.checks or option == "--flags-file":
            return
        key, value = (word.strip(), False) if option == "--no-flag" else read_argument(word)
        flag = self.flags.get(key)
        if flag is None:
            raise OptionError(f"there is no flag {key!r}{did_you_mean(key, self.flags)}")
        try:
            variant_of(flag, value)
        except ValueError as error:
            raise OptionError(f"flag {key!r} {error}") from None

    def gather(
        self, local: LocalFlags, on: Sequence[str], off: Sequence[str], files: Sequence[str]
    ) -> LocalFlags:
        """The local flags with all words of the three options. Raises `OptionError`.

        For parsers that do not tell in which order the words stood.
        """
        both = {read_argument(word)[0] for word in on} & {word.strip() for word in off}
        if both:
            raise OptionError(f"flag {min(both)!r} is named by --flag and by --no-flag")
        for option, words in (("--flags-file", files), ("--flag", on), ("--no-flag", off)):
            for word in words:
                self.check(option, word)
                local = said(local, option, word)
        return local

    def words(self) -> str:
        """The flags and their variants, for help; nothing where there are none."""
        shown = [
            f"{key} ({', '.join(str(one['key']) for one in flag.get('variants', []))})"
            for key, flag in sorted(self.flags.items())[:MAX_SHOWN]
        ]
        more = f" and {len(self.flags) - MAX_SHOWN} more" if len(self.flags) > MAX_SHOWN else ""
        text = f"; flags: {', '.join(shown)}{more}" if shown else ""
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)

    def complete(self, option: str, prefix: str) -> list[str]:
        """What a word after the option may be, of those that begin so."""
        if option == "--flags-file":
            return []
        key, equals, _ = prefix.partition("=")
        if equals and option == "--flag":
            variants = self.flags.get(key, {}).get("variants", [])
            words = [f"{key}={one['key']}" for one in variants]
        else:
            words = list(self.flags)
        return sorted(word for word in words if word.startswith(prefix))

    def completer(self, option: str) -> Callable[..., list[str]]:
        """What argcomplete calls."""
        return lambda prefix, **_: self.complete(option, prefix)
