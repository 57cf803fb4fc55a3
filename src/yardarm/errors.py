"""Every public exception of Yardarm.

::

    YardarmError
    ├── DocumentError        a document, flag or segment is not valid; carries `problems`
    │   └── SnapshotError    bytes of the native format are damaged or do not fit together
    ├── ContextError         a value cannot be read as an evaluation context
    └── OptionError          an option or argument given to Yardarm makes no sense

Evaluation never raises any of these in the caller's program: it answers with the caller's fallback
and says why in the `Decision`. They are raised where documents are read, written or published and
where a client is set up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document: where, what, and how to mend it.

    `pointer` is a JSON pointer (RFC 6901) into the document, `""` for the whole of it.
    `severity` is `"error"` (refused at publish) or `"warning"` (published, but look at it).
    """

    pointer: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        where = self.pointer or "(document)"
        return f"{where}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class YardarmError(Exception):
    """Base of every exception that Yardarm raises on purpose."""


class DocumentError(YardarmError):
    """A document cannot be accepted. `problems` lists every reason, each with its pointer."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        first = str(self.problems[0]) if self.problems else "invalid document"
        more = len(self.problems) - 1
        super().__init__(first + (f" (and {more} more)" if more > 0 else ""))


class SnapshotError(DocumentError):
    """Snapshot or patch bytes are damaged, of an unknown format, or do not follow each other."""

    def __init__(self, message: str, hint: str = "fetch the full snapshot again") -> None:
        super().__init__([Problem("", message, hint)])


class ContextError(YardarmError):
    """A value cannot be read as a context. The message says what was expected instead."""


class OptionError(YardarmError):
    """An option or argument is wrong. The message names it and says what is accepted."""
