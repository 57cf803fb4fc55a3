"""Reads the override file whenever it changed. For the SDK's driver and for the server alike."""

from __future__ import annotations

import os

from ...errors import DocumentError
from ..overrides import NOTHING, Overrides, read_overrides

MAX_BYTES = 1024 * 1024


def mark_of(path: str) -> object:
    """What is another as soon as the file is. Raises `OSError`."""
    found = os.stat(path)
    # The time of change too: who makes it readable leaves all else as it was.
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


class OverrideFile:
    """One file. `held` is what it said when it could last be read, `problem` what is wrong now.

    A file that is not there overrides nothing. One that cannot be read, or makes no sense, changes
    nothing: what was read before stays in force.
    """

    __slots__ = ("_mark", "held", "path", "problem")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.held: Overrides = NOTHING
        self.problem = ""
        self._mark: object = None

    def look(self) -> bool:
        """Read the file if it changed. True when `held` or `problem` is another than before."""
        before = self.held, self.problem
        try:
            mark = mark_of(self.path)
            if mark == self._mark:
                return False
            with open(self.path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
            self._mark = mark
            self._take(data)
        except FileNotFoundError:
            self._mark, self.held, self.problem = None, NOTHING, ""
        except OSError as error:
            self._mark = None  # it is tried again, and told once
            self.problem = f"{self.path} cannot be read: {error.strerror or error}"
        return (self.held, self.problem) != before

    def _take(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            self.problem = f"{self.path} has more than {MAX_BYTES >> 20} MiB"
            return
        try:
            self.held = read_overrides(data, toml=self.path.endswith(".toml"))
            self.problem = ""
        except DocumentError as error:
            self.problem = f"{self.path} is not valid: {error}"
