"""The analysis says nothing that is not so, and finds what is planted.

Truth is what the plain interpreter says, over every context of a small domain. The compiled program
takes no part in it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle import generate, values
from tests.unit.analysis import small_shares
from tests.unit.analysis.planted import PLANTS, planted
from tests.unit.analysis.refuted import refutes
from tests.unit.analysis.small_worlds import SmallWorld, Truth, small_world
from tests.unit.analysis.verdicts import unexplained

from yardarm.analysis import KINDS, Finding, Kind, analyse
from yardarm.analysis.partition import partition
from yardarm.analysis.sorts import sort_of
from yardarm.analysis.steps import Steps
from yardarm.analysis.subjects import Atoms, attribute
from yardarm.analysis.words import percent
from yardarm.core import model as m

WORLDS, PLANTED, SHARED, PARTITIONS = 24, 40, 60, 120
LEAST = 0.99
"""The part of the planted defects that has to be found."""

Record = Callable[[str, object], None]


# --- nothing that is not so, nothing left out ----------------------------------------------------


def _judge(world: SmallWorld, rng: random.Random, most: int, tally: Counter[str]) -> list[str]:
    """Findings that a context refutes, and defects that are neither found nor refuted."""
    truth, findings = Truth(world.document), analyse(world.document)
    contexts = list(world.contexts())
    contexts = rng.sample(contexts, min(most, len(contexts)))
    wrong = []
    for finding in findings:
        tally[finding.kind] += 1
        shown = [context for context in contexts if refutes(truth, finding, context)]
        wrong += [f"{finding} is refuted by {shown[0]}"] if shown else []
    for kind, pointer in unexplained(world.document, findings, truth, contexts):
        tally[f"not found: {kind}"] += 1
        wrong.append(f"{kind} at {pointer} is not found, and no context shows that it is none")
    return wrong


def _worlds(seeds: range, most: int) -> str:
    tally: Counter[str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        wrong = _judge(small_world(rng), rng, most, tally)
        assert wrong == [], f"seed {seed}: {wrong[:3]}"
    counts = ", ".join(f"{kind} {number}" for kind, number in sorted(tally.items()))
    return f"{len(seeds)} documents, none wrong: {counts}"


def test_small_documents_are_judged_rightly(record_property: Record) -> None:
    record_property("table", _worlds(range(WORLDS), 250))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_small_documents_are_judged_rightly(record_property: Record) -> None:
    record_property("table", _worlds(range(10_000, 10_500), 1_500))


def _contexts_refute_nothing(document: m.Document, contexts: list[Any]) -> list[str]:
    truth = Truth(document)
    return [
        f"{finding} is refuted by {context}"
        for finding in analyse(document)
        for context in contexts
        if refutes(truth, finding, context)
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=generate.worlds(4, 2), seed=st.integers(0, 2**32))
def test_no_context_refutes_a_finding(world: generate.World, seed: int) -> None:
    """Documents that use the whole model; hypothesis makes what fails small."""
    rng = random.Random(seed)
    contexts = [generate.context(rng, world) for _ in range(25)]
    assert _contexts_refute_nothing(world.document, contexts) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_context_refutes_a_finding_of_many() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        world = generate.world(rng)
        contexts = [generate.context(rng, world) for _ in range(150)]
        assert _contexts_refute_nothing(world.document, contexts) == [], f"seed {seed}"


# --- what is planted is found ---------------------------------------------------------------------


def _found(kind: Kind, number: int) -> tuple[int, list[str]]:
    missed = [
        f"{one.pointer} in {one.world.document}"
        for one in planted(kind, number)
        if not one.found_in(analyse(one.world.document))
    ]
    return number - len(missed), missed


def _table(number: int) -> tuple[str, list[str]]:
    """How many are found of each kind, and those of which too few are."""
    lines, too_few = [f"{'kind':28}{'planted':>9}{'found':>9}"], []
    for kind in PLANTS:
        found, missed = _found(kind, number)
        lines.append(f"{kind:28}{number:>9}{found:>9}")
        if found < LEAST * number:
            too_few += missed[:2]
    shared = _share_counts(range(number * 2))
    lines.append(f"{'share-differs':28}{shared['differs']:>9}{shared['found']:>9}")
    if shared["found"] < LEAST * shared["differs"]:
        too_few.append(f"share-differs: {shared}")
    return "\n".join(lines), too_few


def test_planted_defects_are_found(record_property: Record) -> None:
    table, too_few = _table(PLANTED)
    record_property("table", table)
    assert too_few == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_thousand_planted_defects_of_each_kind_are_found(record_property: Record) -> None:
    table, too_few = _table(1_000)
    record_property("table", table)
    assert too_few == []


def test_every_kind_is_planted() -> None:
    assert {*PLANTS, "share-differs", "undecided"} == set(KINDS)


# --- shares, measured exactly ---------------------------------------------------------------------


def _share_counts(seeds: range) -> Counter[str]:
    """Splits and shares by whether they differ and are found. Raises for a false one."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        document = small_shares.document(random.Random(seed))
        findings = analyse(document)
        by_pointer = {f.pointer: f for f in findings if f.kind == "share-differs"}
        dead = [f.pointer for f in findings if f.kind in ("rule-shadowed", "rule-never-matches")]
        for key in document.flags:
            for measured in small_shares.measured(document, key):
                finding = by_pointer.get(measured.pointer)
                if not measured.differs:
                    counts["as written"] += 1
                    assert finding is None, f"seed {seed}: {finding} is false: {measured}"
                    continue
                counts["differs"] += 1
                told = any(measured.pointer.startswith(f"{pointer}/") for pointer in dead)
                counts["found"] += finding is not None or told
                if finding is not None:
                    assert _numbers(measured, finding) == [], f"seed {seed}: {finding}"
    return counts


