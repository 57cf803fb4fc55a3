"""What of a context may leave the process, and what is said of the rest. Pure.

A context is told with the attributes that may leave it; every other attribute that it had is
named in `_private`, so that whoever reads it knows of it and never takes it for absent. Told is
only what JSON says exactly (text, integers up to 2**53, finite numbers, booleans, null, lists and
dicts of those), in all at most 4 KiB in at most 100 attributes; an attribute that does not fit is
withheld whole. Objects of a caller's own classes are withheld without calling any of their methods.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from ..core.context import Context
from ..core.observed import HASHED
from .attributes import MAX_UNIT, meant, one_step
from .options import PrivateValues

MAX_ATTRIBUTES = 100
MAX_VALUE_BYTES = 4_096
"""How long a context's values may be together, as JSON."""

MAX_BYTES = 8_000
"""How long a context may be as JSON, with the names of what is withheld."""

MAX_NAMES = 500
"""A context with more attributes is not told: naming what is withheld would take too long."""

_MAX_DEPTH = 8
_LARGEST_INTEGER = 2**53 - 1
_KEYS = frozenset({"key", "targetingKey"})


class Told(NamedTuple):
    """A context that may leave: as JSON, and how many bytes that is."""

    context: dict[str, Any]
    size: int


class Withholding:
    """The rules of one client.

    `observe` is every attribute, or those named. `private` attributes never leave, whatever
    `observe` says: they are removed, or with a `secret` told as HMAC-SHA256 of their JSON under it.
    """

    __slots__ = ("_named", "_private", "_secret")

    def __init__(
        self, observe: bool | Iterable[str], private: Iterable[str] = (), secret: bytes = b""
    ) -> None:
        self._named = None if isinstance(observe, bool) else frozenset(map(one_step, observe))
        self._private = meant(private)
        self._secret = secret

    def told(
        self, kinds: Mapping[str, Mapping[Any, Any]], private: Iterable[str] = ()
    ) -> Told | None:
        """The context as it may leave. `private` names attributes beside the client's own.

        None when nothing of it may: it has no key or a private one, or is too large to be told
        truthfully.
        """
        hidden = self._private | meant(private) if private else self._private
        # A kind of that name has no form that could be read back.
        if not _KEYS.isdisjoint(hidden) or "_private" in kinds:
            return None
        if sum(map(len, kinds.values())) > MAX_NAMES:
            return None
        telling = _Telling(hidden, self._named, self._secret)
        try:
            parts = {kind: telling.kind(attributes) for kind, attributes in kinds.items()}
            said = {"kind": "multi", **parts, "_private": telling.withheld}
            context = Context.of(said).to_json()
            size = _size(context)
        except (_Unfit, ValueError):  # a key that is too long, a name or a key that is not Unicode
            return None
        if not any("key" in part for part in parts.values()):
            return None
        return Told(context, size) if size <= MAX_BYTES else None


class _Telling:
    """One context on its way out: `withheld` collects names."""

    __slots__ = ("_hidden", "_named", "_room", "_seats", "_secret", "withheld")

    def __init__(self, hidden: frozenset[str], named: frozenset[str] | None, secret: bytes) -> None:
        self._hidden = hidden
        self._named = named
        self._secret = secret
        self._room = MAX_VALUE_BYTES
        self._seats = MAX_ATTRIBUTES
        self.withheld: set[str] = set()

    def kind(self, attributes: Mapping[Any, Any]) -> dict[str, Any]:
        """The attributes of one kind that may leave, and its key."""
        found: dict[str, Any] = {}
        for given, value in attributes.items():
            if not issubclass(type(given), str):
                continue  # no flag can ask for it
            name = str.__str__(given)
            if name == "key":
                if len(value) > MAX_UNIT:
                    raise _Unfit
                found["key"] = value
                continue
            told = self._told(name, value)
            if told is not _WITHHELD:
                found[name] = told
            if told is _WITHHELD or name in self._hidden:
                self.withheld.add(name)
        return found

    def _told(self, name: str, value: Any) -> Any:
        private = name in self._hidden
        if not self._seats or (private and not self._secret):
            return _WITHHELD
        if self._named is not None and name not in self._named:
            return _WITHHELD
        try:
            copied, size = _copied(value, self._room, _MAX_DEPTH)
        except (_Unfit, ValueError):
            return _WITHHELD
        if private:
            copied = {HASHED: _hashed(copied, self._secret)}
            size = _size(copied)
            if size > self._room:
                return _WITHHELD
        self._room -= size
        self._seats -= 1
        return copied


class _Unfit(Exception):
    """A value that is not told."""


_WITHHELD = object()


def secret_of(key: str, values: PrivateValues) -> bytes:
    """What private values are hashed with: nothing when they are removed.

    A hash without a secret would be undone by trying all e-mail addresses there are. The SHA-256
    of the SDK key is known to those who hold the key, and to no one who reads a database of hashes.
    """
    return sha256(key.encode()).digest() if values == "hash" else b""


def _hashed(value: Any, secret: bytes) -> str:
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return hmac.new(secret, text.encode(), sha256).hexdigest()


def _copied(value: Any, room: int, depth: int) -> tuple[Any, int]:
    """A copy of the value as JSON has it, and its bytes. Raises `_Unfit`, `ValueError`."""
    kind = type(value)
    if kind is str:
        size = _size(value) if len(value) <= room else room + 1
    elif kind is bool or value is None:
        size = 5
    elif kind is int and abs(value) <= _LARGEST_INTEGER:
        size = 17
    elif kind is float and value - value == 0:  # neither NaN nor infinite
        size = 25
    elif kind is list and depth:
        return _copied_list(value, room, depth - 1)
    elif kind is dict and depth:
        return _copied_dict(value, room, depth - 1)
    else:
        raise _Unfit
    if size > room:
        raise _Unfit
    return value, size


def _copied_list(values: list[Any], room: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    used = 2
    for value in values:
        copied, size = _copied(value, room - used - 1, depth)
        found.append(copied)
        used += size + 1
    if used > room:
        raise _Unfit
    return found, used


def _copied_dict(values: dict[Any, Any], room: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    used = 2
    for name, value in values.items():
        if type(name) is not str or len(name) > room:
            raise _Unfit
        used += _size(name) + 2
        found[name], size = _copied(value, room - used, depth)
        used += size
    if used > room:
        raise _Unfit
    return found, used


def _size(value: Any) -> int:
    """How many bytes it is as JSON. Raises `ValueError` for text that is not Unicode."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
