"""A vendor's document before it is taken over: what the command line and the server share."""

from __future__ import annotations

from ..core.model import Json
from ..dialects.base import Dialect, Options, Reading
from ..dialects.report import publishable
from ..errors import DocumentError, Problem
from .decryption import with_decrypter

MAX_FLAGS = 100_000
"""Most flags taken over at once."""


def read(dialect: Dialect, source: Json, options: Options) -> Reading:
    """What `source` holds, without what a server would refuse; all that is lost is reported.

    `source` is what `sources.load` gives. Raises `DocumentError` for what is no document of this
    dialect, or has too many flags; `OptionError` for an option that makes no sense.
    """
    raw = dialect.read(source, with_decrypter(dialect.name, options))
    count = len(raw.document.flags)
    if count > MAX_FLAGS:
        raise DocumentError([Problem("", f"{count} flags are too many", f"at most {MAX_FLAGS}")])
    return publishable(raw)
