"""Our flags as Unleash's toggles, word by word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.unleash import parts

from yardarm.core import model as m
from yardarm.dialects.base import Loss
from yardarm.dialects.unleash import DIALECT
from yardarm.dialects.unleash.read import read
from yardarm.dialects.unleash.write import write

SWITCH = (m.Variant("on", True), m.Variant("off", False))


def _write(*flags: m.Flag, segments: Any = (), **options: Any) -> tuple[Any, list[Loss]]:
    document = m.Document({f.key: f for f in flags}, {s.key: s for s in segments})
    made = write(document, options)
    return made.document, list(made.losses)


def _strategies(*rules: m.Rule, default: m.Serve = "off", **more: Any) -> list[Any]:
    flag = m.Flag("f", "boolean", SWITCH, True, "off", default, rules=rules, **more)
    document, losses = _write(flag)
    assert not losses
    strategies: list[Any] = document["features"][0]["strategies"]
    return strategies


def _when(condition: m.Condition) -> list[Any]:
    made = _strategies(m.Rule("1", condition, "on"))
    return [strategy["constraints"] for strategy in made]


def _in(name: str, *values: str, no: bool = False) -> Any:
    return parts.constraint(name, "NOT_IN" if no else "IN", {"values": list(values)})


def test_a_plain_flag() -> None:
    flag = m.Flag("f", "boolean", SWITCH, True, "off", "on", description="d", purpose="permission")
    document, losses = _write(flag)
    assert not losses
    assert document == {
        "version": 2,
        "features": [{
            "name": "f", "type": "permission", "project": "default", "stale": False,
            "enabled": True, "description": "d", "impressionData": False,
            "strategies": [{"name": "default", "parameters": {}, "constraints": []}],
        }],
    }  # fmt: skip


def test_a_toggle_for_nobody() -> None:
    """A toggle without strategies would be on for everybody."""
    assert _strategies() == [parts.strategy(_in("userId"))]


def test_conditions() -> None:
    a, b, c = (m.Clause(name, "equals", ("x",)) for name in "abc")
    assert _when(m.All((a, m.Not(b)))) == [[_in("a", "x"), _in("b", "x", no=True)]]
    assert _when(m.AnyOf((a, m.All((b, c))))) == [[_in("a", "x")], [_in("b", "x"), _in("c", "x")]]
    assert _when(m.Not(m.AnyOf((a, b)))) == [[_in("a", "x", no=True), _in("b", "x", no=True)]]
    assert _when(m.Not(m.All((a, b)))) == [[_in("a", "x", no=True)], [_in("b", "x", no=True)]]
    assert _when(m.Not(m.Not(a))) == [[_in("a", "x")]]
    assert _when(m.AnyOf(())) == [[_in("userId")]]


def test_off_leaves_out_whom_it_was_for() -> None:
    a, b = (m.Clause(name, "equals", ("x",)) for name in "ab")
    made = _strategies(m.Rule("1", a, "off"), m.Rule("2", b, "on"), default="on")
    assert [strategy["constraints"] for strategy in made] == [
        [_in("a", "x", no=True), _in("b", "x")], [_in("a", "x", no=True)],
    ]  # fmt: skip


def test_off_for_nobody_leaves_out_nobody() -> None:
    """A rule whose condition cannot be evaluated never matches, here as there."""
    never = m.Rule("1", m.InSegment("nowhere"), "off")
    a = m.Clause("a", "equals", ("x",))
    made = _strategies(never, m.Rule("2", a, "on"))
    assert [strategy["constraints"] for strategy in made] == [[_in("a", "x")]]


def test_targets_come_first() -> None:
    made = _strategies(targets=(m.Target("on", ("u", "v")), m.Target("off", ("w",))), default="on")
    assert [strategy["constraints"] for strategy in made] == [
        [_in("userId", "u", "v")], [_in("userId", "w", no=True)],
    ]  # fmt: skip


def test_values_of_all_types() -> None:
    def payload(type_: m.FlagType, value: Any) -> Any:
        variants = (m.Variant("a", value),)
        document, losses = _write(m.Flag("f", type_, variants, True, None, "a"))
        assert not losses
        (variant,) = document["features"][0]["strategies"][0]["variants"]
        assert variant["name"] == "a"
        return variant.get("payload")

    assert payload("string", "x") == {"type": "string", "value": "x"}
    assert payload("string", "a") is None
    assert payload("integer", 5) == {"type": "number", "value": "5"}
    assert payload("number", 2.5) == {"type": "number", "value": "2.5"}
    assert payload("json", {"é": [1]}) == {"type": "json", "value": '{"é": [1]}'}
    assert payload("json", True) == {"type": "json", "value": "true"}


def test_prerequisites() -> None:
    parent = m.Flag("p", "boolean", SWITCH, True, "off", "on")
    choosing = m.Flag(
        "c", "string", (m.Variant("a", "1"), m.Variant("b", "2")), True, None, "a"
    )  # fmt: skip
    child = m.Flag(
        "f", "boolean", SWITCH, True, "off", "on",
        (m.Prerequisite("p", ("off",)), m.Prerequisite("c", ("a",)), m.Prerequisite("x", ("on",))),
    )  # fmt: skip
    document, losses = _write(parent, choosing, child)
    assert not losses
    assert document["features"][2]["dependencies"] == [
        {"feature": "p", "enabled": False}, {"feature": "c", "variants": ["a"]}, {"feature": "x"},
    ]  # fmt: skip


def test_a_chain_of_prerequisites() -> None:
    one = m.Flag("one", "boolean", SWITCH, True, "off", "on")
    two = replace(one, key="two", prerequisites=(m.Prerequisite("one", ("on",)),))
    three = replace(one, key="three", prerequisites=(m.Prerequisite("two", ("on",)),))
    document, losses = _write(one, two, three)
    assert document["features"][2]["strategies"] == [parts.strategy(_in("userId"))]
    assert [(loss.flag, loss.pointer, loss.effect) for loss in losses] == [
        ("three", "/flags/three/prerequisites", "the toggle is off for everybody")
    ]


def test_segments() -> None:
    a = m.Clause("a", "equals", ("x",))
    one = m.Segment("beta", m.All((a, m.Not(m.Clause("b", "present")))))
    two = m.Segment("staff", a, included=(m.SegmentKeys(("u",)),))
    rules = (m.Rule("1", m.InSegment("beta"), "on"), m.Rule("2", m.InSegment("staff"), "on"))
    flag = m.Flag("f", "boolean", SWITCH, True, "off", "off", rules=rules)
    document, losses = _write(flag, segments=(one, two))
    (segment,) = document["segments"]
    assert (segment["id"], segment["name"]) == (1, "beta")
    present = parts.constraint("b", "STR_CONTAINS", {"values": [""]}, invert=True)
    assert segment["constraints"] == [_in("a", "x"), present]
    first, *others = document["features"][0]["strategies"]
    assert first["segments"] == [1]
    assert [strategy["constraints"] for strategy in others] == [
        [_in("userId", "u")],
        [_in("a", "x")],
    ]
    assert [loss.message for loss in losses] == ["Unleash takes lists and objects for missing"]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (m.Clause("a", "has_any", ("x",)), "the operator 'has_any'"),
        (m.Clause("a", "equals", ("x",), "team"), "the context kind 'team'"),
        (m.Clause("/a/b", "equals", ("x",)), "the attribute '/a/b' inside of another"),
        (m.Clause("a", "equals", ("x\\",)), "a backslash at the end of a value"),
        (m.Share(m.Bucketing(seed="s"), ((0, 5),)), "units placed by 'yardarm'"),
        (m.FlagServes("f", ("on",)), "what the flag 'f' serves, within a rule"),
    ],
)
def test_what_cannot_be_said(when: m.Condition, message: str) -> None:
    rule = m.Rule("1", when, "on")
    document, losses = _write(m.Flag("f", "boolean", SWITCH, True, "off", "off", rules=(rule,)))
    (loss,) = losses
    assert (loss.flag, loss.pointer) == ("f", "/flags/f/rules/0")
    assert message in loss.message
    assert document["features"][0]["strategies"] == [parts.strategy(_in("userId"))]


def test_an_edited_toggle_keeps_what_we_do_not_hold() -> None:
    strategy = parts.strategy(name="mine", parameters={"a": "b"}, title="Ours", sortOrder=3)
    toggle = parts.toggle(
        "f", [strategy, parts.strategy()], more={"kept": True}, type="kill-switch"
    )
    document = read(parts.document([toggle]), {}).document
    edited = replace(document.flags["f"], description="new", enabled=False)
    made = write(replace(document, flags={"f": edited}), {}).document["features"][0]
    assert made["strategies"] == [strategy, parts.strategy()]
    assert (made["description"], made["enabled"], made["type"]) == ("new", False, "kill-switch")
    assert made["more"] == {"kept": True}


def test_archived_flags_are_left_out() -> None:
    flag = m.Flag("f", "boolean", SWITCH, archived_at="2026-01-01T00:00:00Z")
    assert _write(flag) == ({"version": 2, "features": []}, [])


def test_the_dialect() -> None:
    assert (DIALECT.name, DIALECT.title, DIALECT.write) == ("unleash", "Unleash", write)
