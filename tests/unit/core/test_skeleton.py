"""What a flag answers before anybody is placed, and what it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.compare import run_of
from yardarm.core.program import Program
from yardarm.core.reads import clause_name, first_of, is_withheld, read_by
from yardarm.core.skeleton import UNPLACED, same_of, skeletons

DUTCH = m.Clause("country", "equals", ("NL",))
HALF = m.Split((m.Arm("on", 50_000), m.Arm("off", 50_000)))
MORE = m.Split((m.Arm("on", 60_000), m.Arm("off", 40_000)))
BOOLEAN = (m.Variant("on", True), m.Variant("off", False))


def flag(key: str = "f", **fields: Any) -> m.Flag:
    return m.Flag(key, "boolean", BOOLEAN, **{"enabled": True, "off": "off", **fields})


def comes_to(before: m.Flag, after: m.Flag, *others: m.Flag, **user: Any) -> list[Any]:
    """Which split each side comes to."""
    documents = [m.Document(flags={f.key: f for f in (side, *others)}) for side in (before, after)]
    programs = Program.of(documents[0]), Program.of(documents[1])
    runs = [run_of(Program(source), "f") for source in skeletons(programs, "f")]
    return [same_of(run(user, None, None)) for run in runs]


def test_equal_splits_have_one_number() -> None:
    one, other = comes_to(flag(default=HALF), flag(default=HALF), key="a")
    assert one == other == (0, False)


@pytest.mark.parametrize(
    "after",
    [
        flag(default=MORE),
        flag(default=replace(HALF, bucketing=m.Bucketing(seed="s"))),
        replace(flag(default=HALF), variants=(m.Variant("on", False), m.Variant("off", False))),
    ],
)
def test_other_splits_and_other_values_have_others(after: m.Flag) -> None:
    one, other = comes_to(flag(default=HALF), after, key="a")
    assert one != other


def test_what_no_unit_decides_is_answered() -> None:
    before = flag(rules=(m.Rule("r", DUTCH, "on"),), default=HALF)
    assert comes_to(before, before, country="NL") == [None, None]
    assert comes_to(before, before, country="BE") == [(0, False), (0, False)]


def test_a_rule_that_passes_on_is_not_where_it_ends() -> None:
    everybody = flag(rules=(m.Rule("r", m.Always(), HALF),), default="on")
    assert comes_to(everybody, everybody, key="a") == [(0, True), (0, True)]
    some = m.Split((m.Arm("on", 10_000),), partial=True)
    passing = flag(rules=(m.Rule("r", m.Always(), some),), default="on")
    assert comes_to(passing, passing, key="a") == [UNPLACED, UNPLACED]
    closed = flag(rules=(m.Rule("r", m.Always(), replace(some, outside="off")),))
    assert comes_to(closed, closed, key="a") == [(0, False), (0, False)]


def test_splits_of_others_and_shares_are_not_looked_into() -> None:
    needed = flag("g", default=HALF)
    needing = flag(prerequisites=(m.Prerequisite("g", ("on",)),), default="on")
    assert comes_to(needing, needing, needed, key="a") == [UNPLACED, UNPLACED]
    share = m.Share(m.Bucketing(), ((0, 1_000),))
    sharing = flag(rules=(m.Rule("r", share, "on"),), default="off")
    assert comes_to(sharing, sharing, key="a") == [UNPLACED, UNPLACED]


def test_a_fault_that_reads_like_one_of_ours_is_none() -> None:
    hostile = flag(default=m.Fault("\0split:0"))
    assert comes_to(flag(default=HALF), hostile, key="a") == [(0, False), None]


def test_what_cannot_be_evaluated_stays_so() -> None:
    unknown = m.Share(m.Bucketing(algorithm="none such"), ((0, 1_000),))
    skipped = flag(rules=(m.Rule("r", unknown, "on"),), default="off")
    assert comes_to(skipped, skipped, key="a") == [None, None]


def test_everything_a_flag_reads_is_found() -> None:
    segment = m.Segment(
        "s", when=m.Not(m.Clause("/address/city", "equals", ("Delft",), "team")),
        included=(m.SegmentKeys(("a", "b")),),
    )  # fmt: skip
    by_account = m.Bucketing(seed="x", by=("account",))
    other = flag("g", rules=(m.Rule("r", DUTCH, m.Split(HALF.arms, by_account)),), default="on")
    asked = flag(
        prerequisites=(m.Prerequisite("g", ("on",)),),
        targets=(m.Target("on", ("t",), "team"),),
        rules=(m.Rule("r", m.All((m.InSegment("s"), m.Always())), HALF),),
    )
    document = m.Document(flags={"f": asked, "g": other}, segments={"s": segment})
    reads = read_by([Program.of(document)], "f")
    assert reads.names == {
        ("user", "country"), ("team", "/address/city"), ("user", "key"), ("team", "key"),
        ("user", "account"),
    }  # fmt: skip
    assert reads.parts == {
        ("x", "user", "account"): {0, 50_000, 100_000},
        ("f", "user", "key"): {0, 50_000, 100_000},
    }
    assert not reads.everything
    logic = flag(default=m.Logic({"var": "x"}))
    assert read_by([Program.of(m.Document(flags={"f": logic}))], "f").everything


def test_clauses_of_other_values_have_other_names() -> None:
    names = {clause_name(m.Clause("n", "equals", (value,))) for value in (1, 1.0, True, "1")}
    assert len(names) == 4


def test_nested_attributes_are_withheld_with_what_they_are_in() -> None:
    assert first_of("/a~1b/c~0d/0") == ("a/b", ("c~d", "0"))
    assert is_withheld(("user", "/address/city"), frozenset({("user", "address")}))
    assert not is_withheld(("user", "/address/city"), frozenset({("team", "address")}))
