"""Daemon threads: started, woken, stopped, started again in a forked child.

On gevent they are greenlets, which `greenlets` knows more of.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..bell import Bell
from ..greenlets import (
    begin_soon,
    end_greenlet,
    greenlet_end,
    greenlets_would_block,
    real_thread,
    this_greenlet,
    threads_are_greenlets,
)
from ..log import Log
from .uwsgi import threads_can_run, will_fork


class Worker:
    """One daemon thread that runs `work` until it returns. `work` sleeps on `bell` only."""

    __slots__ = ("_greenlet", "_left_over", "_log", "_thread", "_work", "bell", "name", "stopping")

    def __init__(self, name: str, work: Callable[[], None], log: Log) -> None:
        self.name = name
        self.bell = Bell()
        self.stopping = False
        self._work = work
        self._log = log
        self._thread: threading.Thread | None = None
        self._greenlet: Any = None
        self._left_over: Any = None

    def start(self, *, quiet: bool = False) -> bool:
        """Start the thread if it does not run. False, and one loud error, when none can be had."""
        if self._thread is not None or self.stopping:
            return True
        why = _obstacle()
        if not why and will_fork():
            return True  # it is started again after the fork
        if not why:
            work = self._in_greenlet if threads_are_greenlets() else self._in_thread
            name = f"yardarm-{self.name}"
            try:
                self._thread = threading.Thread(target=work, name=name, daemon=True)
                self._thread.start()
                return True
            except RuntimeError as error:  # no more threads, a sub-interpreter, or the end
                self._thread = None
                why = str(error)
        if not quiet:
            self._complain(why)
        return False

    def _in_thread(self) -> None:
        with real_thread():
            self._work()
        _be_known()

    def _in_greenlet(self) -> None:
        self._greenlet = this_greenlet()
        with suppress(greenlet_end()):
            self._work()
        _be_known()

    @property
    def started(self) -> bool:
        """Whether there is a thread, or was one."""
        return self._thread is not None

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
        if self._greenlet is not None:
            end_greenlet(self._greenlet)
        self._thread, self._greenlet, self._left_over = None, None, self._greenlet
        self.bell = Bell()

    def end_if_left_over(self) -> None:
        """When something failed: in a greenlet left over from before a fork it is not worth a word.

        That one's end is under way, and raised here.
        """
        if self._left_over is not None and this_greenlet() is self._left_over:
            raise greenlet_end()

    def restart(self) -> None:
        """In the child: start again, unless it was asked to end."""
        if threads_are_greenlets():
            begin_soon(self.start)  # gevent has not done its own part yet
        else:
            self.start()

    def _complain(self, why: str) -> None:
        self._log.error(
            "threads",
            f"no thread can be started ({why}): flags do not follow changes and nothing is "
            "reported. Call client.poll() regularly from your own loop.",
        )


def _obstacle() -> str:
    """Why a thread would be of no use here; empty if it would be."""
    if not threads_can_run():
        return "this uWSGI has no threads: set enable-threads"
    if greenlets_would_block():
        return "gevent has replaced threads but not sockets: let monkey.patch_all() replace both"
    return ""


def _be_known() -> None:
    """Before the end: `threading` forgets us by a name that it may have from before gevent came,
    or have forgotten in a fork. Asking who we are has it know us."""
    threading.current_thread()


def deadline(seconds: float) -> Callable[[], float]:
    """A function that says how much of so many seconds is left."""
    until = time.monotonic() + seconds
    return lambda: max(0.0, until - time.monotonic())
