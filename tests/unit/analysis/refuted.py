"""Whether a context refutes a finding, by the plain interpreter alone."""

from __future__ import annotations

from typing import Any

from tests.unit.analysis.small_worlds import Truth, part

from yardarm.analysis import Finding
from yardarm.core import model as m


def refutes(truth: Truth, finding: Finding, context: Any) -> bool:
    """Whether the context shows that a finding is wrong."""
    document = truth.document
    if finding.segment is not None:
        return _of_segment(truth, finding, finding.segment, context)
    assert finding.flag is not None
    key = finding.flag
    at = finding.pointer.removeprefix(f"/flags/{key}")
    match finding.kind:
        case "rule-never-matches" | "rule-shadowed" | "prerequisite-never-holds":
            return truth.notes(key, context).get(at) is True
        case "variant-never-served":
            variant = document.flags[key].variants[int(at.rpartition("/")[2])]
            return truth.serves(key, context) == variant.key
        case "condition-contradictory" | "condition-always-true":
            head, _, inner = at.removeprefix("/rules/").partition("/when")
            condition = part(document.flags[key].rules[int(head)].when, inner)
            return _constant(truth, finding, condition, key, context)
        case _:
            return False


def _of_segment(truth: Truth, finding: Finding, key: str, context: Any) -> bool:
    match finding.kind:
        case "segment-empty":
            return truth.belongs(key, context) is True
        case "segment-duplicate":
            other = finding.culprits[0].removeprefix("/segments/")
            return truth.belongs(key, context) != truth.belongs(other, context)
        case "condition-contradictory" | "condition-always-true":
            inner = finding.pointer.removeprefix(f"/segments/{key}/when")
            when = truth.document.segments[key].when
            assert when is not None
            return _constant(truth, finding, part(when, inner), key, context)
        case _:
            return False


def _constant(
    truth: Truth, finding: Finding, condition: m.Condition, owner: str, context: Any
) -> bool:
    held = truth.holds(condition, owner, context)
    return held is (finding.kind == "condition-contradictory")
