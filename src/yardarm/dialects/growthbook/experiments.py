"""Experiments: what the SDK makes of a rule, and what is decided of one before any hash.

An experiment is the SDK's JSON object, whether it comes from a rule or from the caller. `Given` is
what an evaluation is told beside the document: overrides in the address, forced variations, what
the user was assigned before. They are inputs of one evaluation, which the document does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any

from ...core import model as m
from ...core.bucketing.growthbook import consecutive
from ...core.javascript.inherited import MEMBERS, member
from ...core.javascript.values import double, kind, less, number, text, truthy
from .sticky import Assigned, Sticky
from .targeting import overridden, targeted, url_matches
from .variants import variations

COPIED_IF_TRUE = (
    "weights", "hashAttribute", "fallbackAttribute", "disableStickyBucketing", "namespace", "meta",
    "ranges", "name", "phase", "seed", "hashVersion", "filters", "condition",
)  # fmt: skip
COPIED_IF_THERE = ("coverage", "bucketVersion", "minBucketVersion")

Experiment = Mapping[str, m.Json]


@dataclass(frozen=True, slots=True)
class Given:
    """What one evaluation is told beside the document and the user's attributes."""

    enabled: bool = True
    qa: bool = False
    url: str = ""
    forced: Mapping[str, m.Json] = field(default_factory=dict)
    """Variations by experiment."""
    features: Mapping[str, m.Json] = field(default_factory=dict)
    """Values by feature."""
    overrides: Mapping[str, m.Json] = field(default_factory=dict)
    """Members that replace an experiment's own, by experiment."""
    groups: Mapping[str, m.Json] = field(default_factory=dict)
    sticky: Sticky | None = None


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Forced:
    """A variation that is said and not assigned: an index, or whatever JavaScript takes for one."""

    variation: m.Json


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left to be decided of an experiment.

    `experiment` None: nobody is in it. `variation`: everybody who comes here and has a unit gets
    this one. `given`: everybody who comes here gets this one. Else the hash decides. `force`: those
    who are assigned get this one instead. `blocked`: those who would be assigned are put out.
    """

    experiment: Experiment | None
    variation: int | None = None
    given: Forced | None = None
    sticky: bool = False
    force: Forced | None = None
    blocked: bool = False


NOBODY = Settled(None)


def of_rule(rule: Mapping[str, m.Json], feature: str) -> dict[str, m.Json]:
    """The experiment that the SDK makes of a rule."""
    experiment: dict[str, m.Json] = {"variations": variations(dict(rule))}
    experiment["key"] = rule["key"] if truthy(rule.get("key")) else feature
    for name in COPIED_IF_THERE:
        if name in rule:
            experiment[name] = rule[name]
    for name in COPIED_IF_TRUE:
        if truthy(rule.get(name)):
            experiment[name] = rule[name]
    return experiment


def key_of(experiment: Experiment) -> str:
    """An experiment's key as a name of what is given for it."""
    return text(experiment.get("key"))


def merged(experiment: Experiment, given: Given) -> Experiment:
    """The experiment with what the evaluation replaces in it."""
    more = given.overrides.get(key_of(experiment))
    return {**experiment, **more} if isinstance(more, dict) and more else experiment


def settle(experiment: Experiment, given: Given) -> Settled:
    """What the inputs of one evaluation decide of an experiment, in the SDK's order."""
    if len(_variations(experiment)) < 2 or not given.enabled:
        return NOBODY
    experiment = merged(experiment, given)
    key, count = key_of(experiment), len(_variations(experiment))
    patterns = experiment.get("urlPatterns")
    if truthy(patterns) and not targeted(given.url, patterns):
        return NOBODY
    asked = overridden(key, given.url, count) if key == experiment.get("key") else None
    if asked is not None:
        return Settled(experiment, given=Forced(asked))
    if key in given.forced or key in MEMBERS:
        forced = member(given.forced, key)
        return NOBODY if is_outside(forced, count) else Settled(experiment, given=Forced(forced))
    return _assigned(experiment, given, count)


def _assigned(experiment: Experiment, given: Given, count: int) -> Settled:
    if experiment.get("status") == "draft" or experiment.get("active") is False:
        return NOBODY
    before = given.sticky.find(experiment) if given.sticky is not None else Assigned()
    if before.variation is None and _outside_groups(experiment, given):
        return NOBODY
    url = experiment.get("url")
    if truthy(url) and not url_matches(url, given.url):
        return NOBODY
    if before.blocked:
        return Settled(experiment, blocked=True)
    if before.variation is not None and before.variation >= count:
        return NOBODY
    made = Settled(experiment, before.variation, sticky=before.variation is not None)
    if "force" in experiment:
        force = experiment["force"]
        return NOBODY if is_outside(force, count) else replace(made, force=Forced(force))
    if given.qa or experiment.get("status") == "stopped":
        return NOBODY
    return made


def _outside_groups(experiment: Experiment, given: Given) -> bool:
    wanted = experiment.get("groups")
    if not truthy(wanted):
        return False
    return not (
        isinstance(wanted, list) and any(truthy(member(given.groups, text(g))) for g in wanted)
    )


def is_outside(variation: m.Json, count: int) -> bool:
    """Whether nobody is in an experiment by a variation that is forced: it is below the first one
    or beyond the last. What JavaScript can compare with no number is neither."""
    return less(variation, 0) is True or less(variation, count) is False


def _variations(experiment: Experiment) -> Sequence[m.Json]:
    found = experiment.get("variations")
    return found if isinstance(found, list) else ()


# --- who gets what ----------------------------------------------------------------------------


def hash_version(item: Mapping[str, m.Json], otherwise: int = 1) -> int | None:
    """1 or 2; None for a version that the SDK does not know, with which nobody is placed."""
    version = item.get("hashVersion")
    if not truthy(version):
        return otherwise
    if kind(version) != "number":
        return None
    return {1.0: 1, 2.0: 2}.get(number(version))


def weights_of(weights: m.Json, count: int) -> list[float]:
    """Weights that fit the variations and add up to about 1, or equal ones."""
    equal = [1 / count] * count
    if not isinstance(weights, list) or len(weights) != count:
        return equal
    if any(kind(weight) != "number" for weight in weights):
        return equal
    total = 0.0
    for weight in weights:
        total = double(weight) + total
    return equal if total < 0.99 or total > 1.01 else [double(weight) for weight in weights]


def ranges_of(experiment: Experiment, weights: m.Json) -> list[m.Range]:
    """The range of each variation: as written, or made of weights and coverage."""
    written = experiment.get("ranges")
    if isinstance(written, list):
        return [range_of(pair) for pair in written]
    count = len(_variations(experiment))
    coverage = number(experiment["coverage"]) if "coverage" in experiment else 1.0
    if coverage < 0:
        coverage = 0.0
    elif coverage > 1:
        coverage = 1.0
    return consecutive(weights_of(weights, count), coverage)


def are_ranges(value: Any) -> bool:
    """Whether a value is a list in which something stands for each range."""
    return isinstance(value, list) and None not in value


def range_of(value: m.Json) -> m.Range:
    """A range; an empty one for what is no pair of numbers."""
    pair = value if isinstance(value, list) else []
    start, end = (number(pair[i]) if i < len(pair) else nan for i in (0, 1))
    return (start, end) if start < end else (0.0, 0.0)
