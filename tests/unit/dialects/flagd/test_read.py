"""From flagd's documents to ours: what becomes of what, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.validate import validate
from yardarm.dialects.base import Loss
from yardarm.dialects.flagd import DIALECT
from yardarm.errors import DocumentError

COUNTRY = {"==": [{"var": "country"}, "NL"]}
NL = m.Clause("country", "flagd.==", ("NL",))


def _flag(targeting: Any = None, **more: Any) -> dict[str, Any]:
    flag = {"state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off"}
    return {**flag, **({} if targeting is None else {"targeting": targeting}), **more}


def _read(flag: Any, **options: Any) -> tuple[m.Flag, tuple[Loss, ...]]:
    reading = DIALECT.read({"flags": {"f": flag}}, {"fractional": "v2", **options})
    return reading.document.flags["f"], reading.losses


def _rules(targeting: Any, **more: Any) -> list[tuple[m.Condition, Any]]:
    flag, losses = _read(_flag(targeting, **more))
    assert not losses
    return [(rule.when, rule.serve) for rule in flag.rules]


def _when(condition: Any) -> m.Condition:
    return _rules({"if": [condition, "on"]})[0][0]


# --- flags ------------------------------------------------------------------------------------


def test_a_flag() -> None:
    raw = _flag({"if": [COUNTRY, "on"]}, metadata={"owner": "web", "level": 2})
    flag, losses = _read(raw)
    assert not losses
    assert (flag.type, flag.enabled, flag.off, flag.default) == ("boolean", True, None, "off")
    assert flag.variants == (m.Variant("on", True), m.Variant("off", False))
    assert flag.metadata == {"owner": "web", "level": 2}
    assert flag.origin == {"dialect": "flagd", "raw": raw, "fractional": "v2"}
    assert flag.origin is not None
    assert flag.origin["raw"] is raw


@pytest.mark.parametrize(
    ("variants", "kind"),
    [
        ({"a": "x"}, "string"), ({"a": 1}, "integer"), ({"a": 1, "b": 2.5}, "number"),
        ({"a": 1.5}, "number"), ({"a": {}}, "json"), ({"a": True, "b": 1}, "json"),
        ({"a": "x", "b": None}, "json"), ({"a": 10**20, "b": 0.5}, "json"),
    ],
)  # fmt: skip
def test_the_type_follows_from_the_variants(variants: Any, kind: str) -> None:
    assert _read(_flag(variants=variants, defaultVariant="a"))[0].type == kind


def test_states_and_defaults() -> None:
    assert not _read(_flag(state="DISABLED"))[0].enabled
    for nothing in (None, "", 0, []):
        assert _read(_flag(defaultVariant=nothing))[0].default is None
    named = {"true": 1, "false": 0}
    assert _read(_flag(variants=named, defaultVariant=True))[0].default == "true"
    flag, losses = _read(_flag(defaultVariant="stranger"))
    assert flag.default == m.Logic("stranger")
    assert [loss.kind for loss in losses] == ["malformed"]


# --- targeting --------------------------------------------------------------------------------


def test_branches_are_rules() -> None:
    rules = _rules({"if": [COUNTRY, "on", {"var": "beta"}, "off", "on"]})
    beta = m.Clause("beta", "flagd.true")
    assert rules == [(NL, "on"), (beta, "off"), (m.Always(), "on")]


def test_branches_in_branches() -> None:
    beta = m.Clause("beta", "flagd.true")
    rules = _rules({"if": [COUNTRY, {"if": [{"var": "beta"}, "on"]}, {"if": [COUNTRY, "on"]}]})
    both = m.All((NL, beta))
    assert rules == [(both, "on"), (NL, "off"), (NL, "on")]


def test_a_null_stops_and_serves_the_default() -> None:
    flag, _ = _read(_flag({"if": [COUNTRY, None, "on"]}))
    assert [(rule.when, rule.serve) for rule in flag.rules] == [(NL, "off"), (m.Always(), "on")]
    assert flag.rules[0].metadata == {"flagd": "null"}
    assert _rules({"if": [COUNTRY, "on", None]}) == [(NL, "on")]
    assert _rules({"if": [COUNTRY, None, "on"]}, defaultVariant=None)[0] == (NL, None)


def test_what_names_no_variant() -> None:
    flag, losses = _read(_flag({"if": [COUNTRY, "stranger"]}))
    assert flag.rules[0].serve == m.Logic("stranger")
    assert "'stranger'" in losses[0].message
    assert _rules({"if": [COUNTRY, True]}, variants={"true": 1, "off": 0}) == [(NL, "true")]


def test_any_other_expression_stays_jsonlogic() -> None:
    computed = {"cat": ["o", {"var": "n"}]}
    assert _rules(computed) == [(m.Always(), m.Logic(computed))]
    rules = _rules({"if": [COUNTRY, computed, "on"]})
    assert rules == [(NL, m.Logic(computed)), (NL, "off"), (m.Always(), "on")]


# --- conditions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        (COUNTRY, NL),
        ({"==": ["NL", {"var": ["country"]}]}, NL),
        ({"!=": [{"var": "country"}, "NL"]}, m.Not(NL)),
        ({"!==": [{"var": "a"}, 1]}, m.Not(m.Clause("a", "flagd.===", (1,)))),
        ({"<": [18, {"var": "age"}]}, m.Clause("age", "flagd.>", (18,))),
        ({">=": [{"var": "age"}, 18]}, m.Clause("age", "flagd.>=", (18,))),
        ({"in": [{"var": "a"}, ["x", 1, None]]}, m.Clause("a", "flagd.in", ("x", 1, None))),
        ({"in": ["x", {"var": "a.b"}]}, m.Clause("/a/b", "flagd.holds", ("x",))),
        ({"starts_with": [{"var": "a"}, "x"]}, m.Clause("a", "flagd.starts_with", ("x",))),
        ({"ends_with": [{"var": "a"}, "x"]}, m.Clause("a", "flagd.ends_with", ("x",))),
        ({"sem_ver": [{"var": "v"}, "^", "1"]}, m.Clause("v", "flagd.sem_ver", ("^", "1"))),
        ({"var": "beta"}, m.Clause("beta", "flagd.true")),
        ({"!!": [{"var": "beta"}]}, m.Clause("beta", "flagd.true")),
        ({"!": {"var": "beta"}}, m.Not(m.Clause("beta", "flagd.true"))),
        ({"and": [COUNTRY, {"or": [COUNTRY, COUNTRY]}]}, m.All((NL, m.AnyOf((NL, NL))))),
        ({"==": [{"var": "targetingKey"}, "u"]}, m.Clause("key", "flagd.==", ("u",))),
        ({"in": [{"var": "targetingKey"}, ["u"]]}, m.Clause("key", "flagd.in", ("u",))),
        ({"==": [{"var": "/a"}, 1]}, m.Clause("/~1a", "flagd.==", (1,))),
        ({"==": [{"var": "a/b"}, 1]}, m.Clause("a/b", "flagd.==", (1,))),
        (True, m.Always()),
        (0, m.Not(m.Always())),
    ],
)
def test_a_condition(expression: Any, condition: m.Condition) -> None:
    assert _when(expression) == condition


@pytest.mark.parametrize(
    "expression",
    [
        {"==": [{"var": "a"}, {"var": "b"}]},
        {"==": [{"var": ["a", 1]}, 1]},
        {"==": [{"var": "a.0"}, 1]},
        {"==": [{"var": "a.length"}, 1]},
        {"==": [{"var": "kind"}, 1]},
        {"==": [{"var": "$flagd.flagKey"}, "f"]},
        {"==": [{"var": "targetingKey"}, ""]},
        {"<": [{"var": "targetingKey"}, "x"]},
        {"==": [{"var": "a"}, ["x"]]},
        {"<": [1, {"var": "a"}, 5]},
        {"in": [{"var": "a"}, "text"]},
        {"and": []},
        {"%": [{"var": "a"}, 2]},
        {"a": 1, "b": 2},
        [1],
    ],
)
def test_a_condition_that_stays_jsonlogic(expression: Any) -> None:
    assert _when(expression) == m.Logic(expression)


def test_the_attribute_key_is_another_one_in_our_contexts() -> None:
    flag, losses = _read(_flag({"if": [{"==": [{"var": "key"}, "k"]}, "on"]}))
    assert isinstance(flag.rules[0].when, m.Logic)
    assert [loss.kind for loss in losses] == ["differs"]
    assert "flagd:key" in losses[0].effect


# --- splits -----------------------------------------------------------------------------------

ARMS = [["on", 30], ["off", 70]]


@pytest.mark.parametrize("generation", ["v1", "v2", "v3"])
@pytest.mark.parametrize(
    ("first", "suffix", "seed", "by"),
    [
        ([], "", None, ("key",)),
        ([{"var": "targetingKey"}], "", "", ("key", "targetingKey")),
        ([{"cat": [{"var": "$flagd.flagKey"}, {"var": "email"}]}], ".text", None, ("email",)),
        ([{"cat": ["s", {"var": "a.b"}]}], ".text", "s", ("/a/b",)),
    ],
)
def test_a_split(generation: str, first: Any, suffix: str, seed: Any, by: Any) -> None:
    flag, losses = _read(_flag({"fractional": [*first, *ARMS]}), fractional=generation)
    assert not losses
    bucketing = m.Bucketing(f"flagd.{generation}{suffix}", seed, by)
    split = m.Split((m.Arm("on", 30), m.Arm("off", 70)), bucketing, "off")
    assert [(rule.when, rule.serve) for rule in flag.rules] == [(m.Always(), split)]


def test_a_split_by_an_attribute_as_it_is_leaves_lists_to_jsonlogic() -> None:
    rules = _rules({"if": [COUNTRY, {"fractional": [{"var": "email"}, *ARMS]}]})
    assert [type(serve) for _, serve in rules] == [m.Split, m.Logic, str]
    assert rules[0][1].bucketing == m.Bucketing("flagd.v2", "", ("email",))
    assert rules[1][1] == m.Logic({"fractional_v2": [{"var": "email"}, *ARMS]})


@pytest.mark.parametrize(
    "arguments",
    [
        [["on", {"var": "n"}], ["off", 1]],
        [[{"var": "v"}, 1], ["off", 1]],
        [["stranger", 1], ["off", 1]],
        [["on", 0], ["off", 0]],
        [["on", 1.5], ["off", 1]],
        [{"cat": [{"var": "a"}, {"var": "b"}]}, *ARMS],
        [{"var": ["a", 1]}, *ARMS],
        [5, *ARMS],
        ["on"],
        [],
    ],
)
def test_a_split_that_stays_jsonlogic(arguments: Any) -> None:
    rules = _rules({"fractional": arguments})
    assert rules == [(m.Always(), m.Logic({"fractional_v2": arguments}))]


def test_without_the_option_the_generation_is_said_once() -> None:
    flags = {name: _flag({"fractional": ARMS}) for name in ("a", "b")}
    (loss,) = DIALECT.read({"flags": flags}, {}).losses
    assert (loss.kind, loss.flag, loss.option, loss.did) == ("differs", None, "fractional", "v2")
    assert not DIALECT.read({"flags": {"a": _flag({"if": [COUNTRY, "on"]})}}, {}).losses


# --- evaluators -------------------------------------------------------------------------------


def test_evaluators_are_segments() -> None:
    document = {
        "flags": {"f": _flag({"if": [{"$ref": "staff"}, "on"]})},
        "$evaluators": {"staff": {"or": [COUNTRY, {"$ref": "dutch"}]}, "dutch": COUNTRY},
    }
    reading = DIALECT.read(document, {})
    assert not reading.losses
    assert reading.document.flags["f"].rules[0].when == m.InSegment("staff")
    assert reading.document.segments["staff"].when == m.AnyOf((NL, m.InSegment("dutch")))
    assert reading.document.segments["dutch"].when == NL
    assert not validate(reading.document)


def test_an_evaluator_that_depends_on_the_flag_is_put_in_its_place() -> None:
    ring = {"fractional": [["on", 1], ["off", 1]]}
    document = {"flags": {"f": _flag({"$ref": "ring"})}, "$evaluators": {"ring": ring}}
    reading = DIALECT.read(document, {"fractional": "v2"})
    assert not reading.document.segments
    assert isinstance(reading.document.flags["f"].rules[0].serve, m.Split)


def test_only_later_evaluators_may_be_mentioned() -> None:
    for name in ("self", "first"):
        document = {
            "flags": {"f": _flag({"if": [{"$ref": "self"}, "on"]})},
            "$evaluators": {"first": COUNTRY, "self": {"$ref": name}},
        }
        reading = DIALECT.read(document, {})
        assert reading.document.segments["self"].when == m.Logic({"$ref": name})


def test_a_mention_of_nobody() -> None:
    flag, losses = _read(_flag({"if": [{"$ref": "nobody"}, "on"]}))
    assert flag.rules[0].when == m.Logic({"$ref": "nobody"})
    assert [loss.message for loss in losses] == ["there is no operation '$ref'"]


def test_mentions_in_values_are_replaced_too() -> None:
    flag = _flag(variants={"on": {"$ref": "v"}, "off": {}})
    reading = DIALECT.read({"flags": {"f": flag}, "$evaluators": {"v": {"a": 1}}}, {})
    assert reading.document.flags["f"].variants[0].value == {"a": 1}


# --- what is malformed ------------------------------------------------------------------------


@pytest.mark.parametrize("document", [None, [], "x", 5, {}, {"flags": []}, {"flags": None}])
def test_what_is_no_document(document: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(document, {})


@pytest.mark.parametrize(
    ("flag", "pointer"),
    [
        (None, "/flags/bad"), (5, "/flags/bad"), ({}, "/flags/bad/state"),
        (_flag(state="on"), "/flags/bad/state"), (_flag(variants={}), "/flags/bad/variants"),
        (_flag(variants=[1]), "/flags/bad/variants"),
        (_flag(defaultVariant=5), "/flags/bad/defaultVariant"),
    ],
)  # fmt: skip
def test_a_bad_flag_leaves_its_neighbours_alone(flag: Any, pointer: str) -> None:
    reading = DIALECT.read({"flags": {"bad": flag, "good": _flag()}}, {})
    assert list(reading.document.flags) == ["good"]
    assert [(loss.pointer, loss.flag, loss.kind) for loss in reading.losses] == [
        (pointer, "bad", "malformed")
    ]


def test_what_flagd_would_refuse_the_document_for_is_kept() -> None:
    raw = _flag(description="x", metadata={"nested": {}, "": 1, "kept": 1, "null": None})
    flag, losses = _read(raw)
    assert flag.metadata == {"kept": 1}
    assert [loss.pointer for loss in losses] == [
        "/flags/f/description", "/flags/f/metadata/nested", "/flags/f/metadata/",
        "/flags/f/metadata/null",
    ]  # fmt: skip


@pytest.mark.parametrize("targeting", ["x", 5, True, [1]])
def test_a_targeting_that_is_none(targeting: Any) -> None:
    flag, losses = _read(_flag(targeting))
    assert isinstance(flag.rules[0].serve, m.Fault)
    assert [loss.kind for loss in losses] == ["malformed"]


def test_an_operation_that_only_we_know_stays_unknown() -> None:
    flag, losses = _read(_flag({"fractional_v3": ARMS}))
    assert flag.rules[0].serve == m.Logic({"unknown:fractional_v3": ARMS})
    assert [loss.message for loss in losses] == ["there is no operation 'fractional_v3'"]
