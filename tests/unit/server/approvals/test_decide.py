"""What is within the policies and what is not: by tables, and against brute force."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.core.codec import document_from_json
from yardarm.core.movement import Measure, Observed
from yardarm.server.approvals.decide import decide
from yardarm.server.approvals.model import Budgets, Case, Moved, Policies, Traits
from yardarm.server.approvals.policy import read_policy

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def words(case: Case, **body: Any) -> list[str]:
    budgets = read_policy("budgets", body)
    assert isinstance(budgets, Budgets)
    policies = Policies(budgets, case.policies.freezes, case.policies.approval)
    return [ground.words for ground in decide([replace(case, policies=policies)], NOW)]


def case(moved: Moved | None = None, **more: Any) -> Case:
    return Case("production", Policies(), moved, **more)


# --- who moves ----------------------------------------------------------------------------------

MOVED = Moved(10_000, 4_210)


@pytest.mark.parametrize(
    ("moved", "body", "expected"),
    [
        (MOVED, {"max_share": 0.421}, []),
        (MOVED, {"max_contexts": 4_210}, []),
        (
            MOVED,
            {"max_share": 0.1},
            ["moves 4,210 of 10,000 contexts (42.1 %) in production, the budget is 10 %"],
        ),
        (
            MOVED,
            {"max_share": 0.1, "max_contexts": 1_000},
            [
                "moves 4,210 of 10,000 contexts (42.1 %) in production, the budget is 10 % and "
                "1,000 contexts"
            ],
        ),
        (
            Moved(10_000, 900, unknown=500),
            {"max_share": 0.1},
            [
                "moves 900 to 1,400 of 10,000 contexts (up to 14 %) in production, "
                "the budget is 10 %"
            ],
        ),
        (Moved(10_000, 900, unknown=100), {"max_share": 0.1}, []),
        (Moved(1_000, 95, rate=0.01), {"max_share": 0.12}, []),
        (
            Moved(1_000, 95, rate=0.01),
            {"max_share": 0.1},
            [
                "moves up to 11,601 contexts (11.48 %), by a sample of 1,000 in production, the "
                "budget is 10 %"
            ],
        ),
        (Moved(0, 0), {"max_share": 0}, []),
    ],
)
def test_one_change(moved: Moved, body: dict[str, Any], expected: list[str]) -> None:
    assert words(case(moved), **body) == expected


def test_what_nobody_can_count_is_not_zero() -> None:
    nobody = case(None, why_not="no contexts are known there (import a population)")
    assert words(nobody, max_share=1) == [
        "the budget of production cannot be checked: no contexts are known there (import a "
        "population)"
    ]
    assert words(nobody, max_share=1, without_population="allow") == []
    assert words(nobody, deleted_flags=1) == []


def test_the_last_hour() -> None:
    spent = case(Moved(100, 10), past=(Moved(100, 20), Moved(50, 10)))
    assert words(spent, per_hour={"max_share": 0.5, "max_contexts": 40}) == []
    assert words(spent, per_hour={"max_share": 0.4}) == [
        "moves 10 of 100 contexts (10 %) in production; with the 2 changes of the last hour that "
        "is 40 (50 %), the budget is 40 %"
    ]
    unknown = replace(spent, past=(Moved(100, 0), None))
    assert "was not measured" in words(unknown, per_hour={"max_share": 1})[0]
    nobody = replace(spent, moved=Moved(100, 0))
    assert words(nobody, per_hour={"max_share": 0}) == []


def test_tighter_limits_by_tag_purpose_and_owner() -> None:
    moved = Moved(100, 9, flags={"pay": (6, 0), "look": (5, 0)})
    traits = {
        "pay": (Traits("operational", frozenset(("money",)), "ann"), Traits("release")),
        "look": (Traits("release", frozenset(), "bob"),),
    }
    given_ = case(moved, traits=traits)
    for by in ({"tag": "money"}, {"purpose": "operational"}, {"owner": "ann"}):
        assert len(words(given_, **{"for": [{**by, "max_share": 0.05}]})) == 1
        assert words(given_, **{"for": [{**by, "max_share": 0.06}]}) == []
    assert words(given_, **{"for": [{"purpose": "release", "max_contexts": 8}]}) == [
        "moves 6 to 9 of 100 contexts (up to 9 %) in flags of purpose 'release' in production, the "
        "budget is 8 contexts"
    ]
    assert words(given_, **{"for": [{"tag": "other", "max_contexts": 0}]}) == []


# --- what comes and goes ------------------------------------------------------------------------


def test_growth_shrinkage_and_deleted_flags() -> None:
    grown = case(Moved(0, 0), entries=20, added=5, removed=3, retired=2)
    assert words(grown, growth_share=0.25, shrink_share=0.15, deleted_flags=2) == []
    assert words(grown, growth_share=0.2, shrink_share=0.1, deleted_flags=1) == [
        "adds 5 flags and segments in production, which has 20 (25 %); the budget is 20 %",
        "takes away 3 flags and segments in production, which has 20 (15 %); the budget is 10 %",
        "puts 2 flags out of use in production; the budget is 1",
    ]
    assert words(case(Moved(0, 0), added=5), growth_share=0) == []  # of nothing


def test_always_and_frozen() -> None:
    freezes = read_policy(
        "freezes",
        {
            "windows": [
                {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z", "reason": "sale"}
            ]
        },
    )
    always = read_policy("approval", {"always": True})
    policies = Policies(None, freezes, always)  # type: ignore[arg-type]
    found = decide([Case("production", policies, None)], NOW)
    assert [ground.words for ground in found] == [
        "every change in production needs approval",
        "production is frozen until 2026-03-02T00:00Z (sale)",
    ]


# --- by brute force -----------------------------------------------------------------------------

VARIANTS = ("a", "b")


@st.composite
def flags(draw: st.DrawFn) -> dict[str, Any]:
    rules = [
        {
            "id": f"r{number}",
            "when": {"attribute": draw(st.sampled_from(("x", "y"))), "op": "in", "values": values},
            "serve": draw(st.sampled_from(VARIANTS)),
        }
        for number, values in enumerate(
            draw(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=2), max_size=2))
        )
    ]
    return {
        "type": "string",
        "variants": [{"key": key, "value": key} for key in VARIANTS],
        "enabled": True,
        "off": "a",
        "default": draw(st.sampled_from(VARIANTS)),
        "rules": rules,
        "tags": draw(st.sampled_from(([], ["t"]))),
    }


people = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=1, max_size=12
)


@given(
    before=st.tuples(flags(), flags()),
    after=st.tuples(flags(), flags()),
    seen=people,
    share=st.floats(0, 1),
)
def test_never_within_when_more_move_in_truth(
    before: Any, after: Any, seen: Any, share: float
) -> None:
    """The truth is counted over the contexts with all that was withheld from the measure."""
    documents = [
        document_from_json({"version": 1, "flags": {"f": f, "g": g}}) for f, g in (before, after)
    ]
    measured, truth = Measure(*documents), Measure(*documents)
    tagged: set[str] = set()
    for number, (x, y, withheld) in enumerate(seen):
        whole = {"key": f"p{number}", "x": x, "y": y}
        truth = _told(truth, documents, whole, tagged, number)
        shown = {"key": f"p{number}", "y": y, "_private": ["x"]} if withheld else whole
        measured.add(Observed.of(shown))
    found, real = measured.result(), truth.result()
    moved = Moved(
        found.contexts,
        found.moved,
        found.unknown,
        flags={flag.key: (flag.moved, flag.unknown) for flag in found.flags},
    )
    traits = {
        key: tuple(Traits(tags=frozenset(d.flags[key].tags)) for d in documents)
        for key in moved.flags
    }
    judged = case(moved, traits=traits)
    if real.moved / len(seen) > share + 1e-9:
        assert words(judged, max_share=share)
    if len(tagged) > share * len(seen) + 1e-9:
        assert words(judged, **{"for": [{"tag": "t", "max_share": share}]})


def _told(truth: Measure, documents: Any, whole: Any, tagged: set[str], number: int) -> Measure:
    """Measure one context, and note whether a flag with the tag moves it."""
    alone = Measure(*documents)
    alone.add(Observed.of(whole))
    truth.add(Observed.of(whole))
    for flag in alone.result().flags:
        if flag.moved and any("t" in d.flags[flag.key].tags for d in documents):
            tagged.add(str(number))
    return truth


@given(
    st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 1000),
    st.sampled_from((1.0, 0.5, 0.01)), st.floats(0, 1), st.integers(0, 10**6),
)  # fmt: skip
def test_who_moves_more_is_never_judged_more_kindly(
    contexts: int, moved: int, more: int, rate: float, share: float, number: int
) -> None:
    few = Moved(contexts, min(moved, contexts), rate=rate)
    many = Moved(contexts, min(moved + more, contexts), rate=rate)
    doubtful = Moved(contexts, few.moved, min(more, contexts - few.moved), rate=rate)
    body = {"max_share": share, "max_contexts": number}
    for larger in (many, doubtful):
        assert len(words(case(larger), **body)) >= len(words(case(few), **body))


def test_the_upper_bound_of_a_sample_holds_the_truth() -> None:
    """Of 400 samples of known populations at least nine in ten; the bound is one-sided 97.5 %."""
    chance = random.Random(7)
    held = 0
    for _ in range(400):
        rate, size, share = 0.1, 5_000, chance.uniform(0.01, 0.5)
        movers = [chance.random() < share for _ in range(size)]
        kept = [mover for mover in movers if chance.random() < rate]
        moved = Moved(len(kept), sum(kept), rate=rate)
        held += (
            moved.number(moved.most()) >= sum(movers)
            and moved.share(moved.most()) >= sum(movers) / size
        )
    assert held >= 360
