"""Who a flag is evaluated for: one or several kinds, each with a key and attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ContextError
from .model import DEFAULT_KIND

NOBODY: dict[str, Any] = {}
"""Attributes of a kind that a context does not have. Never written to."""

_RESERVED = frozenset({"kind", "multi", "_private"})


class Context:
    """An immutable evaluation context.

    >>> Context("user-1", {"country": "NL", "address": {"city": "Delft"}})
    Context({'country': 'NL', 'address': {'city': 'Delft'}, 'key': 'user-1'})
    >>> Context.multi(Context("user-1"), Context("acme", {"plan": "pro"}, kind="team"))
    Context({'kind': 'multi', 'user': {'key': 'user-1'}, 'team': {'plan': 'pro', 'key': 'acme'}})

    `key` identifies the unit and may be None for an anonymous one (splits by key then do not
    cover it). `private` names attributes that never leave the process in a report.
    A plain dict works wherever a context is asked for: `{"key": "user-1", "country": "NL"}`, with
    `"kind"` for another kind, `{"kind": "multi", "user": {…}, "team": {…}}` for several.
    OpenFeature's `targetingKey` is read as `key`.
    """

    __slots__ = ("kinds", "private", "unit", "user")

    user: dict[str, Any]
    """Attributes (with `key`) of the default kind; empty when the context has no such kind."""
    kinds: dict[str, dict[str, Any]] | None
    """Attributes by kind, or None when the default kind is the only one."""
    unit: str | None
    """Key of the default kind, or of the only kind there is."""
    private: frozenset[str]

    def __init__(
        self,
        key: str | int | None = None,
        attributes: Mapping[str, Any] | None = None,
        *,
        kind: str = DEFAULT_KIND,
        private: Iterable[str] = (),
    ) -> None:
        values = dict(attributes) if attributes else {}
        if key is not None:
            values["key"] = key
        _check_kind(kind)
        self._fill({kind: _attributes(values)}, frozenset(private))

    def _fill(self, kinds: dict[str, dict[str, Any]], private: frozenset[str]) -> None:
        put = object.__setattr__
        user = kinds.get(DEFAULT_KIND, NOBODY)
        put(self, "user", user)
        put(self, "kinds", None if user is not NOBODY and len(kinds) == 1 else kinds)
        only = user if user is not NOBODY or len(kinds) != 1 else next(iter(kinds.values()))
        put(self, "unit", only.get("key"))
        put(self, "private", private)

    @classmethod
    def _of_kinds(cls, kinds: dict[str, dict[str, Any]], private: frozenset[str]) -> Context:
        made = cls.__new__(cls)
        made._fill(kinds, private)
        return made

    @classmethod
    def multi(cls, *contexts: Context) -> Context:
        """One context of several kinds. Raises `ContextError` when a kind comes twice."""
        kinds: dict[str, dict[str, Any]] = {}
        for context in contexts:
            for kind, values in context.by_kind().items():
                if kind in kinds:
                    raise ContextError(f"kind {kind!r} is given twice; merge its attributes")
                kinds[kind] = values
        return cls._of_kinds(kinds, frozenset().union(*(c.private for c in contexts)))

    @classmethod
    def of(cls, value: Any) -> Context:
        """Read whatever a caller gives as context. Raises `ContextError` when it is none."""
        if isinstance(value, Context):
            return value
        if value is None:
            return _EMPTY
        if not isinstance(value, Mapping):
            raise ContextError(
                f"a context is a dict or a Context, not {type(value).__name__}; "
                'pass {"key": "user-1", "country": "NL"}'
            )
        values = dict(value)  # in one step: another thread may be changing it
        private = _names(values.pop("_private", None))
        kind = values.pop("kind", DEFAULT_KIND)
        values.pop("multi", None)
        if kind == "multi":
            return cls._of_kinds({k: _part(k, v) for k, v in values.items()}, private)
        _check_kind(kind)
        return cls._of_kinds({kind: _attributes(values)}, private)

    def by_kind(self) -> dict[str, dict[str, Any]]:
        """Attributes by kind, the default kind included."""
        return self.kinds if self.kinds is not None else {DEFAULT_KIND: self.user}

    def to_json(self) -> dict[str, Any]:
        """The dict form that `Context.of` reads back."""
        kinds = self.by_kind()
        kind, values = next(iter(kinds.items()), ("", {}))
        # An attribute that is called "kind" has room only where the kinds are told apart.
        if len(kinds) == 1 and _RESERVED.isdisjoint(values):
            out = dict(values) if kind == DEFAULT_KIND else {"kind": kind, **values}
        else:
            out = {"kind": "multi", **kinds}
        return {**out, "_private": sorted(self.private)} if self.private else out

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Context is immutable; make a new one to change {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Context):
            return NotImplemented
        return self.by_kind() == other.by_kind() and self.private == other.private

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return (Context._of_kinds, (self.by_kind(), self.private))

    def __repr__(self) -> str:
        return f"Context({self.to_json()!r})"


def _check_kind(kind: Any) -> None:
    if not isinstance(kind, str) or not kind or kind in ("multi", "kind"):
        raise ContextError(f"a context kind is a non-empty name other than 'multi', not {kind!r}")


def _part(kind: Any, values: Any) -> dict[str, Any]:
    _check_kind(kind)
    if isinstance(values, Mapping):
        return _attributes(dict(values))
    raise ContextError(f"kind {kind!r} needs an object of attributes, not {type(values).__name__}")


def _attributes(values: dict[str, Any]) -> dict[str, Any]:
    """Give `values` a usable `key`: a plain str, or none at all."""
    key = values.get("key")
    if key is None:
        key = values.get("targetingKey")
    usable = _key(key)
    if usable is None:
        values.pop("key", None)
    else:
        values["key"] = usable
    return values


def _key(value: Any) -> str | None:
    """A context key as text. Integers are read as their decimal digits, all else is no key."""
    kind = type(value)
    if kind is str:
        return value or None
    if issubclass(kind, str):
        return str.__str__(value) or None
    if kind is int and -(2**63) <= value < 2**64:
        return str(value)
    return None


def _names(value: Any) -> frozenset[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(name for name in value if isinstance(name, str))
    return frozenset()


_EMPTY = Context()
