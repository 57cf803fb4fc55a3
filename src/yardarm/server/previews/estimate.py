"""What a sample says about all contexts: an estimate, and an interval of 95 % confidence.

Each context is in the sample with the known probability `rate`, by the hash of its keys, whatever
else it is. So `k` counted of `m` are binomial. The interval has every `m` for which `k` lies within
1.96 standard deviations: the score interval (E. B. Wilson, "Probable inference, the law of
succession, and statistical inference", 1927), solved for `m`.
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Any

_Z = 1.959964


def interval(low: int, high: int, rate: float) -> list[int]:
    """The bounds of the number of all contexts of which `low` to `high` were counted."""
    if rate >= 1:
        return [low, high]
    return [max(low, floor(_bound(low, rate, -1))), ceil(_bound(high, rate, 1))]


def estimated(low: int, high: int, rate: float) -> dict[str, Any]:
    """The members that stand beside a count of a sample; only the bounds where it is none."""
    if rate >= 1:
        return {"interval": [low, high]}
    return {"estimate": round(low / rate), "interval": interval(low, high, rate)}


def _bound(counted: int, rate: float, sign: int) -> float:
    spread = _Z * _Z * (1 - rate)
    middle = 2 * counted + spread
    return (middle + sign * sqrt(max(0.0, middle * middle - 4 * counted * counted))) / (2 * rate)
