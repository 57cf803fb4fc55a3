"""Daemon threads: started, woken, stopped, started again in a forked child."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from ..bell import Bell
from ..log import Log


class Worker:
    """One daemon thread that runs `work` until it returns. `work` sleeps on `bell` only."""

    __slots__ = ("_log", "_thread", "_work", "bell", "name", "stopping")

    def __init__(self, name: str, work: Callable[[], None], log: Log) -> None:
        self.name = name
        self.bell = Bell()
        self.stopping = False
        self._work = work
        self._log = log
        self._thread: threading.Thread | None = None

    def start(self, *, quiet: bool = False) -> bool:
        """Start the thread if it does not run. False, and one loud error, when none can be had."""
        if self._thread is not None or self.stopping:
            return True
        if not threads_can_run():
            if quiet:
                return False
            self._complain("this uWSGI has no threads: set enable-threads")
            return False
        try:
            name = f"yardarm-{self.name}"
            self._thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._thread.start()
        except RuntimeError as error:  # no more threads, a sub-interpreter, or the end
            self._thread = None
            if not quiet:
                self._complain(str(error))
            return False
        return True

    @property
    def running(self) -> bool:
        """Whether the thread was started and has not ended."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to end. Takes no lock, returns at once."""
        self.stopping = True
        self.bell.ring()

    def join(self, seconds: float) -> bool:
        """Wait for its end. True when it has ended; a thread that waits for itself has not."""
        thread = self._thread
        if thread is None or not thread.is_alive():
            return True
        if thread is threading.current_thread():
            return False
        thread.join(max(seconds, 0.0))
        return not thread.is_alive()

    def after_fork(self) -> None:
        """In the child: the thread is gone, the bell may be in any state."""
        self._thread = None
        self.bell = Bell()

    def _complain(self, why: str) -> None:
        self._log.error(
            "threads",
            f"no thread can be started ({why}): flags do not follow changes and nothing is "
            "reported. Call client.poll() regularly from your own loop.",
        )


def threads_can_run() -> bool:
    """False in a uWSGI worker without `enable-threads`: a thread would start and never run."""
    uwsgi = sys.modules.get("uwsgi")
    options = getattr(uwsgi, "opt", None)
    if not isinstance(options, dict):
        return True
    return any(options.get(name) for name in (
        "enable-threads", b"enable-threads", "threads", b"threads",
    ))  # fmt: skip


def deadline(seconds: float) -> Callable[[], float]:
    """A function that says how much of so many seconds is left."""
    until = time.monotonic() + seconds
    return lambda: max(0.0, until - time.monotonic())
