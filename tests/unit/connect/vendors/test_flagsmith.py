"""Flagsmith's SDK as an oracle."""

from __future__ import annotations

import sys

import pytest
from tests.conformance.flagsmith.vendor import needs_sdk
from tests.unit.dialects.flagsmith.parts import all_of, condition, environment, segment, state

from yardarm.connect.vendors.flagsmith import FAILED, NOTHING, oracle
from yardarm.errors import OptionError

DOCUMENT = environment(
    state("f", False, "c"),
    segments=[segment(5, all_of(condition("t", "EQUAL", "1")), state("f", True, "x"))],
)


def test_an_environment_document() -> None:
    needs_sdk()
    asked = oracle(DOCUMENT)
    assert asked.answer("f", {"identifier": "u", "traits": {"t": {"value": 1}}}) == {
        "enabled": True, "value": "x", "reason": "TARGETING_MATCH; segment=s5", "variant": None,
    }  # fmt: skip
    assert asked.answer("f", {"identity": {"identifier": "u"}})["reason"] == "DEFAULT"
    assert asked.answer("f", {})["reason"] == "STATIC"
    assert asked.answer("nope", None)["reason"] is None
    everything = asked.answer(None, {"identifier": "u", "traits": {"t": 1}})
    assert [one["name"] for one in everything["segments"]] == ["s5"]
    assert everything["flags"]["f"]["metadata"] == {"id": 1}


def test_an_evaluation_context() -> None:
    needs_sdk()
    feature = {"key": "1", "name": "f", "enabled": True, "value": 1}
    asked = oracle({"environment": {"key": "e", "name": "n"}, "features": {"f": feature}})
    assert asked.answer("f", {"identity": {"identifier": "u"}})["value"] == 1


def test_what_the_sdk_raises_at_has_failed() -> None:
    """Of one flag it raises where a segment that overrides the flag fails; of all always."""
    needs_sdk()
    fails = segment(5, all_of(condition("t", "REGEX", "(")), state("f"))
    asks = segment(6, all_of(condition("$.flags.f.enabled", "IS_NOT_SET", "")), state("h", True))
    asked = oracle(environment(state("f"), state("g"), state("h", False), segments=[fails, asks]))
    person = {"identifier": "u", "traits": {"t": 1}}
    assert asked.answer("f", person) == FAILED
    assert asked.answer("g", person)["reason"] == "STATIC"
    assert asked.answer("h", person)["reason"] == "TARGETING_MATCH; segment=s6", "f is not there"
    assert asked.answer("nope", person) == NOTHING
    everything = asked.answer(None, person)
    assert everything["flags"]["g"] == {**FAILED, "name": "g"}
    assert everything["segments"] == []
    assert asked.answer("f", {"identifier": "u"})["reason"] == "DEFAULT"
    assert asked.answer("g", {"identifier": "u", "traits": {"t": {}}}) == FAILED
    assert set(asked.answer(None, {"identifier": "u", "traits": 5})["flags"]) == {"f", "g", "h"}


def test_a_document_that_the_sdk_refuses() -> None:
    needs_sdk()
    with pytest.raises(OptionError, match="refuses the document: KeyError"):
        oracle({"feature_states": []})


def test_without_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flagsmith.mappers", None)
    with pytest.raises(OptionError, match="install flagsmith"):
        oracle(DOCUMENT)
