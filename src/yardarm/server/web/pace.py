"""Slows down those who guess: a bounded number of failures per client address."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_ADDRESSES = 10_000


class Pace:
    """A bucket of `burst` failures per address, refilled with `per_second`.

    Only failures are paced: a valid key is never refused, whoever else shares its address.
    """

    def __init__(
        self,
        burst: int = 100,
        per_second: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def fail(self, address: str) -> int:
        """Note a failure. Seconds to wait before the next is looked at, 0 when there is no need."""
        now = self._monotonic()
        left, at = self._left.pop(address, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._per_second) - 1
        self._left[address] = (max(left, 0.0), now)
        while len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return 0 if left >= 0 else math.ceil(1 / self._per_second)
