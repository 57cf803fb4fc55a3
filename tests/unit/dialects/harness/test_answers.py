"""Answers in Harness's shape and in ours, for targets of every kind and for our own contexts."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.harness import parts

from yardarm import Client
from yardarm.core.ambient import Ambient
from yardarm.dialects.base import Answer, Asked
from yardarm.dialects.harness import DIALECT
from yardarm.dialects.harness.contexts import read_target

NOTHING = {"value": None, "variation": ""}


def _ask(flag: Any, context: Any, key: str | None = "f", fallback: Any = "mine") -> Answer:
    assert DIALECT.evaluation is not None
    ready = DIALECT.evaluation(parts.document([flag]), {})
    return ready.answer(Asked(key, context, fallback), Ambient.at(None))


def test_an_answer() -> None:
    rule = parts.rule(parts.clause("plan", "in", ["pro"]))
    found = _ask(parts.flag("f", rules=[rule]), parts.target("u", {"plan": "pro"}))
    assert found.vendor == {"value": "true", "variation": "on"}
    assert found.decision is not None
    assert (found.decision.value, found.decision.reason) == (True, "TARGETING_MATCH")
    assert found.decision.rule == "rule-1"


def test_the_value_is_the_text_of_the_document() -> None:
    flag = parts.flag("f", kind="int", variations=(("on", "1"), ("off", " 5 ")))
    found = _ask(flag, parts.target("u"))
    assert found.vendor == {"value": " 5 ", "variation": "off"}
    assert found.decision is not None
    assert found.decision.value == 5


@pytest.mark.parametrize(
    ("key", "context", "error"),
    [
        ("gone", parts.target("u"), "FLAG_NOT_FOUND"),
        (None, parts.target("u"), "FLAG_NOT_FOUND"),
        ("f", None, "INVALID_CONTEXT"),
        ("f", {"attributes": {}}, "INVALID_CONTEXT"),
        ("f", parts.target(7), "PARSE_ERROR"),
    ],
)
def test_nothing_is_served(key: str | None, context: Any, error: str) -> None:
    found = _ask(parts.flag("f", default=parts.shares(50)), context, key)
    assert found.vendor == NOTHING
    assert found.decision is not None
    assert (found.decision.error, found.decision.value) == (error, "mine")


def test_an_off_variation_that_there_is_not() -> None:
    found = _ask(parts.flag("f", state="off", off="gone"), parts.target("u"))
    assert found.vendor == NOTHING
    assert found.decision is not None
    assert (found.decision.value, found.decision.reason) == ("mine", "DISABLED")


@pytest.mark.parametrize(
    ("target", "attributes"),
    [
        ({"identifier": "u"}, {"key": "u"}),
        ({"identifier": "u", "name": "n", "attributes": {"name": "m", "a": 1}},
         {"key": "u", "name": "n", "a": 1}),
        ({"identifier": "u", "name": "", "attributes": {"name": "m"}}, {"key": "u", "name": "m"}),
        ({"identifier": "", "attributes": {"identifier": "x"}},
         {"key": "x", "identifier": "x"}),
        ({"identifier": "u", "anonymous": False}, {"key": "u", "anonymous": False}),
        ({"identifier": "u", "anonymous": False, "attributes": {}}, {"key": "u"}),
        ({"identifier": "u", "attributes": {"key": "k", "kind": "x"}},
         {"key": "u", "attributes.key": "k", "attributes.kind": "x"}),
        ({"identifier": 7, "attributes": None}, {"key": 7}),
    ],
)  # fmt: skip
def test_a_target_as_attributes(target: Any, attributes: dict[str, Any]) -> None:
    found = read_target(target)
    assert found is not None
    found.pop("attributes", None)
    assert found == attributes


@pytest.mark.parametrize("identifier", [["u"], {"u": 1}])
def test_an_identifier_that_is_no_text_is_nobody_s(identifier: Any) -> None:
    """It equals no other, and nobody can be divided by it; only an object has a type."""
    target = parts.target(identifier, {"plan": "a"})
    mapped = parts.flag("f", variationToTargetMap=[parts.mapped("on", ("u",))])
    assert _ask(mapped, target).vendor["variation"] == "off"
    assert _ask(parts.flag("f", default=parts.shares(100)), target).vendor == NOTHING
    groups = [parts.group("g", rules=[parts.clause("plan", "in", ["a"])])]
    rule = parts.rule(parts.clause("identifier", "segmentMatch", ["g"]))
    assert DIALECT.evaluation is not None
    ready = DIALECT.evaluation(parts.document([parts.flag("f", rules=[rule])], groups), {})
    found = ready.answer(Asked("f", target), Ambient.at(None)).vendor["variation"]
    assert found == ("on" if isinstance(identifier, list) else "off")


@pytest.mark.parametrize("attributes", [None, "", "text", [], ["a"], 0, 7])
def test_attributes_that_are_no_object(attributes: Any) -> None:
    """The SDK finds what the target holds itself, and raises where it looks for anything else."""
    target = {**parts.target("u", name="ann"), "attributes": attributes}
    by_name = parts.rule(parts.clause("name", "in", ["ann"]))
    by_plan = parts.rule(parts.clause("plan", "in", ["pro"]), priority=2)
    served = {"value": "true", "variation": "on"}
    assert _ask(parts.flag("f", rules=[by_name, by_plan]), target).vendor == served
    missing = _ask(parts.flag("f", rules=[by_plan]), target, fallback="mine")
    assert missing.vendor == NOTHING
    assert missing.decision is not None
    assert (missing.decision.value, missing.decision.error) == ("mine", "PARSE_ERROR")
    assert _ask(parts.flag("f", default=parts.shares(100, "name")), target).vendor == served
    assert _ask(parts.flag("f", default=parts.shares(100, "email")), target).vendor == NOTHING
    nameless = {**target, "name": ""}
    assert _ask(parts.flag("f", rules=[by_name]), nameless).vendor == NOTHING
    unknown = parts.rule(parts.clause("plan", "like", ["pro"]))
    assert _ask(parts.flag("f", rules=[unknown]), target).vendor == NOTHING


@pytest.mark.parametrize(
    ("wanted", "served"), [(["g", "h"], "off"), (["h", "g"], "on"), (["i", "h"], "on")]
)
def test_a_clause_goes_on_where_a_target_group_breaks_off(wanted: list[str], served: str) -> None:
    """As if the group excluded the target. An entry of the target map does not."""
    broken = {**parts.clause("plan", "in", ["a"]), "op": 5}
    groups = [
        parts.group("g", rules=[parts.clause("plan", "in", ["b"]), broken]),
        parts.group("h", included=("u",)),
        parts.group("i", serving=[[parts.clause("plan", "in", ["b"]), broken]]),
    ]
    flags = [
        parts.flag("f", rules=[parts.rule(parts.in_group(*wanted))]),
        parts.flag("mapped", variationToTargetMap=[parts.mapped("on", (), wanted)]),
    ]
    assert DIALECT.evaluation is not None
    source = parts.document(flags, groups)
    ready = DIALECT.evaluation(source, {})
    target = parts.target("u", {"plan": "a"})
    found = ready.answer(Asked("f", target), Ambient.at(None))
    assert found.vendor["variation"] == served
    mapped = ready.answer(Asked("mapped", target), Ambient.at(None))
    assert mapped.vendor["variation"] == ("" if wanted[0] == "g" else "on")
    assert DIALECT.write(DIALECT.read(source, {}).document, {}).document == source


def _chain(wanted: str) -> list[Any]:
    """`f` needs `p`, which is divided by the email and needs `q`, which is."""
    split = parts.shares(100, "email")
    return [
        parts.flag("f", prerequisites=[{"feature": "p", "variations": [wanted]}]),
        parts.flag("p", default=split, prerequisites=[{"feature": "q", "variations": ["on"]}]),
        parts.flag("q", state="off"),
    ]


def test_a_prerequisite_is_asked_before_its_own() -> None:
    """So the SDK raises there, though what that one needs is not met."""
    assert DIALECT.evaluation is not None
    ready = DIALECT.evaluation(parts.document(_chain("on")), {})
    found = ready.answer(Asked("f", parts.target("u", {"email": 5})), Ambient.at(None))
    assert found.vendor == NOTHING
    plain = ready.answer(Asked("f", parts.target("u", {"email": "a"})), Ambient.at(None))
    assert plain.vendor == {"value": "false", "variation": "off"}


def test_prerequisites_of_a_flag_that_is_off_are_asked() -> None:
    assert DIALECT.evaluation is not None
    flags = _chain("on")
    flags[0]["state"] = "off"
    ready = DIALECT.evaluation(parts.document(flags), {})
    target = parts.target("u", {"email": 5})
    assert ready.answer(Asked("f", target), Ambient.at(None)).vendor == NOTHING


def test_prerequisites_in_a_circle_end() -> None:
    split = parts.shares(100, "email")
    one = parts.flag("f", default=split, prerequisites=[{"feature": "f", "variations": ["on"]}])
    assert _ask(one, parts.target("u", {"email": "a"})).vendor == NOTHING


def test_our_own_contexts_work_on_imported_flags() -> None:
    rule = parts.rule(parts.clause("country", "equal", ["nl"]), serve=parts.shares(43))
    flag = parts.flag("f", rules=[rule], variationToTargetMap=[parts.mapped("on", ("ann",))])
    document = DIALECT.read(parts.document([flag]), {}).document
    with Client.from_document(document) as client:
        assert client.boolean("f", {"key": "user-1", "country": "NL"}, fallback=False)
        assert not client.boolean("f", {"key": "user-2", "country": "NL"}, fallback=True)
        assert not client.boolean("f", {"key": "user-1", "country": "BE"}, fallback=True)
        assert client.boolean("f", {"key": "ann"}, fallback=False)


def test_an_empty_text_is_the_callers_fallback_as_in_harness() -> None:
    flag = parts.flag("f", kind="string", variations=(("on", "x"), ("off", "")))
    document = DIALECT.read(parts.document([flag]), {}).document
    with Client.from_document(document) as client:
        assert client.string("f", {"key": "u"}, fallback="mine") == "mine"
    assert _ask(flag, parts.target("u")).vendor == {"value": "", "variation": "off"}
