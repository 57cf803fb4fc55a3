"""Reads the files of local values whenever one of them changed."""

from __future__ import annotations

import os

from ...core.reading import kind_name
from ...errors import DocumentError, OptionError, Problem
from ..arguments import LocalFlags, Parse
from ..local import FileValues, LocalValues
from .override_file import MAX_BYTES, mark_of


class LocalFile:
    """One file. `held` is what it said when it could last be read, `problem` what is wrong now."""

    __slots__ = ("_mark", "_parse", "held", "path", "problem")

    def __init__(self, path: str | os.PathLike[str], parse: Parse) -> None:
        self.path = os.fspath(path)
        self.held = FileValues(os.path.basename(self.path), {})
        self.problem = ""
        self._parse = parse
        self._mark: object = None

    def look(self) -> None:
        """Read the file if it changed."""
        try:
            mark = mark_of(self.path)
            if mark == self._mark:
                return
            with open(self.path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
            self._mark = mark
            self._take(data)
        except FileNotFoundError:
            self._mark, self.held, self.problem = None, FileValues(self.held.name, {}), ""
        except OSError as error:
            self._mark = None
            self.problem = f"{self.path} cannot be read: {error.strerror or error}"

    def _take(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            self.problem = f"{self.path} has more than {MAX_BYTES >> 20} MiB"
            return
        try:
            values = _section(self._parse(data, self.path), self.held.name)
        except (DocumentError, OptionError) as error:
            self.problem = f"{self.path} is not valid: {error}"
            return
        self.held, self.problem = FileValues(self.held.name, values), ""


def _section(value: object, name: str) -> dict[str, object]:
    """The part of the file that says what flags are. Raises `DocumentError`."""
    at = ""
    if name == "pyproject.toml":
        for step in ("tool", "yardarm", "flags"):
            at += f"/{step}"
            value = value.get(step, {}) if isinstance(value, dict) else value
    if not isinstance(value, dict):
        hint = 'write {"new-ui": true}'
        raise DocumentError(
            [
                Problem(
                    at, f"expected an object from flags to values, found {kind_name(value)}", hint
                )
            ]
        )
    return value


class LocalFiles:
    """All files of a program's local flags."""

    __slots__ = ("_files", "_flags")

    def __init__(self, flags: LocalFlags) -> None:
        self._flags = flags
        self._files = [LocalFile(path, flags.parse) for path in flags.files]

    def look(self) -> LocalValues:
        """What is said now."""
        for one in self._files:
            one.look()
        return self._flags.values(tuple(one.held for one in self._files))

    @property
    def problems(self) -> list[str]:
        """What is wrong with files now, in words."""
        return [one.problem for one in self._files if one.problem]

    def __bool__(self) -> bool:
        return bool(self._files)