def _numbers(measured: small_shares.Measured, finding: Finding) -> list[str]:
    """Numbers that the finding should say and does not."""
    missing = []
    for arm, written in enumerate(measured.written):
        given = sorted({shares[arm] for shares in measured.given.values()})
        told = " to ".join(percent(share) for share in (given[0], given[-1])[: len(given)])
        words = f"{told} of the units, not {percent(written)}"
        if given != [written] and words not in finding.words:
            missing.append(words)
    return missing


def test_shares_are_measured_exactly(record_property: Record) -> None:
    counts = _share_counts(range(5_000, 5_000 + SHARED))
    record_property("table", f"splits and shares: {dict(counts)}")
    assert counts["found"] >= LEAST * counts["differs"]
    assert counts["as written"] > SHARED


# --- values and their cells -----------------------------------------------------------------------


def _outside(seed: int, number: int) -> list[str]:
    """Values that behave like no cell of a partition, for clauses about one attribute."""
    rng, atoms = random.Random(seed), Atoms()
    operators = rng.sample(list(values.CASES), rng.choice((2, 3, 4, 5)))
    clauses = [m.Clause("x", name, values.CASES[name](rng)) for name in operators]
    about = [atoms.clause(clause) for clause in clauses]
    if rng.random() < 0.3:
        about.append(atoms.names_unit(attribute("user", "x")))
    found = partition(attribute("user", "x"), about, Steps(1_000_000))
    about = [atom for atom in about if atom not in found.opaque]
    cells = {(cell.sort, cell.vector) for cell in found.cells}
    plain = {vector for _, vector in cells}  # datetimes are as good as dates in text
    wrong = []
    for _ in range(number):
        clause = rng.choice(clauses)
        draw = values.near if rng.random() < 0.85 else values.wrong
        value = draw(rng, clause)
        vector = sum(1 << n for n, atom in enumerate(about) if atom.test(value))
        known = isinstance(value, bool | int | float | str | list) and type(value) is not tuple
        if (sort_of(value), vector) not in cells and (known or vector not in plain):
            wrong.append(f"{value!r} for {clauses}")
    return wrong


def test_every_value_is_in_a_cell() -> None:
    for seed in range(PARTITIONS):
        assert _outside(seed, 60) == [], f"seed {seed}"


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_value_of_many_is_in_a_cell() -> None:
    for seed in range(4_000):
        assert _outside(seed, 150) == [], f"seed {seed}"


@settings(max_examples=60, deadline=None)
@given(
    bounds=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), max_size=5),
    value=st.floats() | st.integers(),
    operators=st.lists(
        st.sampled_from(["lt", "lte", "gt", "gte", "equals"]), min_size=5, max_size=5
    ),
)
def test_every_number_is_in_a_cell(bounds: list[Any], value: Any, operators: list[str]) -> None:
    atoms = Atoms()
    about = [
        atoms.clause(m.Clause("x", operator, (bound,)))
        for operator, bound in zip(operators, bounds, strict=False)
    ]
    about = [*dict.fromkeys(about), atoms.names_unit(attribute("user", "x"))]
    found = partition(attribute("user", "x"), about, Steps(1_000_000))
    for near in (value, *bounds):
        vector = sum(1 << n for n, atom in enumerate(about) if atom.test(near))
        assert ("number", vector) in {(cell.sort, cell.vector) for cell in found.cells}


def test_a_date_may_be_an_object_of_the_program() -> None:
    assert sort_of(datetime(2027, 1, 1)) == "date"  # noqa: DTZ001
