"""Who asks for the snapshot again and again, instead of following a stream.

The rules of its state: one entry for each program that asks, the latest last; at most `MOST`, the
one that has not asked for longest goes first. What has not asked for `LATELY` seconds is not told
of any more. Who asked once only is none: everybody asks once before a stream.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST = 10_000
LATELY = 600.0


@dataclass(frozen=True, slots=True)
class Polling:
    """A program that polls: since so many seconds, the last time so many seconds ago."""

    agent: str
    application: str
    seconds: float
    last_seconds: float


@dataclass(slots=True)
class _Asking:
    first: float
    last: float
    times: int = 1


class Polls:
    """See the top of this file."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._asking: OrderedDict[tuple[str, str, str, str], _Asking] = OrderedDict()

    def note(self, project: str, environment: str, agent: str, application: str) -> None:
        """Somebody asked for the snapshot."""
        now, at = self._monotonic(), (project, environment, application, agent)
        asking = self._asking.get(at)
        if asking is None or now - asking.last > LATELY:
            self._asking[at] = _Asking(now, now)
        else:
            asking.last, asking.times = now, asking.times + 1
        self._asking.move_to_end(at)
        while len(self._asking) > MOST:
            self._asking.popitem(last=False)

    def lately(self, project: str, environment: str) -> list[Polling]:
        """Who polls an environment of this server, by application and what they call themselves."""
        now = self._monotonic()
        return [
            Polling(agent, application, now - asking.first, now - asking.last)
            for (at_project, at_environment, application, agent), asking in sorted(
                self._asking.items()
            )
            if (at_project, at_environment) == (project, environment)
            and asking.times > 1
            and now - asking.last <= LATELY
        ]
