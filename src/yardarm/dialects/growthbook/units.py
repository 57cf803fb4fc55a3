"""Which users a rule is for by their units: rollouts, ranges, namespaces, filters, variations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...core import model as m
from ...core.bucketing.growthbook import is_numeric
from ...core.javascript.values import kind, number, text, truthy
from . import experiments as e
from .conditions import NEVER
from .names import Attributes


class Malformed(ValueError):
    """A part at which the SDK throws, or of which nobody can say what it makes."""


@dataclass(frozen=True, slots=True)
class Units:
    """Reads what places units. `sticky`: fallback attributes count, as with sticky buckets."""

    attributes: Attributes
    sticky: bool = False

    def chain(self, item: Mapping[str, m.Json]) -> tuple[str, ...]:
        """The attributes that name the unit of a rule or an experiment."""
        names = [_name(item, "hashAttribute") or "id"]
        if self.sticky and not truthy(item.get("disableStickyBucketing")):
            names.append(_name(item, "fallbackAttribute") or "")
        return tuple(self.attributes.ours(name) for name in names if name)

    def rollout(self, rule: Mapping[str, m.Json], feature: str) -> m.Condition:
        """The users that a force rule of this feature is rolled out to."""
        range_ = rule.get("range")
        if not truthy(range_) and "coverage" not in rule:
            return m.Always()
        version = e.hash_version(rule)
        if version is None:
            return NEVER
        seed = seed_of(rule, feature)
        name = algorithm(version, seed)
        if range_ is not None and truthy(range_):
            wanted = e.range_of(range_)
        else:
            coverage = number(rule["coverage"])
            if coverage != coverage:
                return NEVER
            wanted = (0.0, coverage)
            if not (kind(rule["coverage"]) == "number" and coverage == 0):
                name += ".upto"
        return m.Share(m.Bucketing(name, text(seed), self.chain(rule)), (wanted,))

    def namespace(self, namespace: m.Json, by: tuple[str, ...]) -> m.Condition:
        """The users of a namespace: its name and the share of it that an experiment has."""
        if not isinstance(namespace, list) or not namespace:
            return NEVER
        wanted = e.range_of(namespace[1:])
        return m.Share(m.Bucketing("growthbook.v1", f"__{text(namespace[0])}", by), (wanted,))

    def filters(self, filters: m.Json) -> list[m.Condition]:
        """The users who pass every filter."""
        if not truthy(filters):
            return []
        if not isinstance(filters, list):
            raise Malformed("the filters are no list")
        return [self._filter(each) for each in filters]

    def _filter(self, filter_: m.Json) -> m.Condition:
        if not isinstance(filter_, dict):
            raise Malformed("a filter is no object")
        seed = text(filter_.get("seed", "undefined"))  # as JavaScript writes what is not there
        version = e.hash_version(filter_, 2)
        if version is None:
            return NEVER
        if not e.are_ranges(filter_.get("ranges")):
            raise Malformed("a filter has no ranges")
        by = (self.attributes.ours(_name(filter_, "attribute") or "id"),)
        ranges = tuple(map(e.range_of, filter_["ranges"]))
        # What is not there is no text either, and is added to a number.
        return m.Share(m.Bucketing(algorithm(version, filter_.get("seed")), seed, by), ranges)


def seed_of(item: Mapping[str, m.Json], otherwise: m.Json) -> m.Json:
    """The seed of a rule or an experiment, as it is written."""
    seed = item.get("seed")
    return seed if truthy(seed) else otherwise


def algorithm(version: int, seed: m.Json) -> str:
    """The algorithm of a hash version, for a seed that is text or is not."""
    return f"growthbook.v{version}.numeric" if is_numeric(seed) else f"growthbook.v{version}"


def _name(item: Mapping[str, m.Json], member: str) -> str | None:
    name = item.get(member)
    return text(name) if truthy(name) else None


def disjoint(ranges: Sequence[m.Range]) -> list[tuple[m.Range, ...]]:
    """What each range has for itself where the first of those that overlap counts."""
    whole: list[tuple[m.Range, ...]] = [
        ((start, end),) if start < end else () for start, end in ranges
    ]
    ordered = sorted(pair for pairs in whole for pair in pairs)
    if all(before[1] <= after[0] for before, after in pairwise(ordered)):
        return whole
    taken: list[m.Range] = []
    found: list[tuple[m.Range, ...]] = []
    for pairs in whole:
        left = list(pairs)
        for start, end in taken:
            left = [
                piece
                for a, b in left
                for piece in ((a, min(b, start)), (max(a, end), b))
                if piece[0] < piece[1]
            ]
        found.append(tuple(left))
        taken.extend(pairs)
    return found
