"""Flagsmith's percentage: MD5 over ids joined by commas, modulo 9,999, scaled to 0 up to 100.

Source: flagsmith-flag-engine 11. The ids are the feature state's or segment's key and what is
hashed: the identity's key (the environment's key, an underscore and the identifier, which is our
`key`) or, for segments, any value of the context. A percentage of exactly 100 is hashed again with
the ids repeated, once more each time.

`seed` is ``key,environment`` for what goes by identity, with `%` and `,` of the environment's key
written as `%25` and `%2C`; it is the segment's key alone for `flagsmith.value`. Weights add up to
100; a split holds ``start <= percentage < end``, a share of a segment ``percentage <= limit``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any

from ..model import Bucketing
from ..traits import Identity, scalar, shown_text, text_of, trait_value
from .algorithms import Algorithm, Place


def percentage(ids: str) -> float:
    """The percentage of ids that are joined by commas."""
    times = 1
    while True:
        text = ",".join([ids] * times).encode("utf-8", "surrogatepass")
        digest = int.from_bytes(md5(text, usedforsecurity=False).digest(), "big")
        found = digest % 9999 / 9998 * 100
        if found != 100:
            return found
        times += 1


def seed_of(key: str, environment: str) -> str:
    """The seed of what goes by identity."""
    return f"{key},{environment.replace('%', '%25').replace(',', '%2C')}"


def of_seed(seed: str) -> tuple[str, str]:
    """Key and environment of a seed that `seed_of` made."""
    key, _, environment = seed.rpartition(",")
    return key, environment.replace("%2C", ",").replace("%25", "%")


def _by_identity(mapped: bool) -> Callable[[Bucketing, str, float], Place]:
    """Places identities. `mapped`: their key is first read as a trait is (`007` is 7)."""

    def place_of(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        key, environment = of_seed(f"{flag_key}," if bucketing.seed is None else bucketing.seed)
        begin = f"{key},{environment}_"

        def place(value: Any) -> float | None:
            if type(value) is str and not mapped:
                return percentage(begin + value)
            if value is None:
                return None
            if type(value) is not Identity:
                value = Identity(value, f"{environment}_{shown_text(value)}")
            if not mapped:
                return percentage(f"{key},{value.hashed}")
            read = trait_value(scalar(value.key))
            return None if read is None else percentage(f"{key},{text_of(read)}")

        return place

    return place_of


def _by_value(bucketing: Bucketing, flag_key: str, total: float) -> Place:
    key = flag_key if bucketing.seed is None else bucketing.seed

    def place(value: Any) -> float | None:
        read = trait_value(value)
        return None if read is None else percentage(f"{key},{text_of(read)}")

    return place


ALGORITHMS: Mapping[str, Algorithm] = {
    "flagsmith": Algorithm(
        _by_identity(False), "Flagsmith: MD5 of feature state and identity, 0 up to 100", whole=100
    ),
    "flagsmith.identity": Algorithm(
        _by_identity(False),
        "Flagsmith: MD5 of segment and identity, 0 up to 100, limits included",
        whole=100,
        closed=True,
    ),
    "flagsmith.identity_key": Algorithm(
        _by_identity(True),
        "the same, the identity's key read as a trait is",
        whole=100,
        closed=True,
    ),
    "flagsmith.value": Algorithm(
        _by_value,
        "Flagsmith: MD5 of segment and an attribute's value, 0 up to 100, limits included",
        whole=100,
        closed=True,
    ),
}
"""Flagsmith's algorithms by name."""
