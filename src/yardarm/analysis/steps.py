"""What an analysis may cost: steps of about a microsecond, for each question, flag and document.

Counted, not timed, so that the same document always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

OF_A_QUESTION = 200_000
OF_A_GLANCE = 20_000
OF_A_GROUND = 600_000
"""For finding the cells that questions are about."""
OF_A_PLACE = 12_000_000
"""For one flag or segment."""
OF_A_DOCUMENT = 60_000_000


class Spent(Exception):
    """The steps are used up before an end was reached."""


class Steps:
    """Counts down."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, number: int = 1) -> None:
        """Raises `Spent` when there are none left."""
        self.left -= number
        if self.left < 0:
            raise Spent


class Purse:
    """The steps of a document and of the flag or segment that is being looked at."""

    def __init__(self) -> None:
        self._document = OF_A_DOCUMENT
        self._place = OF_A_PLACE

    def begin(self) -> None:
        """Another flag or segment is looked at."""
        self._place = OF_A_PLACE

    @contextmanager
    def grant(self, most: int = OF_A_QUESTION) -> Iterator[Steps]:
        """Steps for one question; what is left of them goes back into the purse."""
        granted = max(0, min(most, self._place, self._document))
        steps = Steps(granted)
        try:
            yield steps
        finally:
            used = granted - max(0, steps.left)
            self._place -= used
            self._document -= used
