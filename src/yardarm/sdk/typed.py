"""Flags as typed objects: what `yardarm codegen python` writes modules of.

>>> NEW_SEARCH = BooleanFlag("new-search", ("on", "off"))
>>> NEW_SEARCH({"key": "user-1"})
False

They ask the process's client (see `set_client`) at each call; without one they answer fallbacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar, overload

from .current import CURRENT, LOG, find_client
from .extracting import Contextual
from .flagged import check_key

T = TypeVar("T")
V = TypeVar("V", bound=str)
D = TypeVar("D")


class _TypedFlag(Generic[V]):
    """What the flags of every type have in common: a key, and the variants known to the code."""

    __slots__ = ("_variants", "key")

    def __init__(self, key: str, variants: Iterable[V]) -> None:
        check_key(key)
        self.key = key
        self._variants: dict[str, V] = {variant: variant for variant in variants}

    def variant(self, context: Contextual = None) -> V | None:
        """The key of the variant served, for `match`; None where the fallback would be.

        A variant that is newer than this code is None too, and logged.
        """
        client = CURRENT.client or find_client()
        if client is None:
            return None
        found = client.variant(self.key, context)
        if found and found not in self._variants:
            why = f"flag {self.key!r} serves variant {found!r}, which this code does not know yet"
            LOG.warning(f"variant of {self.key}", why)
        return self._variants.get(found)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key!r}, {tuple(self._variants)!r})"


class BooleanFlag(_TypedFlag[V]):
    """A boolean flag."""

    __slots__ = ()

    def __call__(self, context: Contextual = None, fallback: bool = False) -> bool:
        """The value, as `Client.boolean` answers."""
        client = CURRENT.client or find_client()
        return fallback if client is None else client.boolean(self.key, context, fallback)


class StringFlag(_TypedFlag[V]):
    """A string flag."""

    __slots__ = ()

    def __call__(self, context: Contextual = None, fallback: str = "") -> str:
        """The value, as `Client.string` answers."""
        client = CURRENT.client or find_client()
        return fallback if client is None else client.string(self.key, context, fallback)


class IntegerFlag(_TypedFlag[V]):
    """An integer flag."""

    __slots__ = ()

    def __call__(self, context: Contextual = None, fallback: int = 0) -> int:
        """The value, as `Client.integer` answers."""
        client = CURRENT.client or find_client()
        return fallback if client is None else client.integer(self.key, context, fallback)


class NumberFlag(_TypedFlag[V]):
    """A number flag."""

    __slots__ = ()

    def __call__(self, context: Contextual = None, fallback: float = 0.0) -> float:
        """The value, as `Client.number` answers."""
        client = CURRENT.client or find_client()
        return fallback if client is None else client.number(self.key, context, fallback)


class JsonFlag(_TypedFlag[V], Generic[T, V]):
    """A json flag, whose values are of a type that its schema describes."""

    __slots__ = ()

    @overload
    def __call__(self, context: Contextual = None) -> T | None: ...
    @overload
    def __call__(self, context: Contextual, fallback: D) -> T | D: ...
    @overload
    def __call__(self, context: Contextual = None, *, fallback: D) -> T | D: ...

    def __call__(self, context: Contextual = None, fallback: Any = None) -> Any:
        """The value, as `Client.json` answers: a new copy each time."""
        client = CURRENT.client or find_client()
        return fallback if client is None else client.json(self.key, context, fallback)
