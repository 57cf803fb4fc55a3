"""Where documents are kept, beside servers: what `Client.from_source` follows.

A source is asked again and again, on the client's own thread, whether its document changed. It may
take its time and may raise whatever it likes: nothing of that changes what is served.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from ..errors import OptionError

MAX_BYTES = 64 * 1024 * 1024


class Content(NamedTuple):
    """What a source holds.

    `data` is a document in JSON (in TOML with `toml`) or a snapshot in the native format, `mark`
    any text that differs whenever the data does.
    """

    data: bytes
    mark: str
    toml: bool = False


class Source(Protocol):
    """Keeps a document. Anything with a `name`, for the log, and this method will do."""

    @property
    def name(self) -> str:
        """What the log and `status.error` call it."""

    def fetch(self, mark: str) -> Content | None:
        """What it holds now, or None when that still has this mark; the first one is empty.

        Raises anything when the source cannot be reached or holds nothing. It is called by one
        thread at a time, in a forked child by another one.
        """


class WritableSource(Source, Protocol):
    """A source that documents can be put into."""

    def write(self, data: bytes) -> None:
        """Hold this from now on, in one step. Raises anything when that cannot be done."""


class MemorySource:
    """A document that the program itself holds, for tests and for sources of its own making."""

    def __init__(self, document: Mapping[str, Any] | bytes, name: str = "memory") -> None:
        self.name = name
        self._held = _content(encoded(document))

    def fetch(self, mark: str) -> Content | None:
        """The document that was written last."""
        held = self._held
        return None if held.mark == mark else held

    def write(self, data: bytes) -> None:
        """Hold another document. Raises `DocumentError` when it is not valid."""
        self._held = _content(encoded(data))


class FileSource:
    """A file: JSON, TOML (`.toml`) or a snapshot."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.name = os.fspath(path)
        self._toml = self.name.endswith(".toml")

    def fetch(self, mark: str) -> Content | None:
        """The file's bytes, when its time, size or identity changed."""
        found = os.stat(self.name)
        now = f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"
        if now == mark:
            return None
        with open(self.name, "rb") as file:
            return Content(file.read(MAX_BYTES + 1), now, self._toml)

    def write(self, data: bytes) -> None:
        """Replace the file in one step. Raises `OSError`, or `DocumentError` when not valid."""
        if self._toml:
            raise OptionError(f"{self.name}: documents are written as JSON; name it .json")
        replace_file(self.name, encoded(data))


class ChainedSource:
    """The first of several sources that can be read.

    One that cannot be read, or is empty, is passed over until it can be; one whose document is not
    valid is not.
    """

    def __init__(self, *sources: Source) -> None:
        if not sources:
            raise OptionError("a chain needs at least one source")
        self.name = " | ".join(source.name for source in sources)
        self._sources = sources

    def fetch(self, mark: str) -> Content | None:
        """What the first source has that answers. Raises `LookupError` when none does."""
        at, _, known = mark.partition(":")
        problems = []
        for number, source in enumerate(self._sources):
            try:
                found = source.fetch(known if at == str(number) else "")
            except Exception as error:
                problems.append(f"{source.name}: {problem_of(error)}")
                continue
            return None if found is None else found._replace(mark=f"{number}:{found.mark}")
        raise LookupError("; ".join(problems))


class CachedSource:
    """A source with its last valid document kept in a file, for starts without the source.

    A program that has nothing yet gets the file's when the source cannot be read; one that has a
    document keeps that anyway.
    """

    def __init__(self, source: Source, path: str | os.PathLike[str]) -> None:
        self.name = source.name
        self._source = source
        self._path = os.fspath(path)

    def fetch(self, mark: str) -> Content | None:
        """What the source has, or at the start what it had."""
        from .drivers.file import load

        try:
            found = self._source.fetch(mark)
        except Exception:
            if mark:
                raise
            with open(self._path, "rb") as file:
                return Content(file.read(MAX_BYTES + 1), "cached")
        if found is not None:
            # A document that is not valid is for the client to complain about; a disk that is full
            # is no reason to do without flags.
            with suppress(Exception):
                replace_file(self._path, load(found.data, toml=found.toml).encode())
        return found


class ReplicatedSource:
    """A source with replicas: written to all, read from the first that answers.

    What the first source has is copied to replicas that lack it; one that cannot be written gets
    it when it can.
    """

    def __init__(self, source: WritableSource, *replicas: WritableSource) -> None:
        self._chain = ChainedSource(source, *replicas)
        self.name = self._chain.name
        self._source = source
        self._replicas = replicas
        self._latest: bytes | None = None
        self._behind: list[WritableSource] = []

    def fetch(self, mark: str) -> Content | None:
        """What the first source has that answers."""
        found = self._chain.fetch(mark)
        if found is not None and found.mark.startswith("0:") and not found.toml:
            self._latest = found.data
            self._behind = list(self._replicas)
        self._copy()
        return found

    def write(self, data: bytes) -> None:
        """Write to the source and its replicas. Raises what the source does; replicas follow."""
        self._source.write(data)
        self._latest = data
        self._behind = list(self._replicas)
        self._copy()

    def _copy(self) -> None:
        for replica in list(self._behind):
            with suppress(Exception):
                if self._latest is not None:
                    replica.write(self._latest)
                    self._behind.remove(replica)


def encoded(document: Mapping[str, Any] | bytes) -> bytes:
    """A document as the bytes that a source holds. Raises `DocumentError` when it is not valid."""
    from .drivers.file import load

    data = document if isinstance(document, bytes) else json.dumps(dict(document)).encode()
    load(data)
    return data


def mark_of_data(data: bytes) -> str:
    """A mark for sources that have no other: a hash of the data."""
    return sha256(data).hexdigest()


def problem_of(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def replace_file(path: str, data: bytes) -> None:
    """Write a file so that no reader ever sees half of it."""
    beside = f"{path}.{os.getpid()}.{threading.get_ident()}.new"
    try:
        with open(beside, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(beside)


def _content(data: bytes) -> Content:
    return Content(data, mark_of_data(data))
