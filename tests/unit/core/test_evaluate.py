"""What each way through a flag answers: value, variant, reason, rule, error, cause."""

from typing import Any

import pytest
from tests.oracle.build import FALLBACK, answer, boolean, clause, document, program, rule, split

from yardarm.core.context import Context
from yardarm.core.decision import Decision
from yardarm.core.evaluate import ACCEPTS, evaluate
from yardarm.core.model import FLAG_TYPES
from yardarm.core.program import Program

HALVES = split(("on", 100_000))
NOBODY = split(("on", 1), outside=None)
LEAVING = split(("on", 1), outside="off")

WAYS: list[tuple[str, dict[str, Any], Any, tuple[Any, ...]]] = [
    ("disabled", boolean(enabled=False), {}, (False, "off", "DISABLED", None, None, None)),
    ("disabled without off", boolean(enabled=False, off=None), {},
     (FALLBACK, None, "DISABLED", None, None, None)),
    ("static", boolean(), {}, (True, "on", "STATIC", None, None, None)),
    ("no default", boolean(default=None), {}, (FALLBACK, None, "DEFAULT", None, None, None)),
    ("default", boolean(rules=[rule({"segment": "nobody"})]), {},
     (True, "on", "DEFAULT", None, None, None)),
    ("rule", boolean(rules=[rule({"always": True}, key="r1")]), {},
     (False, "off", "TARGETING_MATCH", "r1", None, None)),
    ("second rule", boolean(rules=[rule(clause("a", "present"), key="r1"),
                                   rule(clause("b", "present"), key="r2")]), {"b": 1},
     (False, "off", "TARGETING_MATCH", "r2", None, None)),
    ("paused rule", boolean(rules=[rule({"always": True}, paused=True)]), {},
     (True, "on", "DEFAULT", None, None, None)),
    ("target", boolean(targets=[{"variant": "off", "keys": ["u"]}]), {"key": "u"},
     (False, "off", "TARGETING_MATCH", None, None, "target")),
    ("target before rules", boolean(targets=[{"variant": "on", "keys": ["u"]}],
                                    rules=[rule({"always": True})]), {"key": "u"},
     (True, "on", "TARGETING_MATCH", None, None, "target")),
    ("target of another kind", boolean(targets=[{"variant": "off", "keys": ["u"],
    "kind": "device"}]),
     {"key": "u"}, (True, "on", "DEFAULT", None, None, None)),
    ("prerequisite not met", boolean(prerequisites=[{"flag": "other", "variants": ["off"]}],
                                     targets=[{"variant": "on", "keys": ["u"]}]), {"key": "u"},
     (False, "off", "DISABLED", None, None, "prerequisite:other")),
    ("prerequisite met", boolean(prerequisites=[{"flag": "other", "variants": ["off", "on"]}]), {},
     (True, "on", "DEFAULT", None, None, None)),
    ("split", boolean(default=HALVES), {"key": "u"}, (True, "on", "SPLIT", None, None, None)),
    ("split in a rule", boolean(rules=[rule({"always": True}, HALVES, "r1")]), {"key": "u"},
     (True, "on", "SPLIT", "r1", None, None)),
    ("split without a key", boolean(default=HALVES), {},
     (FALLBACK, None, "ERROR", None, "TARGETING_KEY_MISSING", "no unit to split by")),
    ("split in a rule without a key", boolean(rules=[rule({"always": True}, HALVES)]), {},
     (True, "on", "DEFAULT", None, None, None)),
    ("outside", boolean(default=LEAVING), {"key": "u"}, (False, "off", "SPLIT", None, None,
    "outside")),
    ("outside without a key", boolean(default=LEAVING), {},
     (False, "off", "SPLIT", None, None, "outside")),
    ("outside of nothing", boolean(default=NOBODY), {"key": "u"},
     (FALLBACK, None, "DEFAULT", None, None, "outside")),
    ("outside passes on", boolean(rules=[rule({"always": True}, NOBODY, "r1"),
                                         rule({"always": True}, "off", "r2")]), {"key": "u"},
     (False, "off", "TARGETING_MATCH", "r2", None, None)),
    ("by another attribute", boolean(default=split(("on", 100_000), by=["account", "key"])),
     {"account": 7}, (True, "on", "SPLIT", None, None, None)),
    ("by a chain", boolean(default=split(("on", 100_000), by=["account", "key"])), {"key": "u"},
     (True, "on", "SPLIT", None, None, None)),
    ("by the first that is there, even if it is no unit",
     boolean(default=split(("on", 100_000), by=["account", "key"])), {"key": "u", "account": True},
     (FALLBACK, None, "ERROR", None, "TARGETING_KEY_MISSING", "no unit to split by")),
    ("by a nested attribute", boolean(default=split(("on", 100_000), by=["/a/b"])),
    {"a": {"b": "x"}},
     (True, "on", "SPLIT", None, None, None)),
    ("by another kind", boolean(default=split(("on", 100_000), kind="device")),
     {"kind": "device", "key": "d"}, (True, "on", "SPLIT", None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("flag", "context", "expected"), [w[1:] for w in WAYS], ids=[w[0] for w in WAYS]
)
def test_ways_through_a_flag(flag: Any, context: Any, expected: tuple[Any, ...]) -> None:
    made = program({"f": flag, "other": boolean()}, {"nobody": {}})
    for given in (context, Context.of(context)):
        for explained in (False, True):
            found = answer(made, "f", given, explained=explained)
            names = ("value", "variant", "reason", "rule", "error", "cause")
            assert tuple(getattr(found, name) for name in names) == expected
            assert (found.trace is not None) == explained


def test_not_found_and_the_fallback_itself() -> None:
    made = program({})
    fallback = object()
    assert evaluate(made, "f", {}, fallback) == Decision(
        "f", fallback, None, "ERROR", error="FLAG_NOT_FOUND", cause="there is no flag with this key"
    )
    assert evaluate(made, "f").value is None


@pytest.mark.parametrize("wanted", FLAG_TYPES)
@pytest.mark.parametrize("kind", FLAG_TYPES)
def test_types_that_are_asked_for(wanted: Any, kind: Any) -> None:
    values = {"boolean": True, "string": "x", "integer": 1, "number": 2, "json": [1]}
    flag = {
        "type": kind,
        "variants": [{"key": "v", "value": values[kind]}],
        "enabled": True,
        "default": "v",
    }
    found = answer(program({"f": flag}), "f", {}, wanted=wanted)
    if kind in ACCEPTS[wanted]:
        assert (found.value, found.error) == (values[kind], None)
    else:
        assert (found.value, found.error) == (FALLBACK, "TYPE_MISMATCH")
        assert found.cause == f"the flag is of type {kind}, asked for as {wanted}"


def test_a_type_that_is_none_is_a_mismatch() -> None:
    assert answer(program({"f": boolean()}), "f", {}, wanted="bool").error == "TYPE_MISMATCH"


def test_number_flags_give_floats() -> None:
    flag = {
        "type": "number",
        "variants": [{"key": "v", "value": 2}],
        "enabled": True,
        "default": "v",
    }
    found = answer(program({"f": flag})).value
    assert (found, type(found)) == (2.0, float)


def test_lists_and_objects_are_new_each_time() -> None:
    value = {"a": [1, {"b": []}]}
    flag = {
        "type": "json",
        "variants": [{"key": "v", "value": value}],
        "enabled": True,
        "default": "v",
    }
    made = program({"f": flag})
    first = answer(made).value
    first["a"][1]["b"].append("changed")
    assert answer(made).value == {"a": [1, {"b": []}]}
    assert value == {"a": [1, {"b": []}]}


def test_the_version_of_the_flag_is_told() -> None:
    assert answer(program({"f": boolean(version=7)})).version == 7


def test_segments_include_before_they_exclude_before_they_ask() -> None:
    segment = {
        "included": [{"keys": ["in", "both"]}, {"keys": ["d"], "kind": "device"}],
        "excluded": [{"keys": ["out", "both"]}], "when": clause("beta", "equals", True),
    }  # fmt: skip
    made = program({"f": boolean(rules=[rule({"segment": "s"})])}, {"s": segment})

    def belongs(context: dict[str, Any]) -> bool:
        return answer(made, "f", context).variant == "off"

    assert belongs({"key": "in"})
    assert belongs({"key": "both"})
    assert belongs({"key": "x", "beta": True})
    assert belongs({"kind": "device", "key": "d"})
    assert not belongs({"key": "out", "beta": True})
    assert not belongs({"key": "x"})
    assert not belongs({"kind": "device", "key": "in"})


def test_a_missing_attribute_matches_nothing_and_not_turns_it_round() -> None:
    for when, expected in (
        (clause("a", "equals", 1), "on"), ({"not": clause("a", "equals", 1)}, "off"),
        ({"any": [clause("a", "present"), {"not": clause("a", "gt", 1)}]}, "off"),
        ({"all": [clause("a", "present"), {"always": True}]}, "on"),
    ):  # fmt: skip
        made = program({"f": boolean(rules=[rule(when)])})
        for context in ({}, {"a": None}, {"kind": "device", "a": 1}):
            assert answer(made, "f", context).variant == expected


def test_the_clock_is_an_argument() -> None:
    made = Program.of(document({"f": boolean()}))
    assert evaluate(made, "f", {}, now=0.0) == evaluate(made, "f", {}, now=1e9)
