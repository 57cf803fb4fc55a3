"""A deliberate mistake in every operator, algorithm and step is noticed by the questions.

Every mistake is one that somebody could make: True taken for 1, integers compared exactly, a
version not completed, a missing attribute matched by a negated clause.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.launchdarkly.drills import kind_questions, operator_questions
from tests.conformance.launchdarkly.generate import questions
from tests.conformance.launchdarkly.odd import (
    boolean_questions,
    chain_questions,
    huge_questions,
    misnamed_flag_questions,
    misnamed_segment_questions,
)
from tests.conformance.launchdarkly.parts import (
    big_questions,
    broken_questions,
    context_questions,
    list_questions,
    target_questions,
)
from tests.conformance.launchdarkly.splits import split_questions, weight_questions
from tests.conformance.launchdarkly.vendor import needs_sdk, vendor
from tests.conformance.question import Question

from yardarm.core import model as m
from yardarm.core import semver
from yardarm.core.bucketing import launchdarkly as buckets
from yardarm.core.operators import launchdarkly as operators
from yardarm.core.operators import native
from yardarm.dialects.launchdarkly import (
    answers,
    clauses,
    contexts,
    flags,
    misnamed,
    segments,
    serving,
)

COUNT = 4_000
"""Questions asked of each mistake, all of them about the thing that is wrong."""

_Make = Callable[[random.Random], Iterator[Question]]


def noticed(make: _Make) -> bool:
    """Whether an answer differs."""

    def endless(rng: random.Random) -> Iterator[Question]:
        while True:
            yield from make(rng)

    return bool(run(vendor(endless), 11, COUNT, most=1).differences)


# --- operators --------------------------------------------------------------------------------


def _plain(value: Any, wanted: Any) -> bool:
    return isinstance(value, str | int | float) and value in wanted


def _exact(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, bound: float) -> bool:
        number = native._number(value)
        return number is not None and test(number, bound)

    return operators._each(holds)


def _strict(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Versions that are not completed."""

    def holds(value: Any, bound: Any) -> bool:
        found = semver.parse(value)
        return found is not None and bound is not None and test(found, bound)

    return operators._each(holds)


