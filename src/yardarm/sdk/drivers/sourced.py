"""The driver of a client that follows a source: a file, a table, whatever keeps a document.

The source is asked at regular times. What cannot be read or is not valid changes nothing: one
warning says where the mistake is.
"""

from __future__ import annotations

import os
import threading
import weakref

from ...errors import DocumentError
from ..greenlets import threads_are_greenlets
from ..log import Log
from ..serving import Serving
from ..sources import Source, problem_of
from ..status import Origin
from .file import load
from .thread import Worker, deadline


class Sourced:
    """Follows one source, `at_once` with its first document before anything is evaluated."""

    def __init__(
        self, serving: Serving, source: Source, log: Log, every_seconds: float,
        *, origin: Origin, at_once: bool,
    ) -> None:  # fmt: skip
        self._serving = serving
        self._source = source
        self._log = log
        self._every_seconds = every_seconds
        self._origin = origin
        self._turn = threading.Lock()
        self._mark = ""
        self._valid = False
        self._worker = Worker(origin, self._run, log)
        _drivers.add(self)
        if at_once:
            self.poll()

    def start(self) -> None:
        """Follow the source."""
        self._worker.start()

    def poll(self) -> bool:
        """Ask the source now. True when what is served is what it holds."""
        with self._turn:
            try:
                self._ask()
            except DocumentError as error:
                first = error.problems[0] if error.problems else error
                more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
                self._complain(f"{self._source.name} is not valid: {first}{more}")
            except Exception as error:
                self._complain(f"{self._source.name} cannot be read: {problem_of(error)}")
            return not self._serving.status.error

    def hold(self, seconds: float) -> bool:
        """Before a fork: wait until no look is under way, and begin none. True when that worked."""
        return self._turn.acquire(timeout=seconds)

    def release(self) -> None:
        """After it: go on."""
        self._turn.release()

    def _ask(self) -> None:
        found = self._source.fetch(self._mark)
        if found is not None:
            self._mark = found.mark  # a broken one is complained about once, not at every look
            self._valid = False
            snapshot = load(found.data, toml=found.toml)
            with self._serving.lock:
                step = self._serving.continuity.replace(snapshot)
                self._serving.follow(step, self._origin)
            self._valid = True
        status = self._serving.status
        if self._valid and (status.error or not status.ready):
            self._serving.settled()
            self._log.settled(self._origin)

    def _complain(self, text: str) -> None:
        held = self._serving.continuity.snapshot
        kept = "fallbacks are used" if held is None else "what was read before stays in use"
        self._log.warning(self._origin, f"{text}; {kept}")
        self._serving.note(error=text)

    def _run(self) -> None:
        while not self._worker.stopping:
            try:
                self.poll()
            except Exception as error:  # a mistake of ours must not end the thread
                self._log.error(self._origin, f"unexpected {type(error).__name__}: {error}")
            self._worker.bell.wait(self._every_seconds)

    def finish(self) -> None:
        """Stop following."""
        self._worker.stop()

    def join(self, seconds: float) -> None:
        """Wait for the thread."""
        self._worker.join(seconds)

    def abandon(self) -> None:
        """Nobody holds the client any more."""
        self._worker.stop()

    def after_fork(self) -> None:
        """In the child: follow with a thread of its own."""
        self._turn = threading.Lock()
        self._serving.after_fork()
        self._worker.after_fork()
        self._worker.restart()


FORK_SECONDS = 1.0
"""How long a fork waits for a look to end, whose libraries may hold locks that a child inherits."""

_drivers: weakref.WeakSet[Sourced] = weakref.WeakSet()
_held: list[Sourced] = []


def _before_fork() -> None:
    if not threads_are_greenlets():  # those are between looks, or the child is not helped by it
        left = deadline(FORK_SECONDS)
        _held.extend(driver for driver in list(_drivers) if driver.hold(left()))


def _after_in_parent() -> None:
    while _held:
        _held.pop().release()


if hasattr(os, "register_at_fork"):
    # The child's drivers get turns of their own, see `after_fork`.
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_held.clear
    )
