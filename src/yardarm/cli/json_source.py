"""A program from a document's JSON as it stands, each flag read when it is asked for.

So a malformed flag answers the caller's fallback and leaves its neighbours alone, and a large
document costs no more than the flags that are asked for. Fields that this version does not know
are let pass, as they are from a server; `yardarm validate` names them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..core import model as m
from ..core.codec import read_flag, read_segment
from ..core.jsontext import check_value
from ..core.program import Program
from ..core.reading import Reader, escape, kind_name
from ..errors import DocumentError, Problem

T = TypeVar("T")


class JsonSource:
    """Flags and segments of a document's JSON. See `core.references.Source`."""

    __slots__ = ("_flags", "_segments")

    def __init__(self, value: m.Json) -> None:
        """Raises `DocumentError` for what is no document at all."""
        if not isinstance(value, dict):
            raise DocumentError([Problem("", f"expected an object, found {kind_name(value)}")])
        newest = value.get("format", m.FORMAT)
        if type(newest) is not int or newest > m.FORMAT:
            hint = "upgrade Yardarm to read it"
            raise DocumentError([Problem("/format", f"format {newest!r} is not {m.FORMAT}", hint)])
        if problems := check_value(value):
            raise DocumentError(problems)
        self._flags = _by_key(value, "flags")
        self._segments = _by_key(value, "segments")

    def flag(self, key: str) -> m.Flag:
        """Raises `KeyError` for none, `DocumentError` for a malformed one."""
        return _read(read_flag, self._flags[key], f"/flags/{escape(key)}", key)

    def segment(self, key: str) -> m.Segment:
        """Raises `KeyError` for none, `DocumentError` for a malformed one."""
        return _read(read_segment, self._segments[key], f"/segments/{escape(key)}", key)


def program_of(value: m.Json) -> Program:
    """The program of a document's JSON. Raises `DocumentError` for what is no document at all."""
    return Program(JsonSource(value))


_TWICE = object()
"""Stands for a flag or segment whose key is used twice: nobody knows which one is meant."""


def _by_key(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name, {})
    if isinstance(found, dict):
        return found
    if not isinstance(found, list):
        raise DocumentError([Problem(f"/{name}", f"expected an object, found {kind_name(found)}")])
    collected: dict[str, Any] = {}
    for item in found:
        key = item.get("key") if isinstance(item, dict) else None
        if isinstance(key, str):
            collected[key] = _TWICE if key in collected else item
    return collected


def _read(read: Callable[[Reader, str], T | None], value: Any, pointer: str, key: str) -> T:
    if value is _TWICE:
        raise DocumentError([Problem(pointer, f"the key {key!r} is used twice")])
    problems: list[Problem] = []
    found = read(Reader(value, pointer, problems, strict=False), key)
    if problems or found is None:
        raise DocumentError(problems)
    return found
