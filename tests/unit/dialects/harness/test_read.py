"""What Harness's document becomes in our words, and what is said of what it cannot become."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.harness import parts

from yardarm.core import model as m
from yardarm.core.validate import validate
from yardarm.dialects.base import Loss
from yardarm.dialects.harness import DIALECT
from yardarm.dialects.harness.clauses import NEVER
from yardarm.errors import DocumentError


def _read(flags: list[Any], segments: list[Any] | None = None) -> tuple[m.Document, list[Loss]]:
    reading = DIALECT.read(parts.document(flags, segments), {})
    return reading.document, list(reading.losses)


def _flag(**more: Any) -> m.Flag:
    document, losses = _read([parts.flag("f", **more)])
    assert not losses
    assert not validate(document)
    return document.flags["f"]


def _messages(losses: list[Loss]) -> str:
    return "\n".join(f"{loss.pointer}: {loss.message}; {loss.effect}" for loss in losses)


def test_a_sane_flag() -> None:
    flag = _flag(
        rules=[
            parts.rule(parts.clause("email", "ends_with", ["@x.org"]), priority=2),
            parts.rule(
                parts.clause("plan", "IN", ["pro"]),
                parts.clause("identifier", "equal", ["bob"]),
                serve=parts.shares(30, "email"),
                priority=1,
            ),
        ],
        default=parts.shares(10),
        variationToTargetMap=[parts.mapped("on", ("ann", "bob"))],
    )
    assert (flag.type, flag.enabled, flag.off) == ("boolean", True, "off")
    assert flag.variants == (m.Variant("on", True), m.Variant("off", False))
    assert flag.targets == (m.Target("on", ("ann", "bob")),)
    first, second = flag.rules
    assert first == m.Rule(
        "rule-1",
        m.AnyOf((
            m.Clause("plan", "harness.in", ("pro",)), m.Clause("key", "harness.equal", ("bob",)),
        )),
        m.Split(
            (m.Arm("on", 30), m.Arm("off", 70)), m.Bucketing("harness", by=("email", "key"))
        ),
    )  # fmt: skip
    assert second.when == m.Clause("email", "harness.ends_with", ("@x.org",))
    assert flag.default == m.Split((m.Arm("on", 10), m.Arm("off", 90)), m.Bucketing("harness"))
    assert flag.origin is not None
    assert flag.origin["dialect"] == "harness"


def test_a_list_of_flags_is_a_document_too() -> None:
    assert list(DIALECT.read([parts.flag("f")], {}).document.flags) == ["f"]


@pytest.mark.parametrize("source", [None, 5, "x", {}, {"features": []}])
def test_what_is_no_document_of_harness(source: Any) -> None:
    with pytest.raises(DocumentError, match="no document of Harness"):
        DIALECT.read(source, {})


@pytest.mark.parametrize(
    ("kind", "texts", "type_", "values", "withheld"),
    [
        ("boolean", ("true", "false"), "boolean", [True, False], []),
        ("boolean", ("TRUE", "no"), "boolean", [True, False], []),
        ("boolean", ("", "true"), "boolean", [False, True], ["v0"]),
        ("string", ("a", ""), "string", ["a", ""], ["v1"]),
        ("int", ("42", " 5 "), "integer", [42, 5], []),
        ("int", ("42", "2.5"), "number", [42, 2.5], []),
        ("int", ("42", "many"), "integer", [42, 0], ["v1"]),
        ("int", ("inf", "1e3"), "number", [0, 1000.0], ["v0"]),
        ("json", ('{"a": 1}', "nope"), "json", [{"a": 1}, None], ["v1"]),
        ("json", ("[NaN]", '"x"'), "json", [None, "x"], ["v0"]),
    ],
)
def test_values(
    kind: str, texts: tuple[str, ...], type_: str, values: list[Any], withheld: list[str]
) -> None:
    variations = tuple((f"v{n}", text) for n, text in enumerate(texts))
    document, _ = _read([parts.flag("f", kind=kind, variations=variations)])
    flag = document.flags["f"]
    assert flag.type == type_
    assert [variant.value for variant in flag.variants] == values
    assert [variant.key for variant in flag.variants if variant.withheld] == withheld


def test_entries_of_the_target_map_stay_in_order() -> None:
    document, _ = _read(
        [
            parts.flag(
                "f",
                variationToTargetMap=[
                    parts.mapped("on", ("a",), ["g"]),
                    parts.mapped("off", ("a", "b"), ["h"]),
                ],
            )
        ],
        [parts.group("g"), parts.group("h")],
    )
    flag = document.flags["f"]
    assert flag.targets == (m.Target("on", ("a",)),)
    assert [(rule.when, rule.serve) for rule in flag.rules] == [
        (m.InSegment("g"), "on"),
        (m.Clause("key", "in", ("b",)), "off"),
        (m.InSegment("h"), "off"),
    ]


def test_a_target_group() -> None:
    serving = [[parts.clause("plan", "equal", ["pro"]), parts.in_group("h")], []]
    group = parts.group("g", included=("a", "b"), excluded=("b",), serving=serving)
    document, losses = _read([], [group, parts.group("h", rules=[parts.in_group("gone")])])
    assert document.segments["g"] == m.Segment(
        "g",
        m.All((m.Clause("plan", "harness.equal", ("pro",)), m.InSegment("h"))),
        (m.SegmentKeys(("a",)),),
        (m.SegmentKeys(("b",)),),
        origin={"dialect": "harness", "raw": group},
    )
    assert document.segments["h"].when is None
    assert "there is no target group 'gone'" in _messages(losses)


def test_a_list_of_groups_ends_at_an_excluded_target() -> None:
    groups = [parts.group("g", excluded=("x",)), parts.group("h")]
    document, _ = _read([parts.flag("f", rules=[parts.rule(parts.in_group("g", "h"))])], groups)
    barred = m.Not(m.InSegment("g~excluded"))
    expected = m.AnyOf((m.InSegment("g"), m.All((barred, m.InSegment("h")))))
    assert document.flags["f"].rules[0].when == expected
    assert document.segments["g~excluded"].included == (m.SegmentKeys(("x",)),)
    assert not validate(document)


def test_groups_that_ask_one_another() -> None:
    groups = [parts.group(a, rules=[parts.in_group(b)]) for a, b in (("g", "h"), ("h", "g"))]
    document, losses = _read([], groups)
    assert "in a circle" in _messages(losses)
    assert not validate(document)


def test_prerequisites() -> None:
    needs = [{"feature": "p", "variations": ["on", "odd"]}, {"feature": "gone", "variations": []},
             {"feature": "q", "variations": ["on"]}]  # fmt: skip
    flags = [parts.flag("f", prerequisites=needs), parts.flag("p"), parts.flag("q")]
    document, losses = _read(flags)
    assert document.flags["f"].prerequisites == (m.Prerequisite("p", ("on",)),)
    assert "there is no flag 'gone'; it counts as met" in _messages(losses)
    assert "'p' has not all of these variations" in _messages(losses)


def test_prerequisites_are_taken_over_where_off_is_welcome() -> None:
    def needs(key: str, *names: str) -> list[Any]:
        return [{"feature": key, "variations": list(names)}]

    flags = [
        parts.flag("f", prerequisites=needs("p", "on", "off")),
        parts.flag("p", prerequisites=needs("q", "on")),
        parts.flag("q", prerequisites=needs("r", "on")),
        parts.flag("r"),
    ]
    document, _ = _read(flags)
    wanted = [needed.flag for needed in document.flags["f"].prerequisites]
    assert wanted == ["p", "q"]
    assert [needed.flag for needed in document.flags["p"].prerequisites] == ["q"]


@pytest.mark.parametrize(
    ("more", "pointer", "message"),
    [
        ({"state": "maybe"}, "/flags/0/state", "neither on nor off"),
        ({"kind": "float"}, "/flags/0/kind", "no kind that Harness knows"),
        ({"defaultServe": None}, "/flags/0/defaultServe", "a serve is an object"),
        ({"variations": [{"identifier": "on"}]}, "/flags/0/variations/0", "'value' is missing"),
        ({"rules": {"a": 1}}, "/flags/0/rules", "expected a list"),
        ({"rules": [{"clauses": []}]}, "/flags/0/rules/0", "'priority' is missing"),
        ({"prerequisites": [7]}, "/flags/0/prerequisites/0", "expected an object"),
    ],
)
def test_a_malformed_flag_is_reported_and_its_neighbour_read(
    more: dict[str, Any], pointer: str, message: str
) -> None:
    document, losses = _read([{**parts.flag("bad"), **more}, parts.flag("good")])
    assert list(document.flags) == ["good"]
    assert (losses[0].pointer, losses[0].flag, losses[0].kind) == (pointer, "bad", "malformed")
    assert message in losses[0].message


def test_a_flag_without_a_key_and_one_that_comes_twice() -> None:
    old, new = parts.flag("f", off="on"), parts.flag("f")
    document, losses = _read(
        [{"state": "on"}, 7, {**old, "version": 1}, {**new, "version": 2}, old]
    )
    assert document.flags["f"].off == "off"
    assert [loss.pointer for loss in losses] == ["/flags/0", "/flags/1", "/flags/3", "/flags/4"]


@pytest.mark.parametrize(
    ("clause", "condition", "message"),
    [
        (parts.clause("plan", "in", []), NEVER, ""),
        (parts.clause("plan", "like", ["a"]), NEVER, "no operator 'like'"),
        (parts.clause("", "equal", ["a"]), NEVER, "no target has an attribute"),
        (parts.clause("to_dict", "equal", ["a"]), NEVER, "no target has an attribute"),
        (parts.clause("plan", "equal", "pro"), NEVER, "the values are no list"),
        (parts.clause("key", "equal", ["a"]),
         m.Clause("attributes.key", "harness.equal", ("a",)), ""),
        (parts.clause("/a", "equal", ["a"]), m.Clause("/~1a", "harness.equal", ("a",)), ""),
        (parts.clause("plan", "equal", ["a"], negate=True),
         m.Clause("plan", "harness.equal", ("a",)), "'negate' is set"),
        ({**parts.clause("plan", "equal", ["a"]), "op": 7},
         m.Fault("the operator is no text"), "the operator is no text"),
    ],
)  # fmt: skip
def test_a_clause(clause: Any, condition: m.Condition, message: str) -> None:
    document, losses = _read([parts.flag("f", rules=[parts.rule(clause)])])
    assert document.flags["f"].rules[0].when == condition
    assert message in _messages(losses)
    assert bool(losses) is bool(message)


def test_arms_of_variations_that_there_are_not() -> None:
    serve = parts.distribution("identifier", [("on", 10), ("gone", 20), ("off", 30)])
    document, losses = _read([parts.flag("f", rules=[parts.rule(parts.clause("a", "in", ["b"]),
                                                                serve=serve)])])  # fmt: skip
    split, rest = document.flags["f"].rules
    assert split.serve == m.Split(
        (m.Arm("on", 10, ((0, 10),)), m.Arm("off", 30, ((30, 101),))),
        m.Bucketing("harness.partial"),
        partial=True,
    )
    assert (rest.id, rest.when, rest.serve) == ("rule-1-rest", split.when, None)
    assert "the flag has no variation 'gone'" in _messages(losses)


def test_flags_in_a_circle_are_reported() -> None:
    needs = [[{"feature": key, "variations": ["on"]}] for key in ("b", "a")]
    _, losses = _read(
        [parts.flag("a", prerequisites=needs[0]), parts.flag("b", prerequisites=needs[1])]
    )
    assert [loss.flag for loss in losses] == ["a", "b"]
    assert "a cycle of prerequisites" in losses[0].message


def test_ten_thousand_groups_in_one_chain_end_in_time() -> None:
    groups = [parts.group(f"g{n}", rules=[parts.in_group(f"g{n + 1}")]) for n in range(10_000)]
    document, losses = _read([parts.flag("f", rules=[parts.rule(parts.in_group("g0"))])], groups)
    assert "a chain of more than" in _messages(losses)
    assert len(document.segments) == 10_000


def test_arms_that_name_none_beside_those_that_name_one_that_there_is_not() -> None:
    """Who falls into the first is served the default, into the second the caller's fallback."""
    arms = [("on", 10), ("gone", 20.5), ("", 30), ("off", 5)]
    rule = parts.rule(parts.clause("a", "in", ["b"]), serve=parts.distribution("identifier", arms))
    document, _ = _read([parts.flag("f", rules=[rule], default={"variation": "on"})])
    lost, split, rest = document.flags["f"].rules
    share = m.Share(m.Bucketing("harness"), ((11, 30),))
    assert (lost.when, lost.serve) == (m.All((split.when, share)), None)
    assert isinstance(split.serve, m.Split)
    assert [arm.ranges for arm in split.serve.arms] == [((0, 10),), ((60.5, 101),)]
    assert (rest.when, rest.serve) == (split.when, "on")


