"""From our documents to flagd's: what is said how, and what cannot be said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.dialects.base import Loss
from yardarm.dialects.flagd import DIALECT

ON = (m.Variant("on", True), m.Variant("off", False))
BETA = m.Clause("beta", "equals", (True,))


def _write(flag: m.Flag, *segments: m.Segment, **options: Any) -> tuple[Any, tuple[Loss, ...]]:
    assert DIALECT.write is not None
    made = DIALECT.write(m.Document({"f": flag}, {s.key: s for s in segments}), options)
    return made.document, made.losses


def _flag(*rules: m.Rule, **more: Any) -> m.Flag:
    return m.Flag("f", "boolean", ON, **{"enabled": True, "default": "off", "rules": rules, **more})


def _rule(when: m.Condition, serve: m.Serve | None = "on", **more: Any) -> m.Rule:
    return m.Rule("r", when, serve, **more)


def _targeting(flag: m.Flag, **options: Any) -> Any:
    document, losses = _write(flag, **options)
    assert not losses
    return document["flags"]["f"].get("targeting")


def test_a_plain_flag() -> None:
    document, losses = _write(_flag(metadata={"owner": "web"}))
    assert not losses
    assert document == {"flags": {"f": {
        "state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off",
        "metadata": {"owner": "web"},
    }}}  # fmt: skip


def test_targets_come_first_and_rules_in_order() -> None:
    flag = _flag(
        _rule(m.Clause("plan", "in", ("pro", "max"))), _rule(m.Always(), "off"),
        targets=(m.Target("on", ("u1", "u2")),),
    )  # fmt: skip
    assert _targeting(flag) == {"if": [
        {"in": [{"var": "targetingKey"}, ["u1", "u2"]]}, "on",
        {"in": [{"var": "plan"}, ["pro", "max"]]}, "on", "off",
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "expression"),
    [
        (m.Clause("a", "equals", ("x",)), {"in": [{"var": "a"}, ["x"]]}),
        (m.Clause("/a/b", "starts_with", ("x",)), {"starts_with": [{"var": "a.b"}, "x"]}),
        (
            m.Clause("a", "ends_with", ("x", "y")),
            {"or": [{"ends_with": [{"var": "a"}, "x"]}, {"ends_with": [{"var": "a"}, "y"]}]},
        ),
        (m.Clause("key", "equals", ("u",)), {"in": [{"var": "targetingKey"}, ["u"]]}),
        (m.Clause("a", "present"), {"!==": [{"var": "a"}, None]}),
        (m.Clause("a", "flagd.<", (5,)), {"<": [{"var": "a"}, 5]}),
        (m.Clause("a", "flagd.true"), {"!!": [{"var": "a"}]}),
        (m.Clause("a", "flagd.holds", ("x",)), {"in": ["x", {"var": "a"}]}),
        (m.Clause("a", "flagd.sem_ver", ("^", "1")), {"sem_ver": [{"var": "a"}, "^", "1"]}),
        (
            m.Clause("now", "before", ("2027-03-01T00:00:00Z",), m.AMBIENT_KIND),
            {"<": [{"var": "$flagd.timestamp"}, 1803859200]},
        ),
    ],
)
def test_a_clause(clause: m.Clause, expression: Any) -> None:
    assert _targeting(_flag(_rule(clause))) == {"if": [expression, "on"]}
    assert _targeting(_flag(_rule(m.Not(clause)))) == {"if": [{"!": [expression]}, "on"]}


@pytest.mark.parametrize(
    "condition",
    [
        m.Clause("a", "matches", ("x",)),
        m.Clause("a", "in_network", ("10.0.0.0/8",)),
        m.Clause("a", "equals", ("x",), "team"),
        m.Clause("a.b", "equals", ("x",)),
        m.Clause("/a/0", "equals", ("x",)),
        m.Clause("kind", "flagd.==", ("x",)),
        m.Clause("a", "has_any", (True,)),
        m.Clause("now", "before", ("2027-03-01T00:00:00.5Z",), m.AMBIENT_KIND),
        m.Clause("random", "lt", (0.5,), m.AMBIENT_KIND),
        m.Clause("a", "launchdarkly.in", ("x",)),
        m.InSegment("nobody"),
        m.FlagServes("g", ("on",)),
        m.Share(m.Bucketing(), ((0, 5),)),
        m.Fault("x"),
    ],
)
def test_a_rule_that_cannot_be_said_is_left_out(condition: m.Condition) -> None:
    document, (loss,) = _write(_flag(_rule(condition)))
    assert "targeting" not in document["flags"]["f"]
    assert (loss.pointer, loss.flag, loss.kind) == ("/flags/f/rules/0", "f", "lost")
    assert "left out" in loss.effect


def test_versions_are_said_with_a_warning() -> None:
    document, (loss,) = _write(_flag(_rule(m.Clause("v", "semver_gt", ("1.0.0",)))))
    assert document["flags"]["f"]["targeting"] == {
        "if": [{"sem_ver": [{"var": "v"}, ">", "1.0.0"]}, "on"]
    }
    assert "v1.2.0" in loss.message


def test_segments_are_evaluators() -> None:
    who = m.Segment("who", m.InSegment("what"), (m.SegmentKeys(("a",)),), (m.SegmentKeys(("b",)),))
    what = m.Segment("what", m.Clause("p", "equals", ("x",)))
    document, losses = _write(_flag(_rule(m.InSegment("who"))), what, who)
    assert not losses
    assert document["flags"]["f"]["targeting"] == {"if": [{"$ref": "who"}, "on"]}
    assert list(document["$evaluators"].items()) == [
        ("who", {"or": [
            {"in": [{"var": "targetingKey"}, ["a"]]},
            {"and": [{"!": [{"in": [{"var": "targetingKey"}, ["b"]]}]}, {"$ref": "what"}]},
        ]}),
        ("what", {"in": [{"var": "p"}, ["x"]]}),
    ]  # fmt: skip


def test_a_segment_that_flagds_python_would_stumble_over_is_put_in_its_place() -> None:
    segment = m.Segment("s", m.Clause("p", "equals", ("élan",)))
    document, losses = _write(_flag(_rule(m.InSegment("s"))), segment)
    assert not losses
    assert "$evaluators" not in document
    assert document["flags"]["f"]["targeting"] == {"if": [{"in": [{"var": "p"}, ["élan"]]}, "on"]}


@pytest.mark.parametrize(
    "segment",
    [
        m.Segment("s", m.Clause("p", "matches", ("x",))),
        m.Segment("s", m.InSegment("s")),
        m.Segment("s", included=(m.SegmentKeys(("a",), "team"),)),
    ],
)
def test_a_segment_that_cannot_be_said(segment: m.Segment) -> None:
    document, losses = _write(_flag(_rule(m.InSegment("s"))), segment)
    assert "$evaluators" not in document
    assert {loss.pointer for loss in losses} == {"/segments/s", "/flags/f/rules/0"}


# --- splits -----------------------------------------------------------------------------------

ARMS = (m.Arm("on", 30), m.Arm("off", 70))


@pytest.mark.parametrize(
    ("bucketing", "first"),
    [
        (m.Bucketing("flagd.v2"), []),
        (m.Bucketing("flagd.v2", "", ("key", "targetingKey")), [{"var": "targetingKey"}]),
        (m.Bucketing("flagd.v2.text", None, ("e",)),
         [{"cat": [{"var": "$flagd.flagKey"}, {"var": "e"}]}]),
        (m.Bucketing("flagd.v2.text", "s", ("/a/b",)), [{"cat": ["s", {"var": "a.b"}]}]),
    ],
)  # fmt: skip
def test_a_split(bucketing: m.Bucketing, first: Any) -> None:
    split = m.Split(ARMS, bucketing, "off")
    arms = [["on", 30], ["off", 70]]
    assert _targeting(_flag(_rule(m.Always(), split))) == {"fractional": [*first, *arms]}
    flag = _flag(default=replace(split, outside=None, partial=True))
    assert _targeting(flag) == {"fractional": [*first, *arms]}


def test_who_is_outside_gets_something_else_than_the_default() -> None:
    split = m.Split(ARMS, m.Bucketing("flagd.v2"), "on")
    fractional = {"fractional": [["on", 30], ["off", 70]]}
    assert _targeting(_flag(_rule(m.Always(), split))) == {"or": [fractional, "on"]}


def test_who_is_outside_goes_on() -> None:
    split = m.Split(ARMS, m.Bucketing("flagd.v2"), None, True)
    beta = m.Clause("beta", "flagd.true")
    flag = _flag(_rule(beta, split), _rule(m.Always(), "on"))
    fractional = {"fractional": [["on", 30], ["off", 70]]}
    assert _targeting(flag) == {"or": [{"if": [{"!!": [{"var": "beta"}]}, fractional]}, "on"]}


def test_a_split_by_another_algorithm_is_one_variant() -> None:
    split = m.Split((m.Arm("on", 30_000), m.Arm("off", 70_000)))
    document, (loss,) = _write(_flag(default=split))
    assert document["flags"]["f"]["targeting"] == {"if": [True, "off"]}
    assert "'yardarm'" in loss.message
    document, (loss,) = _write(_flag(default=split), splits="rehash")
    assert document["flags"]["f"]["targeting"] == {"fractional": [["on", 30_000], ["off", 70_000]]}
    assert "move" in loss.effect


def test_a_split_of_another_generation_is_another_algorithm() -> None:
    split = m.Split(ARMS, m.Bucketing("flagd.v1"), "off")
    assert _targeting(_flag(_rule(m.Always(), split)), fractional="v1")
    _, losses = _write(_flag(_rule(m.Always(), split)), fractional="v3")
    assert ["flagd.v1" in loss.message for loss in losses] == [True]


# --- what flagd has no words for ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "pointer"),
    [
        (_flag(off="off"), "/flags/f/off"),
        (_flag(enabled=False, off="off"), "/flags/f/enabled"),
        (_flag(prerequisites=(m.Prerequisite("g", ("on",)),)), "/flags/f/prerequisites/0"),
        (_flag(targets=(m.Target("on", ("t",), "team"),)), "/flags/f/targets/0"),
        (_flag(_rule(BETA, paused=True)), "/flags/f/rules/0"),
        (_flag(_rule(BETA, None)), "/flags/f/rules/0/serve"),
        (_flag(default=m.Fault("x")), "/flags/f/default"),
        (_flag(archived_at="2026-01-01T00:00:00Z"), "/flags/f"),
        (_flag(_rule(m.Logic({"fractional_v1": [["on", 1]]}))), "/flags/f/rules/0/when"),
    ],
)
def test_a_loss(flag: m.Flag, pointer: str) -> None:
    _, (loss,) = _write(flag)
    assert loss.pointer == pointer
    assert loss.effect


def test_a_disabled_flag_that_serves_something() -> None:
    document, _ = _write(_flag(_rule(BETA), enabled=False, off="off"))
    assert document["flags"]["f"] == {
        "state": "ENABLED", "variants": {"on": True, "off": False}, "defaultVariant": "off",
    }  # fmt: skip
