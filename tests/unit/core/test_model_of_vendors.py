"""The parts of the model that vendors' documents need: shares, faults, ambient, cycles."""

from typing import Any

import pytest
from tests.oracle.build import answer, boolean, clause, document, program, rule, split, why

from yardarm import Client
from yardarm.core.ambient import Ambient
from yardarm.core.bucketing import yardarm
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.context import Context
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program

SHARE = {"share": {"ranges": [[0, 50_000]], "seed": "s"}}


def units(seed: str, below: int, count: int = 40) -> dict[str, bool]:
    return {f"u{n}": yardarm(seed)(f"u{n}") < below for n in range(count)}


def test_a_share_matches_the_units_in_its_ranges() -> None:
    asked = program({"f": boolean(rules=[rule(SHARE)])})
    expected = units("s", 50_000)
    assert len(set(expected.values())) == 2
    for unit, inside in expected.items():
        for _ in range(2):  # the second time it is remembered
            assert (answer(asked, "f", {"key": unit}).variant == "off") is inside
    assert answer(asked, "f", {}).variant == "on"


def test_a_share_is_seeded_by_the_flag_unless_it_says_otherwise() -> None:
    asked = program({"f": boolean(rules=[rule({"share": {"ranges": [[0, 30_000]]}})])})
    for unit, inside in units("f", 30_000).items():
        assert (answer(asked, "f", {"key": unit}).variant == "off") is inside


def test_a_share_is_explained_with_its_bucket() -> None:
    asked = program({"f": boolean(rules=[rule(SHARE)])})
    decision = evaluate(asked, "f", {"key": "u1"}, explained=True)
    assert decision.trace is not None
    [shared] = decision.trace.parts[0].parts
    assert (shared.kind, shared.bucket) == ("share", yardarm("s")("u1"))


def test_a_fault_aborts_only_those_who_reach_it() -> None:
    flags = {
        "f": boolean(rules=[rule({"all": [clause("a", "equals", 1), {"fault": "odd"}]})]),
        "served": boolean(rules=[rule(clause("a", "equals", 1), {"fault": "odd"})]),
        "needs": boolean(prerequisites=[{"flag": "f", "variants": ["on"]}]),
        "default": boolean(default={"fault": "odd"}),
    }
    asked = program(flags, {"s": {"when": {"fault": "of a segment"}}})
    for key in ("f", "served", "needs"):
        assert answer(asked, key, {"a": 2}).variant == "on"
        reached = answer(asked, key, {"a": 1})
        assert (reached.variant, reached.reason, reached.error) == (None, "ERROR", "PARSE_ERROR")
        assert reached.cause == "malformed: odd"
    assert answer(asked, "default").cause == "malformed: odd"


def test_a_fault_is_published_with_a_warning() -> None:
    flags = {"f": boolean(rules=[rule({"fault": "odd"}, {"fault": "odder"})])}
    assert why({"flags": flags}) == []


def test_serving_null_ends_with_the_callers_fallback() -> None:
    asked = program({"f": boolean(rules=[rule({"always": True}, None), rule(SHARE, key="r2")])})
    found = answer(asked, "f", {"key": "u"})
    assert (found.variant, found.reason, found.rule) == (None, "TARGETING_MATCH", "r")


def test_a_prerequisite_may_have_to_be_enabled() -> None:
    flags = {
        "other": boolean(enabled=False, off="on"),
        "any": boolean(prerequisites=[{"flag": "other", "variants": ["on"]}]),
        "f": boolean(prerequisites=[{"flag": "other", "variants": ["on"], "enabled": True}]),
    }
    asked = program(flags)
    assert answer(asked, "any").variant == "on"
    assert answer(asked, "f").variant == "off"
    assert answer(asked, "f").cause == "prerequisite:other"


@pytest.mark.parametrize(("context", "kinds"), [
    ({"key": "u"}, ["user"]), ({}, ["user"]), ({"kind": "org", "key": "o"}, ["org"]),
    ({"kind": "multi", "user": {"key": "u"}, "org": {"key": "o"}}, ["user", "org"]),
])  # fmt: skip
def test_a_clause_may_ask_for_the_kinds(context: Any, kinds: list[str]) -> None:
    asks = clause("kinds", "has_any", "org", kind="$")
    asked = program({"f": boolean(rules=[rule(asks)])})
    assert (answer(asked, "f", context).variant == "off") is ("org" in kinds)


def test_a_clause_may_ask_for_the_present_and_for_chance() -> None:
    flags = {
        "now": boolean(rules=[rule(clause("now", "gte", 100, kind="$"))]),
        "chance": boolean(rules=[rule(clause("random", "lt", 0.5, kind="$"))]),
    }
    asked = program(flags)
    assert answer(asked, "now", now=99.0).variant == "on"
    assert answer(asked, "now", now=100.0).variant == "off"
    for drawn, variant in ((0.4, "off"), (0.6, "on")):
        ambient = Ambient.at(None, lambda drawn=drawn: drawn)  # type: ignore[misc]
        assert answer(asked, "chance", ambient=ambient).variant == variant
    assert asked.compiled("now").run({}, None, None).variant == "on"  # nobody says what time it is


