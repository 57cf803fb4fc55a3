"""An experiment's variations and their buckets, as the arms of a split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core import model as m
from ...core.javascript.inherited import Function
from ...core.javascript.values import at, text, truthy
from . import experiments as e
from .units import Malformed, disjoint
from .variants import Variants


@dataclass(frozen=True, slots=True)
class Shared:
    """What an experiment serves. `split` None: everybody passes on to the next rule. `metadata`
    is what a rule has to know of it, `broken` the buckets in which the SDK fails."""

    split: m.Split | None
    metadata: dict[str, m.Json]
    broken: tuple[m.Range, ...] = ()


def shared(
    settled: e.Settled,
    weights: m.Json,
    bucketing: m.Bucketing,
    variants: Variants,
    *,
    passing: bool = False,
) -> Shared:
    """The split of an experiment. `passing`: variations that pass on to the next rule are served
    all the same. Raises `Malformed`."""
    made = settled.experiment
    assert made is not None
    values = made["variations"]
    metadata: dict[str, m.Json] = {}
    for name in ("blocked", "sticky"):
        if getattr(settled, name):
            metadata[name] = True
    if settled.force is not None:
        metadata["force"] = settled.force.variation

    def of(index: int) -> m.Json:
        """The variation whose value and meta count for who is assigned this one."""
        return index if settled.force is None else settled.force.variation

    everybody = range(len(values))
    if _follows_from_weights(made, settled) and all(
        (passing or is_served(made, of(i))) and not is_broken(made, of(i)) for i in everybody
    ):
        shares = zip(everybody, e.weights_of(weights, len(values)), strict=True)
        plain = tuple(m.Arm(variants.arm(at_index(values, of(i))), weight) for i, weight in shares)
        return Shared(m.Split(plain, bucketing), metadata)
    pieces = [(i, own) for i, own in _pieces(settled, weights) if i < len(values)]
    broken = tuple(piece for i, own in pieces if is_broken(made, of(i)) for piece in own)
    served = [(i, own) for i, own in pieces if passing or is_served(made, of(i))]
    indices = [i for i, _ in served]
    if indices != list(everybody):
        metadata["arms"] = indices
    arms = tuple(
        m.Arm(variants.arm(at_index(values, of(i))), sum(end - start for start, end in own), own)
        for i, own in served
    )
    return Shared(m.Split(arms, bucketing) if arms else None, metadata, broken)


def _pieces(settled: e.Settled, weights: m.Json) -> list[tuple[int, tuple[m.Range, ...]]]:
    """The buckets of each variation."""
    if settled.variation is not None or settled.blocked:
        return [(settled.variation or 0, ((0.0, 1.0),))]
    made = settled.experiment
    assert made is not None
    written = made.get("ranges")
    if truthy(written) and not e.are_ranges(written):
        raise Malformed("the ranges are no list of ranges")
    return list(enumerate(disjoint(e.ranges_of(made, weights))))


def _follows_from_weights(made: e.Experiment, settled: e.Settled) -> bool:
    """Whether the ranges follow from the weights alone."""
    if truthy(made.get("ranges")) or settled.variation is not None or settled.blocked:
        return False
    return bool(made.get("coverage", 1) == 1)


def is_broken(experiment: e.Experiment, variation: m.Json) -> bool:
    """Whether the SDK fails for who gets this variation: there is a list of meta without it."""
    meta = experiment.get("meta")
    if not truthy(meta) or not isinstance(meta, list):
        return False
    return at_index(meta, variation) is None


def is_served(experiment: e.Experiment, variation: m.Json) -> bool:
    """Whether a variation gives its value, and does not pass on to the next rule."""
    if is_broken(experiment, variation):
        return False
    return not truthy(meta_of(experiment, variation).get("passthrough"))


def meta_of(experiment: e.Experiment, variation: m.Json) -> Mapping[str, Any]:
    """What the document says of a variation beside its value."""
    meta = experiment.get("meta")
    found = at_index(meta, variation) if isinstance(meta, list) else None
    if isinstance(found, Function):
        return {"name": found.name}
    return found if isinstance(found, dict) else {}


def at_index(values: list[m.Json], variation: m.Json) -> m.Json:
    """What a list has under whatever names a variation, a method too; None for nothing."""
    if type(variation) is int:
        return values[variation] if 0 <= variation < len(values) else None
    return at(values, (text(variation),))