def test_a_distribution_beside_a_variation_is_asked_all_the_same() -> None:
    serve = {**parts.shares(50), "variation": "on"}
    rule = parts.rule(parts.clause("a", "in", ["b"]), serve=serve)
    document, _ = _read([parts.flag("f", rules=[rule])])
    whole = m.Split((m.Arm("on", 100),), m.Bucketing("harness"))
    assert document.flags["f"].rules[0].serve == whole


def test_weights_beyond_a_hundred() -> None:
    arms = [("off", 30), ("on", 90), ("off", 50)]
    document, _ = _read([parts.flag("f", default=parts.distribution("identifier", arms))])
    split = document.flags["f"].default
    assert isinstance(split, m.Split)
    assert [arm.ranges for arm in split.arms] == [((0, 30),), ((30, 100),), ((100, 101),)]


def test_a_group_that_cannot_be_read_is_none_for_others() -> None:
    bad = {**parts.group("bad", excluded=("u",)), "included": 5}
    rules = [parts.clause("", "segmentMatch", ["bad", "good"])]
    groups = [parts.group("asks", rules=rules), bad, parts.group("good", included=("u",))]
    reading = DIALECT.read(parts.document([], groups), {})
    assert reading.document.segments["asks"].when == m.InSegment("good")
    assert set(reading.document.segments) == {"asks", "good"}
