"""What was found for a secret's hash, remembered for a short time.

The rules of its state: an entry is used for `seconds` at most, or longer while the database cannot
be asked (losing it changes nothing that is being served), and dropped at once by `forget`; misses
are remembered more briefly and are few, so that guessing fills no memory; what was read before a
`forget` and arrives after it is not remembered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from ..store.errors import StoreError

T = TypeVar("T")

_MOST = 10_000
_MOST_MISSES = 1_000


class Remembered(Generic[T]):
    """A bounded memory from hash to what it stands for (or to nothing)."""

    def __init__(
        self,
        seconds: float = 30.0,
        miss_seconds: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._miss_seconds = miss_seconds
        self._monotonic = monotonic
        self._found: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._missed: OrderedDict[str, float] = OrderedDict()
        self._generation = 0

    async def get(self, key: str, look_up: Callable[[], Awaitable[T | None]]) -> T | None:
        """What `key` stands for, looked up when it is not remembered. Raises `StoreError` when
        it cannot be looked up and was not known before."""
        now = self._monotonic()
        hit = self._found.get(key)
        if hit is not None and now < hit[0]:
            return hit[1]
        if now < self._missed.get(key, now):
            return None
        generation = self._generation
        try:
            value = await look_up()
        except StoreError:
            if hit is None or generation != self._generation:
                raise
            value = hit[1]
        if generation == self._generation:
            self._remember(key, value)
        return value

    def forget(self) -> None:
        """Look everything up anew."""
        self._generation += 1
        self._found.clear()
        self._missed.clear()

    def _remember(self, key: str, value: T | None) -> None:
        now = self._monotonic()
        if value is None:
            self._missed[key] = now + self._miss_seconds
            while len(self._missed) > _MOST_MISSES:
                self._missed.popitem(last=False)
            return
        self._missed.pop(key, None)
        self._found[key] = (now + self._seconds, value)
        while len(self._found) > _MOST:
            self._found.popitem(last=False)