def test_a_client_knows_the_present_and_draws_by_chance() -> None:
    flags = {
        "now": boolean(rules=[rule(clause("now", "gte", 1_000_000_000, kind="$"))]),
        "chance": boolean(rules=[rule(clause("random", "lt", 0.5, kind="$"))]),
    }
    client = Client.from_document({"flags": flags})
    assert client.boolean("now", {"key": "u"}, fallback=True) is False
    assert {client.boolean("chance", {"key": "u"}) for _ in range(200)} == {True, False}


CYCLE = {
    "a": boolean(prerequisites=[{"flag": "b", "variants": ["on"]}]),
    "b": boolean(prerequisites=[{"flag": "a", "variants": ["on"]}]),
    "c": boolean(prerequisites=[{"flag": "a", "variants": ["on"]}]),
    "off": boolean(enabled=False, prerequisites=[{"flag": "off", "variants": ["on"]}]),
}


def test_cycles_are_refused_unless_they_are_to_be_followed() -> None:
    refused = program(CYCLE)
    assert answer(refused, "off").error == "PARSE_ERROR"
    followed = Program.of(document(CYCLE), follow_cycles=True)
    for key in ("a", "b", "c"):
        found = answer(followed, key)
        assert found.error == "PARSE_ERROR"
        assert "cycle" in str(found.cause)
        assert evaluate(followed, key, explained=True).trace is not None
    assert answer(followed, "off").variant == "off"  # never comes back to itself


def test_a_cycle_that_is_not_walked_round_is_no_cycle() -> None:
    flags = {
        "a": boolean(rules=[rule({"all": [clause("x", "equals", 1), _serves("b")]})]),
        "b": boolean(rules=[rule({"all": [clause("y", "equals", 1), _serves("a")]})]),
    }
    followed = Program.of(document(flags), follow_cycles=True)
    assert answer(followed, "a", {"x": 1}).variant == "off"
    assert answer(followed, "b", {"x": 1}).variant == "on"
    assert answer(followed, "a", {"x": 1, "y": 1}).error == "PARSE_ERROR"


def test_segments_in_a_cycle_are_followed_too() -> None:
    segments = {
        "s": {"when": {"all": [clause("x", "equals", 1), {"segment": "t"}]}},
        "t": {"when": {"segment": "s"}},
    }
    flags = {"f": boolean(rules=[rule({"segment": "s"})])}
    followed = Program.of(document(flags, segments), follow_cycles=True)
    assert answer(followed, "f", {"x": 2}).variant == "on"
    assert answer(followed, "f", {"x": 1}).error == "PARSE_ERROR"


def test_an_arm_that_is_not_tracked_is_served_and_not_reported() -> None:
    arms = split(("on", 100_000))
    arms["split"]["arms"][0]["tracked"] = False
    client = Client.from_document({"flags": {"f": boolean(default=arms), "g": boolean()}})
    for _ in range(2):
        assert client.boolean("f", {"key": "u"}) is True
        assert client.boolean("g", {"key": "u"}) is True
    exposed = list(iter(client._exposures.take_exposure, None))
    assert [exposure.flag for exposure in exposed] == ["g"]


def test_everything_comes_back_from_json() -> None:
    untracked = split(("on", 1), outside=None)
    untracked["split"]["arms"][0]["tracked"] = False
    flag = boolean(
        variants=[{"key": "on", "value": True, "metadata": {"payload": "x"}},
                  {"key": "off", "value": False}],
        prerequisites=[{"flag": "g", "variants": ["on"], "enabled": True}],
        rules=[
            rule(SHARE, None, metadata={"id": 7}),
            rule({"fault": "w"}, {"fault": "s"}, "r2"),
            rule({"logic": {"==": [1, 1]}}, {"logic": {"var": "x"}}, "r3"),
            rule(clause("now", "gte", 1, kind="$"), untracked, "r4"),
        ],
    )  # fmt: skip
    made = document_from_json({"flags": {"f": flag, "g": boolean()}})
    assert document_from_json(document_to_json(made)) == made
    assert document_to_json(made)["flags"]["f"]["rules"] == flag["rules"]


@pytest.mark.parametrize(("condition", "pointer"), [
    ({"share": {"ranges": [[0, 100_001]]}}, "/share/ranges/0"),
    ({"share": {"ranges": [[0.5, 1]]}}, "/share/ranges/0"),
    ({"share": {"ranges": [[0, 1]], "algorithm": "dice"}}, "/share/algorithm"),
    ({"share": {"seed": "s"}}, "/share"),
    ({"fault": 7}, "/fault"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_where_it_stands(condition: Any, pointer: str) -> None:
    problems = why({"flags": {"f": boolean(rules=[rule(condition)])}})
    assert [p.pointer for p in problems] == [f"/flags/f/rules/0/when{pointer}"]


def test_unknown_vendors_are_unknown() -> None:
    for name in ("nobody.in", "launchdarkly.nothing"):
        [problem] = why({"flags": {"f": boolean(rules=[rule(clause("a", name, {"any": "json"}))])}})
        assert problem.message == f"there is no operator {name!r}"
    asked = program({"f": boolean(rules=[rule(clause("a", "nobody.in", []))])})
    assert answer(asked, "f", Context("u")).variant == "on"


def _serves(flag: str) -> dict[str, Any]:
    return {"flag": flag, "variants": ["on"]}
