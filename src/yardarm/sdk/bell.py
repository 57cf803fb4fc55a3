"""A bell: one thread sleeps on it, any other rings it without ever waiting."""

from __future__ import annotations

import _thread
from contextlib import suppress


class Bell:
    """Wakes one sleeping thread.

    `ring` takes no lock and cannot wait, so it may be called during an evaluation, from a
    finalizer, and in a process that was forked at any moment. Rings add up to one.
    """

    __slots__ = ("_silence",)

    def __init__(self) -> None:
        self._silence = _thread.allocate_lock()
        self._silence.acquire()

    def ring(self) -> None:
        """Wake the sleeper, or keep it from falling asleep next time."""
        with suppress(RuntimeError):  # it rings already
            self._silence.release()

    def wait(self, seconds: float) -> bool:
        """Sleep until rung, at most this long. True when it rang."""
        return self._silence.acquire(timeout=min(max(seconds, 0.0), _thread.TIMEOUT_MAX))
