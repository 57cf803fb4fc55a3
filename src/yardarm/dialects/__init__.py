"""The vendors' languages: readers, writers and answers in the vendors' own shapes.

To add one: a folder here with a `DIALECT`, and a line in `find`.
"""

from __future__ import annotations

from .base import Dialect

NAMES: tuple[str, ...] = ()
"""Every dialect by name, the vendors first, then the older libraries."""


def find(name: str) -> Dialect | None:
    """The dialect of this name, imported when it is first asked for; None when there is none."""
    match name:
        case _:
            return None
