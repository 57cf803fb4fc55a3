"""LaunchDarkly's rollouts and experiments, as its server SDK for Python (9.18) places them.

The bucket is a float from 0 to 1: the first 60 bits of SHA-1 over ``seed.unit`` (UTF-8), divided by
the float nearest to 2^60 - 1. `seed` is ``flagKey.salt`` (``segmentKey.salt``), or the decimal
digits of a rollout's own seed. Text is hashed as it is, an integer as its decimal digits; any other
value, and an attribute that is missing, is bucket 0.0. A context without the kind has the bucket
-1.0, which comes before every arm that has any share.

An arm reaches from where the one before ends to the sum of weights so far, added up as floats of
``weight / 100000.0``; the last arm has whatever is beyond. A seed or unit that cannot
be written in UTF-8 (a lone surrogate) raises `UnicodeEncodeError`, which fails the evaluation, as
there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha1
from typing import Any

from ..model import Bucketing, Range
from .algorithms import Algorithm, Place

ABSENT = -1.0
"""The bucket of a context that does not have the kind."""
_SCALE = float(0xFFFFFFFFFFFFFFF)
_WEIGHT = 100_000.0
_from_bytes = int.from_bytes


def place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    """From the values of `by` to the bucket.

    `by` is the attribute, and behind it `key`, which tells a missing attribute from a missing kind.
    The attribute `kind` stands for the name of the kind.
    """
    seed = flag_key if bucketing.seed is None else bucketing.seed
    prefix = f"{seed}."
    by_kind = bucketing.by[0] == "kind"

    def bucket(values: Sequence[Any]) -> float:
        value = values[0]
        kind = type(value)
        if kind is not str:
            if value is None:
                if values[-1] is None:
                    return ABSENT
                if not by_kind:
                    return 0.0
                value = bucketing.kind
            elif kind is int:
                value = str(value)
            elif issubclass(kind, str):
                value = str.__str__(value)
            else:
                return 0.0
        digest = sha1((prefix + value).encode("utf-8"), usedforsecurity=False).digest()
        return (_from_bytes(digest[:8], "big") >> 4) / _SCALE

    return bucket


def ranges(weights: Sequence[float]) -> list[Range]:
    """Each arm's range. The first begins below the bucket of a missing kind.

    A negative weight takes nothing and gives nothing back: whoever was below an earlier sum has
    been served already.
    """
    found: list[Range] = []
    start, sum_ = ABSENT, 0.0
    for weight in weights:
        sum_ += weight / _WEIGHT
        end = max(start, sum_)
        found.append((start, end))
        start = end
    return found


_ROLLOUT = Algorithm(
    place,
    "LaunchDarkly: SHA-1 of seed.unit as a float from 0 to 1, weights in parts of 100,000",
    ranges=ranges,
    rest=True,
    chain=True,
)

ALGORITHMS: Mapping[str, Algorithm] = {
    "launchdarkly": _ROLLOUT,
    "launchdarkly.experiment": Algorithm(
        place,
        "LaunchDarkly's experiments: placed like its rollouts; tracked arms count as assignments",
        ranges=ranges,
        rest=True,
        chain=True,
    ),
}
"""LaunchDarkly's algorithms by name."""
