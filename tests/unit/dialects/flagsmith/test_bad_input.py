"""What is wrong with a document is said, and its neighbours work."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from tests.conformance.flagsmith import generate
from tests.unit.dialects.flagsmith.parts import (
    all_of,
    arm,
    condition,
    environment,
    individual,
    segment,
    state,
)

from yardarm.core.ambient import Ambient
from yardarm.core.validate import validate
from yardarm.dialects.base import Asked
from yardarm.dialects.flagsmith import DIALECT
from yardarm.errors import DocumentError

Json = Any
NOW = Ambient.at(None)
USER = {"identity": {"identifier": "u", "traits": {"t": 5}}}


def _answer(document: Json, flag: str | None, context: Json = USER) -> Json:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation(document, {}).answer(Asked(flag, context), NOW).vendor


@pytest.mark.parametrize(
    ("bad", "pointer", "message"),
    [
        (5, "/feature_states/0", "without a name"),
        ({"feature": {"name": "f"}}, "/feature_states/0", "'enabled' is missing"),
        (state("f", 1), "/feature_states/0", "true or false"),  # type: ignore[arg-type]
        ({**state("f"), "django_id": None, "multivariate_feature_state_values": [arm(1, "a", 5)]},
         "/feature_states/0", "django_id"),
        (state("f", True, 1, multivariate_feature_state_values=[arm(1, "a", "x")]),  # type: ignore[arg-type]
         "/feature_states/0/multivariate_feature_state_values/0", "a weight is a number"),
        (state("f", True, 1, multivariate_feature_state_values=[arm(0, "a", 5)]),
         "/feature_states/0/multivariate_feature_state_values/0", "mv_fs_value_uuid"),
        (state("f", feature_segment={"x": 1}), "/feature_states/0/feature_segment", "'priority'"),
        (state("f", multivariate_feature_state_values=7),
         "/feature_states/0/multivariate_feature_state_values", "expected a list"),
    ],
)  # fmt: skip
def test_a_bad_feature_leaves_its_neighbours_alone(bad: Json, pointer: str, message: str) -> None:
    document = environment(bad, state("good", True, "v"))
    read = DIALECT.read(document, {})
    assert list(read.document.flags) == ["good"]
    assert read.losses[0].pointer == pointer
    assert message in read.losses[0].message
    assert _answer(document, "good")["value"] == "v"
    assert _answer(document, "f")["reason"] is None


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (None, "expected a list"),
        ([5], "expected an object"),
        ([{"type": "SOME", "conditions": [condition("t", "EQUAL", "5")]}], "ALL, ANY or NONE"),
        ([{"type": "ALL", "conditions": [5]}], "expected an object"),
        ([{"type": "ALL", "conditions": [{"property_": "t"}]}], "without an operator"),
        (all_of(condition("t", "REGEX", "(")), "REGEX"),
        (all_of(condition("t", "REGEX", r"(a)\1")), "linear time"),
        (all_of(condition("t", "MODULO", "0|1")), "zero"),
        (all_of(condition("t", "IN", None)), "IN"),
        (all_of(condition("t", "PERCENTAGE_SPLIT", [1])), "a number"),
        (all_of({"property_": "t", "operator": "EQUAL"}), "'value' is missing"),
        (all_of(condition("$.a[?foo(@)]", "IS_SET", "")), "no function foo()"),
    ],
)
def test_a_bad_segment_spoils_the_flags_that_reach_it(rules: Json, message: str) -> None:
    override = state("f", True, "x", feature_segment={"priority": 1})
    good = segment(2, all_of(condition("t", "EQUAL", "5")), state("good", True, "y"))
    document = environment(
        state("f", True, "c"), state("good", False, "v"),
        segments=[{"id": 1, "name": "bad", "rules": rules, "feature_states": [override]}, good],
    )  # fmt: skip
    read = DIALECT.read(document, {})
    assert message in read.losses[0].message
    assert read.losses[0].kind == "malformed"
    assert _answer(document, "f")["reason"] == "ERROR; code=PARSE_ERROR"
    assert _answer(document, "good")["value"] == "y"
    assert set(_answer(document, None)["flags"]) == {"f", "good"}


def test_what_the_engine_does_not_reach_does_no_harm() -> None:
    for bad in (condition("t", "REGEX", "("), condition("t", "MODULO", "0|1")):
        override = state("f", True, "x")
        document = environment(state("f", True, "c"), segments=[segment(1, all_of(bad), override)])
        assert _answer(document, "f", {"identity": {"identifier": "u"}})["value"] == "c"


def test_other_parts() -> None:
    document = environment(state("f"), state("f", False))
    document["project"]["segments"] = [5, {"id": None}, segment(1, []), segment(1, [], 5)]
    document["identity_overrides"] = [5, {"identifier": "x"}, individual("u", 5)]
    document["api_key"] = None
    messages = " ".join(loss.message for loss in DIALECT.read(document, {}).losses)
    for part in ("comes twice", "without an id", "environment's key", "an identity without"):
        assert part in messages
    assert _answer(document, "f")["enabled"] is False
    for wrong in ({"segments": 5}, 5, None):
        assert DIALECT.read({**document, "project": wrong}, {}).losses


def test_an_evaluation_context_that_is_listed_wrongly() -> None:
    feature = {"key": "1", "name": "f", "enabled": True, "value": 1}
    document = {"environment": {"key": "e", "name": "n"}, "features": {"f": feature, "g": feature}}
    read = DIALECT.read(document, {})
    assert list(read.document.flags) == ["f"]
    assert read.losses[0].flag == "g"
    for wrong in (5, [feature]):
        assert DIALECT.read({**document, "features": wrong}, {}).losses
        assert DIALECT.read({**document, "segments": wrong}, {}).losses


# --- bounds -----------------------------------------------------------------------------------


def test_rules_without_end() -> None:
    rule: Json = {"type": "ALL", "conditions": [condition("t", "EQUAL", "5")]}
    for _ in range(5_000):
        rule = {"type": "ANY", "rules": [rule]}
    override = state("f", True, "x")
    document = environment(state("f", True, "c"), segments=[segment(1, [rule], override)])
    assert "nested" in DIALECT.read(document, {}).losses[0].message
    assert _answer(document, "f")["reason"] == "ERROR; code=PARSE_ERROR"


def test_values_without_end() -> None:
    deep: Json = []
    for _ in range(400):
        deep = [deep]
    document = environment(state("f", True, deep))
    assert _answer(document, "f")["value"] == deep
    rules = all_of(condition("t", "EQUAL", deep))
    document = environment(state("f"), segments=[segment(1, rules, state("f", False))])
    assert _answer(document, "f")["enabled"] is True


def test_many_flags_that_all_ask_each_other() -> None:
    """The engine would try every order of twelve flags; here it is given up in time."""
    names = [f"f{number}" for number in range(12)]
    segments = []
    for number, name in enumerate(names):
        asked = [condition(f"$.flags.{other}.enabled", "EQUAL", "x") for other in names]
        rules = [{"type": "ANY", "conditions": asked, "rules": []}]
        segments.append(segment(number + 1, rules, state(name, True, "x")))
    document = environment(*[state(name) for name in names], segments=segments)
    begin = time.perf_counter()
    assert _answer(document, "f0")["reason"].startswith("ERROR")
    assert time.perf_counter() - begin < 20


def test_a_circle_is_said() -> None:
    segments = [
        segment(1, all_of(condition("$.flags.b.enabled", "EQUAL", "true")), state("a", True)),
        segment(2, all_of(condition("$.flags.a.enabled", "EQUAL", "true")), state("b", True)),
    ]
    document = environment(state("a"), state("b"), state("c"), segments=segments)
    losses = DIALECT.read(document, {}).losses
    assert [loss.flag for loss in losses] == ["a", "b"]
    assert _answer(document, "a")["reason"] == "ERROR; code=CIRCULAR_DEPENDENCY"
    assert _answer(document, "c")["reason"] == "STATIC"


# --- anything anywhere ------------------------------------------------------------------------

_GARBAGE: tuple[Json, ...] = (
    None, True, 0, -1, 1.5, "", "x", [], {}, [1], {"a": 1}, [None], "$.a[", [[[]]], 10**30,
    float("inf"), "\ud800", {"type": "ALL"}, [{"x": 1}], "$.flags.f0.enabled", "123",
)  # fmt: skip


def _places(value: Json, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if not isinstance(value, dict | list):
        return
    for name, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _places(child, (*place, name))


def _spoiled(value: Json, rng: random.Random) -> Json:
    """The value with garbage in one place, or without what stood there."""
    spoiled = copy.deepcopy(value)
    place = rng.choice(list(_places(spoiled)))
    garbage = copy.deepcopy(rng.choice(_GARBAGE))
    if not place:
        return garbage
    at = spoiled
    for name in place[:-1]:
        at = at[name]
    if rng.random() < 0.2:
        del at[place[-1]]
    else:
        at[place[-1]] = garbage
    return spoiled


@pytest.mark.parametrize("seed", range(3))
def test_garbage_anywhere_raises_nothing(seed: int) -> None:
    rng = random.Random(seed)
    assert DIALECT.evaluation is not None
    assert DIALECT.write is not None
    for question in islice(generate.questions(random.Random(seed)), 0, 2_400, 4):
        document = _spoiled(_spoiled(question.document, rng), rng)
        context = _spoiled(question.context, rng) if rng.random() < 0.5 else question.context
        try:
            read = DIALECT.read(document, {})
        except DocumentError:
            continue
        asked = DIALECT.evaluation(document, {})
        for flag in (question.flag, None, "f0", "no such flag"):
            asked.answer(Asked(flag, context), NOW)
        validate(read.document)
        DIALECT.write(read.document, {"form": rng.choice(("context", "environment"))})
