"""The driver of a client that reads a file and follows it.

The file is a native document in JSON or TOML, or a snapshot in the native format. It is looked at
once a second at most; when its time, size or identity changed, it is read. A file that cannot be
read or is not valid changes nothing: one warning says where the mistake is.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

from ...core.codec import document_from_json
from ...core.jsontext import parse_json
from ...core.snapshot import Snapshot, decode, from_document
from ...core.validate import validate
from ...errors import DocumentError, Problem
from ..log import Log
from ..serving import Serving
from .thread import Worker

MAX_BYTES = 64 * 1024 * 1024
LOOK_SECONDS = 1.0


class File:
    """Follows one file."""

    def __init__(
        self, serving: Serving, path: str | os.PathLike[str], log: Log, look_seconds: float
    ) -> None:
        self._serving = serving
        self._path = os.fspath(path)
        self._log = log
        self._look_seconds = look_seconds
        self._mark: object = None
        self._worker = Worker("file", self._run, log)
        if self._path.endswith(".toml"):
            import tomllib  # noqa: F401  # here, not in a thread that a fork may catch importing
        self.poll()

    def start(self) -> None:
        """Follow the file."""
        self._worker.start()

    def poll(self) -> bool:
        """Look at the file now. True when what is served is what it holds."""
        try:
            with self._serving.lock:
                self._look()
        except OSError as error:
            self._complain(f"{self._path} cannot be read: {error.strerror or error}")
        except DocumentError as error:
            first = error.problems[0] if error.problems else error
            more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
            self._complain(f"{self._path} is not valid: {first}{more}")
        return not self._serving.status.error

    def _look(self) -> None:
        found = os.stat(self._path)
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        if mark == self._mark:
            return
        self._mark = mark  # a broken file is complained about once, not once a second
        with open(self._path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        snapshot = load(data, toml=self._path.endswith(".toml"))
        self._serving.follow(self._serving.continuity.replace(snapshot), "file")
        self._serving.settled()
        self._log.settled("file")

    def _complain(self, text: str) -> None:
        held = self._serving.continuity.snapshot
        kept = "fallbacks are used" if held is None else "what was read before stays in use"
        self._log.warning("file", f"{text}; {kept}")
        self._serving.note(error=text)

    def _run(self) -> None:
        while True:
            self._worker.bell.wait(self._look_seconds)
            if self._worker.stopping:
                return
            try:
                self.poll()
            except Exception as error:  # a mistake of ours must not end the thread
                self._log.error("file", f"unexpected {type(error).__name__}: {error}")

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
        self._serving.after_fork()
        self._worker.after_fork()
        self._worker.restart()


def load(data: bytes, *, toml: bool = False) -> Snapshot:
    """The snapshot that a file's bytes hold. Raises `DocumentError`."""
    if len(data) > MAX_BYTES:
        raise DocumentError([Problem("", f"more than {MAX_BYTES >> 20} MiB")])
    if not toml and _is_snapshot(data):
        return decode(data)
    document = document_from_json(_read_toml(data) if toml else parse_json(data))
    problems = [problem for problem in validate(document) if problem.severity == "error"]
    if problems:
        raise DocumentError(problems)
    return from_document(document)


def _is_snapshot(data: bytes) -> bool:
    """A snapshot's header is a line of its own that names a root."""
    first, end, _ = data.partition(b"\n")
    return bool(end) and first[:1] == b"{" and first.rstrip()[-1:] == b"}" and b'"root"' in first


def _read_toml(data: bytes) -> Any:
    import tomllib

    try:
        return _plain(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError([Problem("", f"not TOML: {error}")]) from None


def _plain(value: Any) -> Any:
    """TOML's dates as the text that a document has."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value
