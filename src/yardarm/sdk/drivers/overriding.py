"""A driver beside a driver: follows the override file, whatever brings the flags themselves.

Its thread looks at the file twice a second and swaps what is served; it needs neither the server
nor the network, and never waits for the other driver.
"""

from __future__ import annotations

import os

from ..log import Log
from ..overrides import Override
from ..serving import Serving
from . import Driver
from .override_file import OverrideFile
from .thread import Worker, deadline

LOOK_SECONDS = 0.5


class Overriding:
    """Follows one file, and passes all else on to `inner`."""

    def __init__(
        self, inner: Driver, serving: Serving, path: str | os.PathLike[str], log: Log,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:  # fmt: skip
        self.inner = inner
        self._serving = serving
        self._file = OverrideFile(path)
        self._log = log
        self._look_seconds = look_seconds
        self._in_force = Override()
        self._worker = Worker("overrides", self._run, log)
        if self._file.path.endswith(".toml"):
            import tomllib  # noqa: F401  # here, not in a thread that a fork may catch importing
        self.look()

    def look(self) -> None:
        """Look at the file now, and serve what it says."""
        with self._serving.lock:
            if self._file.look() and self._file.problem:
                self._log.warning(
                    "override file", f"{self._file.problem}; what it said before stays in force"
                )
            elif not self._file.problem:
                self._log.settled("override file")
            now = self._serving.status
            wanted = self._file.held.of(now.project, now.environment)
            if wanted == self._in_force:
                return
            self._in_force = wanted
            self._serving.override(wanted)
        said = f"in force: {wanted.words()}" if wanted.keys else "no longer in force"
        self._log.warning("overrides", f"overrides of {self._file.path} are {said}")

    def _run(self) -> None:
        while True:
            self._worker.bell.wait(self._look_seconds)
            if self._worker.stopping:
                return
            try:
                self.look()
            except Exception as error:  # a mistake of ours must not end the thread
                self._log.error("overrides", f"unexpected {type(error).__name__}: {error}")

    def start(self) -> None:
        """Follow the file too."""
        self.inner.start()
        self._worker.start()

    def poll(self) -> bool:
        """Look at the file now, then do what the other driver does."""
        self.look()
        return self.inner.poll()

    def finish(self) -> None:
        """Begin to end."""
        self._worker.stop()
        self.inner.finish()

    def join(self, seconds: float) -> None:
        """Wait for the end of both."""
        left = deadline(seconds)
        self.inner.join(seconds)
        self._worker.join(left())

    def abandon(self) -> None:
        """Nobody holds the client any more."""
        self._worker.stop()
        self.inner.abandon()

    def after_fork(self) -> None:
        """In the child: follow with a thread of its own."""
        self.inner.after_fork()
        self._worker.after_fork()
        if not self._worker.stopping:
            self._worker.start()
