"""A driver beside a driver: follows the override file and the files of local values.

Its thread looks at them twice a second, whatever brings the flags themselves, and swaps what is
served; it needs neither the server nor the network, and never waits for the other driver.
"""

from __future__ import annotations

import os

from ..arguments import LocalFlags
from ..log import Log
from ..overrides import Override
from ..serving import Serving
from . import Driver
from .local_files import LocalFiles
from .override_file import OverrideFile
from .thread import Worker, deadline

LOOK_SECONDS = 0.5


class Overriding:
    """Follows these files, and passes all else on to `inner`."""

    def __init__(
        self, inner: Driver, serving: Serving, path: str | os.PathLike[str] | None, log: Log,
        look_seconds: float = LOOK_SECONDS, local: LocalFlags | None = None,
    ) -> None:  # fmt: skip
        self.inner = inner
        self._serving = serving
        self._file = None if path is None else OverrideFile(path)
        self._local = LocalFiles(local or LocalFlags())
        self._log = log
        self._look_seconds = look_seconds
        self._in_force = Override()
        self._said = self._local.look()
        self._worker = Worker("overrides", self._run, log)
        paths = [str(path), *map(str, local.files if local else ())]
        if any(one.endswith(".toml") for one in paths):
            import tomllib  # noqa: F401  # here, not in a thread that a fork may catch importing
        self.look(first=True)

    def look(self, *, first: bool = False) -> None:
        """Look at the files now, and serve what they say."""
        with self._serving.lock:
            if self._local:
                self._look_locally(first)
            if self._file is not None:
                self._look_at(self._file)

    def _look_locally(self, first: bool) -> None:
        said = self._local.look()
        if first or said != self._said:
            self._said = said
            self._serving.localise(said)
        for problem in self._local.problems:
            self._log.warning("local file", f"{problem}; what it said before stays in force")
        if not self._local.problems:
            self._log.settled("local file")

    def _look_at(self, file: OverrideFile) -> None:
        if file.look() and file.problem:
            self._log.warning(
                "override file", f"{file.problem}; what it said before stays in force"
            )
        elif not file.problem:
            self._log.settled("override file")
        now = self._serving.status
        wanted = file.held.of(now.project, now.environment)
        if wanted == self._in_force:
            return
        self._in_force = wanted
        self._serving.override(wanted)
        said = f"in force: {wanted.words()}" if wanted.keys else "no longer in force"
        self._log.warning("overrides", f"overrides of {file.path} are {said}")

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
        self._worker.restart()
