"""A request, as far as it has to be known here."""

from __future__ import annotations

from typing import Protocol


class Asked(Protocol):
    """What was asked for. `path` is percent-encoded ASCII, with what the application is mounted at.

    `query` is what follows the question mark, as it came; `peer` the address of whoever the
    connection is from.
    """

    method: str
    query: str

    @property
    def path(self) -> str:
        """See above."""
        ...

    @property
    def peer(self) -> str | None:
        """See above."""
        ...

    def header(self, name: str) -> str:
        """The value of a header, empty where there is none."""
        ...
