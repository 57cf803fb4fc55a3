"""Meters say what `decide` judges by: over exactly where it finds a ground."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.server.approvals.test_decide import NOW

from yardarm.server.approvals.decide import decide
from yardarm.server.approvals.meters import meters
from yardarm.server.approvals.model import Budgets, Case, Limit, Moved, Policies, Traits
from yardarm.server.approvals.model import TighterLimit as Tighter


def test_what_is_used_what_this_takes_and_what_it_may_take() -> None:
    budgets = Budgets(
        Limit(max_share=0.1),
        Limit(max_share=0.05, max_contexts=900),
        (Tighter("tag", "payments", Limit(max_contexts=10)),),
    )
    flags = {"nav": (120, 30), "pay": (8, 0)}
    case = Case(
        "production",
        Policies(budgets),
        Moved(10_000, 120, 30, flags=flags),
        past=(Moved(10_000, 60, flags={"nav": (60, 0)}),),
        traits={"pay": (Traits(tags=frozenset({"payments"})),)},
    )
    found = [
        (m.about, m.window, m.unit, m.limit, m.used, m.moved, round(m.unknown, 9), m.over)
        for m in meters(case)
    ]
    assert found == [
        ("", "change", "share", 0.1, 0, 0.012, 0.003, False),
        ("", "hour", "share", 0.05, 0.006, 0.012, 0.003, False),
        ("", "hour", "contexts", 900, 60, 120, 30, False),
        ("flags of tag 'payments'", "change", "contexts", 10, 0, 8, 0, False),
    ]


def test_an_hour_that_nobody_counted_is_not_shown_as_nothing() -> None:
    budgets = Budgets(per_hour=Limit(max_share=0.5))
    (meter,) = meters(Case("production", Policies(budgets), Moved(10, 1), past=(None,)))
    assert meter.used is None
    assert meter.over
    assert meters(Case("production", Policies(budgets), None)) == ()
    assert meters(Case("production", Policies(), Moved(10, 1))) == ()


counts = st.integers(0, 40)


@given(
    st.tuples(counts, counts, counts),
    st.lists(counts, max_size=3),
    st.floats(0, 1),
    counts,
    st.sampled_from([1.0, 0.25]),
)
def test_a_meter_is_over_where_approval_is_needed(
    numbers: tuple[int, int, int], past: list[int], share: float, most: int, rate: float
) -> None:
    moved, unknown, rest = numbers
    contexts = moved + unknown + rest + 1
    budgets = Budgets(Limit(share, most), Limit(share, most))
    case = Case(
        "production",
        Policies(budgets),
        Moved(contexts, moved, unknown, rate),
        past=tuple(Moved(100, each, 0, rate) for each in past),
    )
    if not moved + unknown and rate >= 1:
        assert decide([case], NOW) == ()  # nobody moves, whatever was spent
        return
    grounds = {ground.rule for ground in decide([case], NOW)}
    over = {("budget" if m.window == "change" else "hour") for m in meters(case) if m.over}
    assert over == grounds
