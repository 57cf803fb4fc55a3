"""Answers in Flagsmith's own shape, for contexts in Flagsmith's own shape."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dialects.flagsmith.parts import (
    all_of,
    arm,
    condition,
    environment,
    individual,
    segment,
    state,
)

from yardarm import dialects
from yardarm.core.ambient import Ambient
from yardarm.core.traits import Identity
from yardarm.dialects.base import Answer, Asked
from yardarm.dialects.flagsmith import DIALECT
from yardarm.dialects.flagsmith.contexts import person

Json = Any

DOCUMENT = environment(
    state("f", True, "c", multivariate_feature_state_values=[arm(1, "a", 50, "A")]),
    state("g", False, None),
    segments=[segment(5, all_of(condition("t", "EQUAL", "1")), state("g", True, None))],
    individuals=[individual("ann", state("g", True, 7))],
)


def _ask(flag: str | None, context: Json) -> Answer:
    assert DIALECT.evaluation is not None
    return DIALECT.evaluation(DOCUMENT, {}).answer(Asked(flag, context, "mine"), Ambient.at(None))


def test_the_dialect_is_found_by_name() -> None:
    assert dialects.find("flagsmith") is DIALECT
    assert "flagsmith" in dialects.NAMES


def test_one_flag() -> None:
    answer = _ask("g", {"identity": {"identifier": "u", "traits": {"t": 1}}})
    assert answer.vendor == {
        "enabled": True, "value": None, "reason": "TARGETING_MATCH; segment=s5", "variant": None,
    }  # fmt: skip
    assert answer.decision is not None
    assert (answer.decision.reason, answer.decision.rule) == ("TARGETING_MATCH", "segment-5")


def test_everything() -> None:
    answer = _ask(None, {"identifier": "ann", "traits": {"t": {"value": 1, "transient": True}}})
    assert answer.decision is None
    assert answer.vendor["flags"]["g"] == {
        "enabled": True, "name": "g", "value": 7, "variant": None, "metadata": {"id": 1},
        "reason": "TARGETING_MATCH; segment=identity_overrides",
    }  # fmt: skip
    assert answer.vendor["segments"] == [
        {"name": "s5", "metadata": {"id": 5, "source": "api"}},
        {"name": "identity_overrides", "metadata": {"source": "identity_overrides"}},
    ]


def test_nobody_is_asked_no_segment() -> None:
    """As the SDK's own method for the environment's flags."""
    for context in (None, {}, {"identity": None}, {"identity": {}}, 5):
        answer = _ask(None, context).vendor
        assert answer["segments"] == []
        assert answer["flags"]["f"]["variant"] is None
        assert answer["flags"]["f"]["reason"] == "STATIC"


def test_a_flag_that_there_is_not() -> None:
    answer = _ask("nope", {"identifier": "u"})
    assert answer.vendor == {"enabled": False, "value": None, "reason": None, "variant": None}
    assert answer.decision is not None
    assert (answer.decision.error, answer.decision.value) == ("FLAG_NOT_FOUND", "mine")


def test_answers_are_copies() -> None:
    assert DIALECT.evaluation is not None
    asked = DIALECT.evaluation(DOCUMENT, {})
    question = Asked(None, {"identifier": "u"})
    asked.answer(question, Ambient.at(None)).vendor["flags"]["f"]["value"] = "spoiled"
    assert asked.answer(question, Ambient.at(None)).vendor["flags"]["f"]["value"] != "spoiled"


@pytest.mark.parametrize(
    ("context", "key"),
    [
        ({"identity": {"identifier": "u"}}, "env_u"),
        ({"identity": {"identifier": "u", "key": "own"}}, "own"),
        ({"identity": {"identifier": "u", "key": ""}}, "env_u"),
        ({"identity": {"identifier": 5}}, "env_5"),
        ({"identity": {"key": 7}}, 7),
        ({"identifier": "u", "traits": None}, "env_u"),
    ],
)
def test_the_key_that_is_hashed(context: Json, key: Json) -> None:
    found = person(context, "env")
    assert found.identity is not None
    assert found.identity["key"] == key
    assert found.identified
    plain = key == "env_u"
    assert isinstance(found.user["key"], str if plain else Identity)


def test_a_whole_evaluation_context_names_its_own_identity() -> None:
    assert DIALECT.evaluation is not None
    arms = [{"value": "a", "weight": 100, "priority": 1}]
    feature = {"key": "1", "name": "f", "enabled": True, "value": "c", "variants": arms}
    whole = {
        "environment": {"key": "e", "name": "n"},
        "features": {"f": feature},
        "identity": {"identifier": "u"},
    }
    asked = DIALECT.evaluation(whole, {})
    assert asked.answer(Asked("f", None), Ambient.at(None)).vendor["value"] == "a"
    other = {"identity": {}}
    assert asked.answer(Asked("f", other), Ambient.at(None)).vendor["value"] == "c"


def test_traits_that_have_no_place() -> None:
    found = person({"identity": {"identifier": "u", "traits": {"key": "k", 5: 1, "t": 2}}}, "env")
    assert found.user == {"key": "u", "t": 2}
    assert not found.shadows
    assert person({"identity": {"identifier": "u", "traits": {"$.x": 1}}}, "env").shadows
    assert not person({"identity": {"traits": {"t": 1}}}, "env").identified
