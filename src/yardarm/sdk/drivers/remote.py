"""The driver of a client of a server: one thread follows, a second one reports.

The second thread waits until the first has reached the server, and is there from the beginning:
Python 3.12 starts no thread when the program ends. Both are daemons, sleep on bells, and are
blocked nowhere but in name look-up and in sockets that `close` shuts under them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..counting import Counting
from ..events import Identity
from ..exposures import Exposures
from ..outbox import Outbox
from ..serving import Serving
from .follow import Follower
from .report import Reporter
from .thread import Worker, deadline

CLOSE_SHARE = 0.75
"""How much of the time to close is left to the last report before connections are cut."""


class Remote:
    """See the top of this file."""

    def __init__(
        self, serving: Serving, counting: Counting, exposures: Exposures, outbox: Outbox,
        follower: Follower, reporter: Reporter | None,
        new_identity: Callable[[], Identity],
    ) -> None:  # fmt: skip
        self._serving = serving
        self._counting = counting
        self._exposures = exposures
        self._outbox = outbox
        self._follower = follower
        self._reporter = reporter
        self._new_identity = new_identity
        self._inherited: list[object] = []
        if reporter is not None:
            serving.when_ready(lambda: reporter.worker.bell.ring())
            exposures.set_bell(reporter.worker.bell)

    def start(self) -> None:
        """Start following and reporting."""
        for worker in self._workers():
            worker.start()

    def poll(self) -> bool:
        """Fetch what changed and send what is due, in the caller's thread.

        Where a thread can be had again, it goes on from here.
        """
        self._follower.prepare()
        reached = self._follower.poll()
        for worker in self._workers():
            worker.start(quiet=True)
        if self._reporter is not None and not self._reporter.worker.running:
            self._reporter.turn()
        return reached

    def finish(self) -> None:
        """Ask both threads to end; the second sends what is left first."""
        for worker in self._workers():
            worker.stop()

    def join(self, seconds: float) -> None:
        """Wait for the last report, then cut every connection."""
        left = deadline(seconds)
        if self._reporter is not None:
            self._reporter.join(left() * CLOSE_SHARE)
        self._follower.transport.lines.cut()
        self._follower.worker.join(left())
        if self._reporter is not None:
            self._reporter.transport.lines.cut()
            self._reporter.worker.join(left())

    def abandon(self) -> None:
        """Nobody holds the client any more. What is left is still reported, by its thread."""
        self.finish()
        self._follower.transport.lines.cut()

    def after_fork(self) -> None:
        """Close our copies of the parent's connections, drop the parent's reports, start anew."""
        self._follower.after_fork()
        if self._reporter is not None:
            self._reporter.worker.after_fork()
            self._reporter.identity = self._new_identity()
            self._exposures.set_bell(self._reporter.worker.bell)
        # Kept for ever: their buffers may be locked by a thread that is no more, and the garbage
        # collector would wait for it.
        self._inherited += self._follower.transport.lines.forget()
        if self._reporter is not None:
            self._inherited += self._reporter.transport.lines.forget()
        self._serving.after_fork()
        self._counting.skip()
        self._exposures.clear()
        self._outbox.restart(time.monotonic(), time.time())
        for worker in self._workers():
            worker.restart()

    def _workers(self) -> list[Worker]:
        reporter = self._reporter
        return (
            [self._follower.worker]
            if reporter is None
            else [self._follower.worker, reporter.worker]
        )
