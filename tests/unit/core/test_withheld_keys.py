"""Keys that were withheld: lists of keys are then open, as clauses are."""

from __future__ import annotations

from typing import Any

from yardarm.core import model as m
from yardarm.core.movement import Measure, Observed

BOOLEAN = (m.Variant("on", True), m.Variant("off", False))


def document(*targets: str, included: tuple[str, ...] = ()) -> m.Document:
    flag = m.Flag(
        "f", "boolean", BOOLEAN, enabled=True, off="off", default="off",
        targets=(m.Target("on", targets, "team"),) if targets else (),
        rules=(m.Rule("r", m.InSegment("s"), "on"),),
    )  # fmt: skip
    segment = m.Segment("s", included=(m.SegmentKeys(included, "team"),) if included else ())
    return m.Document(flags={"f": flag}, segments={"s": segment})


def counted(before: m.Document, after: m.Document, context: Any) -> tuple[int, int]:
    measure = Measure(before, after)
    measure.add(Observed.of(context))
    found = measure.result()
    return found.moved, found.unknown


WITHHELD = {"kind": "multi", "user": {"key": "u"}, "team": {"plan": "pro"}, "_private": ["key"]}
KNOWN = {"kind": "multi", "user": {"key": "u"}, "team": {"key": "acme"}}


def test_a_target_may_mean_whoever_has_no_key() -> None:
    assert counted(document(), document("acme"), WITHHELD) == (0, 1)
    assert counted(document(), document("acme"), KNOWN) == (1, 0)
    assert counted(document(), document("other"), KNOWN) == (0, 0)


def test_a_segment_may_list_whoever_has_no_key() -> None:
    assert counted(document(), document(included=("acme",)), WITHHELD) == (0, 1)
    assert counted(document(), document(included=("acme",)), KNOWN) == (1, 0)


def test_values_of_other_types_are_other_questions() -> None:
    def asks(value: Any) -> m.Document:
        rule = m.Rule("r", m.Clause("n", "equals", (value,)), "on")
        flag = m.Flag(
            "f", "boolean", BOOLEAN, enabled=True, off="off", default="off", rules=(rule,)
        )
        return m.Document(flags={"f": flag})

    assert counted(asks(1), asks(True), {"key": "u", "_private": ["n"]}) == (0, 1)
