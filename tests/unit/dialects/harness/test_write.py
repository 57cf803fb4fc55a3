"""What our words become in Harness's, and what is said of what it has no words for."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.dialects.base import Loss
from yardarm.dialects.harness import DIALECT


def _write(*flags: m.Flag, segments: tuple[m.Segment, ...] = (), **options: Any) -> Any:
    document = m.Document({f.key: f for f in flags}, {s.key: s for s in segments})
    assert DIALECT.write is not None
    return DIALECT.write(document, options)


def _flag(*rules: m.Rule, **more: Any) -> m.Flag:
    given: dict[str, Any] = {"off": "no", "default": "no", "enabled": True, **more}
    variants = (m.Variant("yes", True), m.Variant("no", False))
    return m.Flag("f", "boolean", variants, rules=rules, **given)


def _clauses(when: m.Condition, **more: Any) -> tuple[list[Any], list[Loss], list[Any]]:
    written = _write(_flag(m.Rule("r", when, "yes")), **more)
    rules = written.document["flags"][0]["rules"]
    clauses = [
        (clause["attribute"], clause["op"], clause["values"])
        for rule in rules
        for clause in rule["clauses"]
    ]
    return clauses, list(written.losses), written.document["segments"]


def test_a_flag() -> None:
    written = _write(_flag(targets=(m.Target("yes", ("ann",)),)), project="shop", environment="e")
    assert written.losses == ()
    assert written.document == {
        "flags": [
            {
                "project": "shop",
                "environment": "e",
                "feature": "f",
                "state": "on",
                "kind": "boolean",
                "variations": [
                    {"identifier": "yes", "value": "true"},
                    {"identifier": "no", "value": "false"},
                ],
                "defaultServe": {"variation": "no"},
                "offVariation": "no",
                "rules": [],
                "variationToTargetMap": [
                    {"variation": "yes", "targets": [{"identifier": "ann", "name": "ann"}]}
                ],
            }
        ],
        "segments": [],
    }


@pytest.mark.parametrize(
    ("when", "clauses"),
    [
        (m.Clause("plan", "equals", ("pro",)), [("plan", "in", ["pro"])]),
        (m.Clause("key", "in", ("a", "b")), [("identifier", "in", ["a", "b"])]),
        (m.Clause("plan", "starts_with", ("a", "b")),
         [("plan", "starts_with", ["a"]), ("plan", "starts_with", ["b"])]),
        (m.Clause("attributes.kind", "contains", ("a",)), [("kind", "contains", ["a"])]),
        (m.Clause("/~1a~1b", "ends_with", ("c",)), [("/a/b", "ends_with", ["c"])]),
        (m.Clause("plan", "harness.gt", (5,)), [("plan", "gt", [5])]),
        (m.Always(), [("identifier", "starts_with", [""])]),
        (m.AnyOf((m.Clause("a", "equals", ("1",)), m.Clause("b", "equals", ("2",)))),
         [("a", "in", ["1"]), ("b", "in", ["2"])]),
        (m.InSegment("s"), [("", "segmentMatch", ["s"])]),
        (m.Not(m.Always()), []),
    ],
)  # fmt: skip
def test_what_harness_can_say(when: m.Condition, clauses: list[Any]) -> None:
    found, losses, _ = _clauses(when, segments=(m.Segment("s"),))
    assert not losses
    assert found == clauses


def test_several_clauses_at_once_become_a_target_group() -> None:
    pro, nl = m.Clause("plan", "equals", ("pro",)), m.Clause("country", "in", ("NL", "BE"))
    found, losses, groups = _clauses(m.All((pro, m.AnyOf((nl, m.InSegment("s"))))),
                                     segments=(m.Segment("s"),))  # fmt: skip
    assert not losses
    assert found == [("", "segmentMatch", ["f~r"])]
    rules = groups[1]["servingRules"]
    assert [[clause["op"] for clause in rule["clauses"]] for rule in rules] == [
        ["in", "in"],
        ["in", "segmentMatch"],
    ]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (m.Not(m.Clause("plan", "equals", ("pro",))), "a negation"),
        (m.Clause("age", "gt", (5,)), "the operator 'gt'"),
        (m.Clause("age", "equals", (5,)), "with values that are not text"),
        (m.Clause("plan", "equals", ("pro",), "team"), "the kind 'team'"),
        (m.Clause("/address/city", "equals", ("x",)), "the attribute '/address/city'"),
        (m.Clause("identifier", "equals", ("x",)), "the attribute 'identifier'"),
        (m.Clause("to_dict", "equals", ("x",)), "the attribute 'to_dict'"),
        (m.FlagServes("g", ("a",)), "another flag"),
        (m.Share(m.Bucketing("harness"), ((0, 50),)), "a share"),
        (m.Fault("odd"), "cannot be evaluated"),
        (m.Logic(True), "JSONLogic"),
        (m.AnyOf(()), "an empty condition"),
        (m.All((m.Clause("a", "in", ("x",)), m.Clause("a", "harness.untyped"))), "untyped"),
    ],
)
def test_what_harness_has_no_words_for(when: m.Condition, message: str) -> None:
    found, losses, _ = _clauses(when)
    assert found == []
    assert message in losses[0].message
    assert losses[0].flag == "f"
    assert "left out" in losses[0].effect


def test_a_condition_of_too_many_alternatives_is_refused() -> None:
    pair = m.AnyOf((m.Clause("a", "in", ("x",)), m.Clause("b", "in", ("y",))))
    found, losses, _ = _clauses(m.All((pair,) * 30))
    assert found == []
    assert "more than 100 alternatives" in losses[0].message


def test_the_callers_fallback_is_a_variation_that_there_is_not() -> None:
    rule = m.Rule("r", m.Clause("a", "in", ("x",)), None)
    made = _write(_flag(rule, off=None, default=None)).document["flags"][0]
    assert made["offVariation"] == "(none)"
    assert made["defaultServe"] == {}
    assert made["rules"][0]["serve"] == {"variation": "(none)"}


def test_a_split_of_another_algorithm_is_fixed_or_rehashed() -> None:
    flag = _flag(default=m.Split((m.Arm("yes", 33_300), m.Arm("no", 66_700))))
    fixed = _write(flag)
    assert fixed.document["flags"][0]["defaultServe"] == {"variation": "no"}
    assert "the algorithm 'yardarm'" in fixed.losses[0].message
    again = _write(flag, splits="rehash")
    assert again.document["flags"][0]["defaultServe"] == {
        "distribution": {
            "bucketBy": "identifier",
            "variations": [{"variation": "yes", "weight": 33}, {"variation": "no", "weight": 67}],
        }
    }
    assert "everybody may move" in again.losses[0].message


def test_a_rule_whose_split_passes_units_on() -> None:
    split = m.Split((m.Arm("yes", 20, ((0, 20),)),), m.Bucketing("harness.partial"), partial=True)
    written = _write(_flag(m.Rule("r", m.Clause("a", "in", ("x",)), split)))
    assert "passes units on" in written.losses[0].message


def test_losses_are_inherited() -> None:
    segment = m.Segment("s", m.Not(m.Clause("a", "in", ("x",))))
    asks = _flag(m.Rule("r", m.InSegment("s"), "yes"))
    variants = (m.Variant("yes", True),)
    needs = m.Flag("g", "boolean", variants, prerequisites=(m.Prerequisite("f", ("yes",)),))
    written = _write(asks, needs, segments=(segment,))
    assert {loss.flag for loss in written.losses} == {None, "f", "g"}


def test_other_ideas_of_a_prerequisite() -> None:
    missing = _flag(prerequisites=(m.Prerequisite("gone", ("yes",)),))
    assert "Harness counts as met" in _write(missing).losses[0].message
    other = m.Flag("g", "boolean", (m.Variant("yes", True),), off="yes")
    enabled = _flag(prerequisites=(m.Prerequisite("g", ("yes",), enabled=True),))
    assert "a flag that is off" in _write(enabled, other).losses[0].message


def test_an_archived_flag_is_not_written() -> None:
    written = _write(_flag(archived_at="2026-01-01T00:00:00Z"))
    assert written.document["flags"] == []
