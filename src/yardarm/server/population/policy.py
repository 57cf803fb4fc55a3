"""Pure rules: what stays of a context on arrival, and how many there are by what a sample holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor, sqrt
from typing import Any

from ...core.jsontext import canonical
from ...core.model import Json
from ...core.observed import PLACES
from .model import Entry, PopulationPolicy

_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations
_ALWAYS = frozenset({"key"})


def without_dropped(policy: PopulationPolicy, body: bytes) -> bytes:
    """The context without the attributes that the policy does not keep, each named as withheld."""
    if policy.keep is None and not policy.drop:
        return body
    value: dict[str, Any] = json.loads(body)
    parts = (
        [part for name, part in value.items() if name not in ("kind", "_private")]
        if value.get("kind") == "multi"
        else [value]
    )
    reserved = _ALWAYS if value.get("kind") == "multi" else _ALWAYS | {"kind", "_private"}
    gone: set[str] = set()
    for part in parts:
        for name in [name for name in part if name not in reserved and not _kept(policy, name)]:
            del part[name]
            gone.add(name)
    if not gone:
        return body
    value["_private"] = sorted(gone.union(value.get("_private", ())))
    return canonical(value)


def _kept(policy: PopulationPolicy, name: str) -> bool:
    return name not in policy.drop and (policy.keep is None or name in policy.keep)


def joined(entries: Iterable[Entry], *, replaces: bool) -> dict[int, tuple[Entry, Entry]]:
    """By place, the earliest and the latest entry.

    The latest has the sightings of all, or only its own when it `replaces` the others.
    """
    found: dict[int, tuple[Entry, Entry]] = {}
    for entry in entries:
        known = found.get(entry.place)
        if known is None:
            found[entry.place] = (entry, entry)
            continue
        first, last = known
        newest = entry if entry.at >= last.at else last
        if not replaces:
            newest = replace(newest, sightings=last.sightings + entry.sightings)
        found[entry.place] = (entry if entry.at < first.at else first, newest)
    return found


def rate_of(threshold: int) -> float:
    """The share of all contexts that is placed below the threshold."""
    return threshold / PLACES


def estimated(contexts: int, rate: float) -> tuple[int, int, int]:
    """How many contexts there are in all, with the bounds of a 95 % confidence interval.

    Each of N contexts is kept with probability p, so their number n is binomial, and N is
    estimated by n / p. The bounds are the N for which n lies exactly z = 1.96 standard deviations
    from its mean: |n - Np| = z sqrt(Np(1 - p)), which gives

        Np = n + z²(1 - p)/2 ± z sqrt(n(1 - p) + z²(1 - p)²/4)

    (Wilson's score interval, solved for the number of trials: E. B. Wilson, 1927). With p = 1 it is
    n itself; there are never fewer than n.
    """
    spread = _Z * _Z * (1 - rate)
    width = _Z * sqrt(contexts * (1 - rate) + spread * (1 - rate) / 4)
    low = max(contexts, floor((contexts + spread / 2 - width) / rate))
    return round(contexts / rate), low, ceil((contexts + spread / 2 + width) / rate)


def weight_of(value: Json) -> int:
    """How often a context was seen, by what an import says. Raises `ValueError`."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
    if not 0 <= number <= 10**12 or number != int(number):
        raise ValueError("the weight must be a whole number from 0 to 10^12")
    return int(number)
