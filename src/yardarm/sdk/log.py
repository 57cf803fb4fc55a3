"""What the client tells people through `logging` (logger `yardarm`), each matter not too often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress

logger = logging.getLogger("yardarm")

QUIET_SECONDS = 60.0


class Log:
    """One client's log. The same matter is repeated only after a minute, unless its text changed.

    Logging handlers are the application's; one that raises must not stop us.
    """

    __slots__ = ("_clock", "_last", "name")

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self._clock = clock
        self._last: dict[str, tuple[str, float]] = {}

    def say(self, level: int, matter: str, message: str) -> None:
        """Log the message if this matter was not told like this within the last minute."""
        now = self._clock()
        last = self._last.get(matter)
        if last is not None and last[0] == message and now - last[1] < QUIET_SECONDS:
            return
        if len(self._last) > 256:  # matters are few; this only bounds mistakes
            self._last.clear()
        self._last[matter] = (message, now)
        with suppress(Exception):  # a handler of the application's that raises
            logger.log(level, "%s: %s", self.name, message)

    def info(self, matter: str, message: str) -> None:
        """Something that people like to know."""
        self.say(logging.INFO, matter, message)

    def warning(self, matter: str, message: str) -> None:
        """Something is wrong and mends itself, or does not matter much."""
        self.say(logging.WARNING, matter, message)

    def error(self, matter: str, message: str) -> None:
        """Somebody has to do something."""
        self.say(logging.ERROR, matter, message)

    def settled(self, matter: str) -> None:
        """The matter is over: when it comes again, it is told at once."""
        self._last.pop(matter, None)
