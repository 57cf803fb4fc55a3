"""What our rules and defaults serve, as LaunchDarkly's variations and rollouts.

A split of its own algorithms is written as it is. Units that another algorithm places cannot be
placed alike; such a split is replaced by one variant, or by a rollout of the same shares that
places everybody anew where the option `splits` is `rehash`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...core import model as m
from ...core.bucketing.launchdarkly import ranges
from .serving import EXPERIMENT, ROLLOUT
from .write_clauses import Unsayable
from .write_conditions import placed

_Raw = dict[str, m.Json]


@dataclass(frozen=True, slots=True)
class Target:
    """The flag that is written: its variants' indices, and the seed of its rollouts."""

    index: Mapping[str, int]
    seed: str
    rehash: bool


def served_of(serve: m.Serve, flag: Target) -> _Raw:
    """A `variation` or a `rollout`. Raises `Unsayable`."""
    match serve:
        case str():
            return {"variation": flag.index[serve]}
        case m.Split():
            return {"rollout": _rollout(serve, flag)}
        case m.Logic():
            raise Unsayable("a variant named by JSONLogic")
        case m.Fault():
            return {}


def _rollout(split: m.Split, flag: Target) -> _Raw:
    algorithm = split.bucketing.algorithm
    if algorithm not in (ROLLOUT, EXPERIMENT):
        if not flag.rehash:
            raise Unsayable(f"a split of units that {algorithm!r} places")
        return _rehashed(split, flag)
    weights = _weights(split)
    if split.bucketing.layer is not None or weights is None or not _goes_by_one(split):
        raise Unsayable("a split with ranges, a layer or a chain of attributes")
    out: _Raw = {
        **placed(split.bucketing, "contextKind"),
        **_seed(split.bucketing, flag),
        "variations": [
            _arm(flag.index[arm.variant], weight, arm.tracked)
            for arm, weight in zip(split.arms, weights, strict=True)
        ],
    }
    return {"kind": "experiment", **out} if algorithm == EXPERIMENT else out


def _arm(variation: int, weight: int, tracked: bool) -> _Raw:
    out: _Raw = {"variation": variation, "weight": weight}
    return out if tracked else {**out, "untracked": True}


def _weights(split: m.Split) -> list[int] | None:
    """The arms' weights, None where their ranges do not follow from them."""
    weights = [arm.weight for arm in split.arms]
    whole = [int(weight) for weight in weights]
    if whole != weights:
        return None
    for arm, range_ in zip(split.arms, ranges(weights), strict=True):
        if arm.ranges is not None and arm.ranges != (range_,):
            return None
    return whole


def _goes_by_one(split: m.Split) -> bool:
    by = split.bucketing.by
    return by == ("key",) or (len(by) == 2 and by[1] == "key")


def _seed(bucketing: m.Bucketing, flag: Target) -> _Raw:
    """The seed, where it is not made of the flag's key and salt."""
    seed = bucketing.seed
    if seed == flag.seed:
        return {}
    digits = (seed or "").removeprefix("-")
    if digits.isascii() and digits.isdigit() and str(int(seed or "")) == seed:
        return {"seed": int(seed)}
    raise Unsayable(f"a split with the seed {seed!r}")


def _rehashed(split: m.Split, flag: Target) -> _Raw:
    """A rollout of the same shares, in which everybody is placed anew."""
    by = split.bucketing.by
    if len(by) > 1 or split.bucketing.layer is not None:
        raise Unsayable("a split with a layer or a chain of attributes")
    weights = [round(arm.weight) for arm in split.arms]
    rest = m.PARTS - sum(weights)
    arms = [
        _arm(flag.index[arm.variant], weight, arm.tracked)
        for arm, weight in zip(split.arms, weights, strict=True)
    ]
    if rest > 0:
        if split.outside is None:
            raise Unsayable("a split that leaves some units to the next rule or to the caller")
        arms.append(_arm(flag.index[split.outside], rest, tracked=False))
    return {**placed(split.bucketing, "contextKind"), "variations": arms}