def _in_seconds(test: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, bound: float) -> bool:
        found = operators.moment(value)
        return found is not None and test(found // 1000, bound // 1000)

    return operators._each(holds)


def _no_lists(name: str) -> dict[str, Any]:
    test = operators.OPERATORS[f"launchdarkly.{name}"].test
    return {"test": lambda value, c: not isinstance(value, list) and test(value, c)}


MISTAKES: dict[str, list[dict[str, Any]]] = {
    "in": [
        {"prepare": lambda values: [v for v in values if v is not None], "test": _plain},
        _no_lists("in"),
        {"prepare": lambda values: operators._wanted(values[:1])},
    ],
    "startsWith": [
        {"inline": "({v}.lower().startswith({c}) if type({v}) is str else {t}({v}, {c}))"},
        {"test": lambda value, c: isinstance(value, str) and value.startswith(c)},
    ],
    "endsWith": [
        {"inline": "({v}.rstrip().endswith({c}) if type({v}) is str else {t}({v}, {c}))"},
        {"test": lambda value, c: value is not None and str(value).endswith(c)},
    ],
    "contains": [
        {"test": operators._on_text(lambda text, parts: all(part in text for part in parts))},
        {"test": lambda value, parts: isinstance(value, str) and any(p in value for p in parts)},
    ],
    "matches": [
        {"test": operators._on_text(lambda text, searches: all(s(text) for s in searches))},
        {"test": operators._on_text(lambda text, searches: any(s(text[1:]) for s in searches))},
        _no_lists("matches"),
    ],
    "lessThan": [{"inline": operators._inline("<=")}, {"test": _exact(lambda a, b: a < b)}],
    "lessThanOrEqual": [
        {"inline": operators._inline("<")}, {"prepare": operators._numbers(min)}
    ],
    "greaterThan": [{"inline": operators._inline(">=")}, {"test": _exact(lambda a, b: a > b)}],
    "greaterThanOrEqual": [
        {"inline": operators._inline(">")}, {"prepare": operators._numbers(max)}
    ],
    "before": [
        {"test": operators._on_moment(lambda a, b: a <= b)},
        {"test": _in_seconds(lambda a, b: a < b)},
        {"prepare": operators._moments(min)},
    ],
    "after": [
        {"test": operators._on_moment(lambda a, b: a >= b)},
        {"test": _in_seconds(lambda a, b: a > b)},
    ],
    "semVerEqual": [{"test": _strict(lambda a, b: a in b)}, _no_lists("semVerEqual")],
    "semVerLessThan": [
        {"test": operators._on_version(lambda a, b: a <= b)},
        {"test": _strict(lambda a, b: a < b)},
    ],
    "semVerGreaterThan": [
        {"test": operators._on_version(lambda a, b: (a.major, a.minor) > (b.major, b.minor))},
        {"prepare": operators._versions(max)},
    ],
    "unknown": [{"test": lambda value, c: value is not None, "inline": None}],
}  # fmt: skip
"""For each operator, fields that are wrong."""


def test_every_operator_has_a_mistake() -> None:
    assert {f"launchdarkly.{name}" for name in MISTAKES} == set(operators.OPERATORS)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [(name, wrong) for name, several in MISTAKES.items() for wrong in several],
    ids=[f"{name}-{at}" for name, several in MISTAKES.items() for at in range(len(several))],
)
def test_a_wrong_operator(
    name: str, wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()

    def make(rng: random.Random) -> Iterator[Question]:
        return operator_questions(rng, name) if name != "unknown" else _unknown(rng)

    full = f"launchdarkly.{name}"
    if "inline" not in wrong:
        wrong = {**wrong, "inline": None}  # which would answer for plain text itself
    monkeypatch.setitem(operators.OPERATORS, full, replace(operators.OPERATORS[full], **wrong))
    assert noticed(make)


def _unknown(rng: random.Random) -> Iterator[Question]:
    return (q for q in _some(rng, 500) if "op:unknown operator" in q.cells)


def _some(rng: random.Random, count: int) -> Iterator[Question]:
    made = questions(rng)
    return (next(made) for _ in range(count))


# --- algorithms -------------------------------------------------------------------------------


def _place(by: Callable[[float], float]) -> Callable[..., Any]:
    def place(bucketing: m.Bucketing, flag_key: str, total: float) -> Any:
        bucket = buckets.place(bucketing, flag_key, total)
        return lambda values: by(bucket(values))

    return place


def _no_seed(bucketing: m.Bucketing, flag_key: str, total: float) -> Any:
    return buckets.place(replace(bucketing, seed=flag_key), flag_key, total)


def _from_zero(weights: Any) -> list[m.Range]:
    return [(max(0.0, start), end) for start, end in buckets.ranges(weights)]


ALGORITHM_MISTAKES: dict[str, dict[str, Any]] = {
    "rounded": {"place": _place(lambda bucket: round(bucket, 1))},
    "a missing kind in the first bucket": {"place": _place(lambda bucket: max(0.0, bucket))},
    "no seed": {"place": _no_seed},
    "no arm below zero": {"ranges": _from_zero},
    "nobody beyond": {"rest": False},
}


@pytest.mark.parametrize("algorithm", buckets.ALGORITHMS)
@pytest.mark.parametrize("mistake", ALGORITHM_MISTAKES)
def test_a_wrong_algorithm(algorithm: str, mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    wrong = replace(buckets.ALGORITHMS[algorithm], **ALGORITHM_MISTAKES[mistake])
    monkeypatch.setitem(dict_of(buckets.ALGORITHMS), algorithm, wrong)
    assert noticed(split_questions)


def dict_of(table: Any) -> dict[str, Any]:
    assert isinstance(table, dict)
    return table


# --- steps ------------------------------------------------------------------------------------


def _unnegated(clause: Any, at: str, known: Any, notes: Any) -> m.Condition:
    """A negated clause that also matches where the attribute is missing."""
    found = clauses.condition({**clause, "negate": False}, at, known, notes)
    return m.Not(found) if clause.get("negate") else found


def _tidy(failed: Any) -> Any:
    """A walk in which every flag takes its own name away only."""

    def tidy(walk: Any, flag: m.Flag) -> Any:
        before = list(walk.stack)
        try:
            return failed(walk, flag)
        finally:
            walk.stack[:] = before

    return tidy


STEPS: dict[str, tuple[Any, str, Any, _Make]] = {
    "negation": (
        flags, "conjunction",
        lambda data, at, known, notes: tuple(
            _unnegated(clause, at, known, notes) for clause in data["clauses"]
        ),
        lambda rng: operator_questions(rng, "in"),
    ),
    "an escape in a reference": (
        clauses, "reference", lambda name, is_path: name, lambda rng: operator_questions(rng, "in")
    ),
    "a path that is a name": (
        clauses, "reference", lambda name, is_path: name or None,
        lambda rng: operator_questions(rng, "in"),
    ),
    "kinds": (
        clauses, "reference", lambda name, is_path: f"{name}s" if name else None, kind_questions
    ),
    "targets": (
        flags, "_in_order",
        lambda raw, at, notes: [
            *flags._listed_targets(raw, "targets", at, notes),
            *flags._listed_targets(raw, "contextTargets", at, notes),
        ],
        target_questions,
    ),
    "excluded first": (
        segments, "_keys",
        lambda raw, name, at, notes, besides=(): _swapped(raw, name, at, notes),
        list_questions,
    ),
    "a weight": (
        segments, "part_of", lambda weight: serving.part_of(weight + 1000), weight_questions
    ),
    "an index as it is named": (
        answers, "_as_named", lambda flag, outcome, index: index, boolean_questions
    ),
    "where a named arm stands": (
        serving, "_position", lambda listed_arms, arm, count: 0, boolean_questions
    ),
    "names of flags": (answers, "flags_are_misnamed", lambda _: False, misnamed_flag_questions),
    "a long chain": (
        answers.Evaluated, "_programs_for", lambda self, _: self._whole, chain_questions
    ),
    "what a flag calls itself": (misnamed, "own_name", lambda i: i.key, misnamed_flag_questions),
    "names that are taken away": (
        misnamed.Walk, "_failed", _tidy(misnamed.Walk._failed), misnamed_flag_questions
    ),
    "names of segments": (answers, "places", lambda _: {}, misnamed_segment_questions),
    "a weight beyond every float": (
        serving, "too_large", lambda *_: clauses.NEVER, huge_questions
    ),
    "such a weight of a segment": (
        segments, "too_large", lambda *_: clauses.NEVER, huge_questions
    ),
    "a number beyond every float": (operators, "_Overflowing", float, huge_questions),
    "big segments": (answers, "_is_big", lambda segment: False, big_questions),
    "a fault": (clauses, "_no_reference", lambda *_: clauses.NEVER, broken_questions),
    "contexts": (contexts, "_fits", lambda name, value: True, context_questions),
    "experiments": (answers, "_is_assigned", lambda *_: True, split_questions),
}  # fmt: skip


def _swapped(raw: Any, name: str, at: str, notes: Any) -> Any:
    other = {"included": "excluded", "excluded": "included"}[name]
    return tuple(m.SegmentKeys(tuple(raw.get(other, ())), "user") for _ in range(1))


@pytest.mark.parametrize("step", STEPS)
def test_a_wrong_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    where, name, wrong, make = STEPS[step]
    monkeypatch.setattr(where, name, wrong)
    assert noticed(make)


@pytest.mark.parametrize("make", [split_questions, weight_questions, kind_questions])
def test_without_a_mistake_nothing_is_noticed(make: _Make) -> None:
    needs_sdk()
    assert not noticed(make)
