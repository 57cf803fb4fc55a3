"""Which version of the SDK can first evaluate what a flag uses. Pure.

A feature is named by what it is: `operator in`, `algorithm yardarm`, `condition share`. Every SDK
since `FIRST` can evaluate what `tests/golden/features.txt` names; what came later stands in
`LATER`, and a test refuses a feature that stands in neither. A program with an older SDK skips a
rule that uses such a feature, so that it serves what the rules below say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from . import model as m
from .bucketing import names as algorithm_names
from .operators import every_operator
from .program import DocumentSource
from .references import survey
from .semver import parse
from .views import find as find_view

FIRST = "0.1.0"
"""The first version of the SDK that there was."""

LATER: Mapping[str, str] = {}
"""Features that later versions brought: each with the version."""

_CONDITIONS: Mapping[type, str] = {
    m.All: "all", m.AnyOf: "any", m.Not: "not", m.InSegment: "segment", m.FlagServes: "flag",
    m.Always: "always", m.Share: "share", m.Logic: "logic", m.Fault: "fault",
}  # fmt: skip


def features(document: m.Document, key: str) -> frozenset[str]:
    """What a flag uses, with the flags and segments that it needs; nothing if it is not there."""
    if key not in document.flags:
        return frozenset()
    found: set[str] = set()
    for kind, name in survey(DocumentSource(document), ("flag", key), lambda _: None):
        if kind == "flag":
            found.update(_of_flag(document.flags[name]))
        else:
            found.update(_of_condition(document.segments[name].when))
    return frozenset(found)


def every_feature() -> list[str]:
    """All features that this version can evaluate."""
    return sorted(
        [
            *(f"operator {operator.name}" for operator in every_operator()),
            *(f"algorithm {name}" for name in algorithm_names()),
            *(f"condition {name}" for name in _CONDITIONS.values()),
            *("view flagsmith", "serve logic", "serve fault", "layer", "prerequisite enabled"),
        ]
    )


def lacking(
    used: Iterable[str], version: str, later: Mapping[str, str] = LATER, first: str = FIRST
) -> list[str] | None:
    """Which of the features an SDK of that version cannot evaluate; None if that cannot be told."""
    own = parse(version)
    if own is None:
        return None
    return sorted(
        feature
        for feature in used
        if (since := parse(later.get(feature, first))) is not None and own < since
    )


def _of_flag(flag: m.Flag) -> Iterator[str]:
    yield from ("prerequisite enabled" for each in flag.prerequisites if each.enabled)
    yield from _of_serve(flag.default)
    for rule in flag.rules:
        yield from _of_condition(rule.when)
        yield from _of_serve(rule.serve)


def _of_condition(condition: m.Condition | None) -> Iterator[str]:
    stack = [condition]
    while stack:
        found = stack.pop()
        if found is None:
            continue
        if isinstance(found, m.Clause):
            yield f"operator {found.operator}"
            if find_view(found.kind) is not None:
                yield f"view {found.kind}"
            continue
        yield f"condition {_CONDITIONS[type(found)]}"
        match found:
            case m.All(inner) | m.AnyOf(inner):
                stack.extend(inner)
            case m.Not(negated):
                stack.append(negated)
            case m.Share(bucketing):
                yield from _of_bucketing(bucketing)


def _of_serve(serve: m.Serve | None) -> Iterator[str]:
    match serve:
        case m.Split():
            yield from _of_bucketing(serve.bucketing)
        case m.Logic():
            yield "serve logic"
        case m.Fault():
            yield "serve fault"


def _of_bucketing(bucketing: m.Bucketing) -> Iterator[str]:
    yield f"algorithm {bucketing.algorithm}"
    if bucketing.layer is not None:
        yield "layer"
    if find_view(bucketing.kind) is not None:
        yield f"view {bucketing.kind}"
