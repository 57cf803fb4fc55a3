"""Policies as they are read: what they mean, and where they are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.errors import DocumentError
from yardarm.server.approvals.model import Approval, Budgets, Limit, PolicyName, TighterLimit
from yardarm.server.approvals.policy import read_policy


def test_budgets() -> None:
    body = {
        "max_share": 0.1,
        "max_contexts": 1000,
        "per_hour": {"max_share": 1.5},
        "growth_share": 2,
        "shrink_share": 0.2,
        "deleted_flags": 3,
        "without_population": "allow",
        "for": [{"tag": "payments", "max_share": 0.01}, {"owner": "ann", "max_contexts": 0}],
    }
    assert read_policy("budgets", body) == Budgets(
        once=Limit(0.1, 1000),
        per_hour=Limit(1.5),
        tighter=(
            TighterLimit("tag", "payments", Limit(0.01)),
            TighterLimit("owner", "ann", Limit(None, 0)),
        ),
        growth_share=2,
        shrink_share=0.2,
        deleted_flags=3,
        unchecked="allow",
    )


def test_an_empty_budget_bounds_nothing() -> None:
    found = read_policy("budgets", {})
    assert isinstance(found, Budgets)
    assert not found.counts_movement


def test_approval() -> None:
    assert read_policy("approval", {}) == Approval()
    body = {"approvals": 2, "by": ["ann", "bob"], "expires_hours": 0.5, "always": True}
    assert read_policy("approval", body) == Approval(2, frozenset(("ann", "bob")), 0.5, True)


WRONG: list[tuple[PolicyName, Any, str]] = [
    ("budgets", [], ""),
    ("budgets", {"max_shar": 0.1}, "/max_shar"),
    ("budgets", {"max_share": 10}, "/max_share"),
    ("budgets", {"max_share": -0.1}, "/max_share"),
    ("budgets", {"max_share": True}, "/max_share"),
    ("budgets", {"max_share": float("inf")}, "/max_share"),
    ("budgets", {"max_contexts": -1}, "/max_contexts"),
    ("budgets", {"max_contexts": 1.5}, "/max_contexts"),
    ("budgets", {"per_hour": 0.1}, "/per_hour"),
    ("budgets", {"per_hour": {"max": 1}}, "/per_hour/max"),
    ("budgets", {"without_population": "ignore"}, "/without_population"),
    ("budgets", {"for": {}}, "/for"),
    ("budgets", {"for": [1]}, "/for/0"),
    ("budgets", {"for": [{"max_share": 0.1}]}, "/for/0"),
    ("budgets", {"for": [{"tag": "a", "owner": "b", "max_share": 0.1}]}, "/for/0"),
    ("budgets", {"for": [{"tag": "a"}]}, "/for/0"),
    ("budgets", {"for": [{"purpose": "fun", "max_share": 0.1}]}, "/for/0/purpose"),
    ("budgets", {"for": [{"tag": "a", "max_share": 0.1}] * 101}, ""),
    ("freezes", {}, ""),
    ("freezes", {"windows": [{"from": "2027-01-01"}]}, "/windows/0/from"),
    ("freezes", {"windows": [{"from": "2027-01-01T00:00:00Z"}]}, "/windows/0"),
    (
        "freezes",
        {"windows": [{"from": "2027-01-02T00:00:00Z", "to": "2027-01-01T00:00:00Z"}]},
        "/windows/0",
    ),
    ("freezes", {"windows": [{"days": ["fri"], "from": "16", "to": "8:00"}]}, "/windows/0/from"),
    ("freezes", {"windows": [{"days": ["fri"], "from": "16:00", "to": "24:00"}]}, "/windows/0/to"),
    ("freezes", {"windows": [{"days": []}]}, "/windows/0"),
    ("freezes", {"windows": [{"days": ["friday"]}]}, "/windows/0/days/0"),
    ("freezes", {"windows": [{"days": ["fri"], "zone": "Europe"}]}, "/windows/0/zone"),
    ("freezes", {"windows": [{"days": ["fri"], "zone": "../../secret"}]}, "/windows/0/zone"),
    ("freezes", {"windows": [{"days": ["fri"], "zone": "Mars/Olympus"}]}, "/windows/0/zone"),
    ("freezes", {"windows": [{"days": ["fri"], "reason": 1}]}, "/windows/0/reason"),
    ("approval", {"approvals": 0}, "/approvals"),
    ("approval", {"approvals": 2, "by": ["ann"]}, "/by"),
    ("approval", {"by": [1]}, "/by/0"),
    ("approval", {"expires_hours": 0}, "/expires_hours"),
    ("approval", {"expires_hours": float("nan")}, "/expires_hours"),
    ("approval", {"always": "yes"}, "/always"),
]


@pytest.mark.parametrize(("name", "body", "pointer"), WRONG)
def test_what_is_wrong_is_named_where_it_is(name: PolicyName, body: Any, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_policy(name, body)
    assert pointer in [problem.pointer for problem in caught.value.problems]
