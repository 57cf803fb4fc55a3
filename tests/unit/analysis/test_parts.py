"""The parts that the analysis is made of, each by itself."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yardarm.analysis.causes import fewest
from yardarm.analysis.comparing import Comparing
from yardarm.analysis.formula import FALSE, TRUE, Formula, Literal, both, either, negate
from yardarm.analysis.ground import Ground
from yardarm.analysis.letters import letters
from yardarm.analysis.monitors import Beginning, Matching, Monitor, Occurring
from yardarm.analysis.numbers import between
from yardarm.analysis.search import Search
from yardarm.analysis.steps import Purse, Spent, Steps
from yardarm.analysis.subjects import Atoms, attribute
from yardarm.analysis.versions import successor, text, versions
from yardarm.analysis.words import condition_words, is_json, listed, value_words
from yardarm.core import model as m
from yardarm.core.regex import compile_pattern
from yardarm.core.semver import SemVer, parse

TEXT = st.text(alphabet="abAßsSſkK\u212a.x", max_size=8)


def read(monitor: Monitor, said: str) -> int:
    state: Any = monitor.start
    for letter in said:
        state = monitor.step(state, letter)
    return monitor.bits(state)


@settings(max_examples=150, deadline=None)
@given(said=TEXT, patterns=st.lists(TEXT, min_size=1, max_size=4))
def test_monitors_read_text_as_the_operators_do(said: str, patterns: list[str]) -> None:
    marked = [(pattern, 1 << n) for n, pattern in enumerate(patterns)]
    folded = [(pattern.casefold(), bit) for pattern, bit in marked]
    fold = said.casefold()

    def bits(test: Any) -> int:
        return sum({bit for pattern, bit in marked if test(pattern)})

    def together(found: list[tuple[str, int]]) -> int:
        return sum({bit for _, bit in found})

    assert read(Beginning(marked), said) == bits(said.startswith)
    assert read(Occurring(marked, []), said) == bits(lambda p: p in said)
    assert read(Occurring([], marked), said) == bits(said.endswith)
    assert read(Beginning([], marked), said) == bits(lambda p: p == said)
    assert read(Beginning(folded, fold=True), said) == together(
        [each for each in folded if fold.startswith(each[0])]
    )
    assert read(Occurring([], folded, fold=True), said) == together(
        [each for each in folded if fold.endswith(each[0])]
    )


@pytest.mark.parametrize(
    "source", ["^a+b?$", r"\bcat\b", "(?i)k", "[^a-y]", "", "(?m)^x$", "a|b|cd"]
)
def test_patterns_are_read_as_they_are_matched(source: str) -> None:
    pattern = compile_pattern(source)
    monitor = Matching(pattern.tree, 1)
    for said in ("", "a", "aab", "cat", "a cat!", "K", "\u212a", "z", "y", "q\nx\nr", "cd", "ba"):
        assert read(monitor, said) == pattern.search(said), said


def test_letters_tell_apart_what_is_to_be_told_apart() -> None:
    pattern = compile_pattern("[c-f]")
    found = letters({"a"}, {"s", "k"}, [(Matching(pattern.tree, 1), pattern.tree)])
    assert "a" in found
    assert {"k", "ss", "s"} <= {letter.casefold() for letter in found}
    assert any(letter in "cdef" for letter in found)
    assert any(letter.casefold() not in ("a", "k", "s", "ss") for letter in found)


@given(st.integers(-20, 20), st.integers(1, 40))
def test_numbers_between_two(low: int, width: int) -> None:
    first, last = Fraction(low, 4), Fraction(low + width, 4)
    found = list(between(first, last))
    assert all(first < Fraction(number) < last for number in found)
    assert any(type(number) is float and not number.is_integer() for number in found)
    whole = any(first < number < last for number in range(-10, 20))
    assert any(float(number).is_integer() for number in found) is whole


def test_there_is_nothing_between_neighbours() -> None:
    assert list(between(Fraction(2**53), Fraction(2**53 + 1))) == []
    low = Fraction(0.1)
    assert list(between(low, low + Fraction(1, 2**60))) == []


def test_nothing_comes_between_a_version_and_the_next() -> None:
    def made(said: str) -> SemVer:
        version = parse(said)
        assert version is not None
        return version

    assert text(successor(made("1.0.0"))) == "1.0.1-0"
    assert text(successor(made("1.0.0-rc.1"))) == "1.0.0-rc.1.0"
    named = sorted(map(made, ("1.0.0", "1.0.1-0", "2.0.0")))
    assert [text(v) for v in versions(named)] == [
        "0.0.0", "1.0.0", "1.0.1-0", "1.0.1", "2.0.0", "2.0.1",
    ]  # fmt: skip
    assert list(versions([])) == []


def test_the_fewest_causes() -> None:
    def impossible(some: Any) -> bool:
        return {3, 5, 8} <= set(some) or 11 in some

    assert fewest(range(10), impossible) == [3, 5, 8]
    assert fewest(range(20), impossible) == [11]
    assert fewest([1, 2], impossible) == [1, 2]


def _formula(rng: random.Random, literals: list[Literal], depth: int) -> Formula:
    if depth == 0 or rng.random() < 0.2:
        found = rng.choice(literals)
        return negate(found) if rng.random() < 0.5 else found
    parts = [_formula(rng, literals, depth - 1) for _ in range(rng.randint(2, 3))]
    return both(parts) if rng.random() < 0.5 else either(parts)


def _true(formula: Formula, world: dict[Any, Any]) -> bool:
    if isinstance(formula, Literal):
        return formula.atom.test(world[formula.atom.subject]) is formula.holds
    if formula in (TRUE, FALSE):
        return formula is TRUE
    outcomes = [_true(part, world) for part in formula.parts]  # type: ignore[attr-defined]
    return all(outcomes) if type(formula).__name__ == "And" else any(outcomes)


@pytest.mark.parametrize("seed", range(60))
def test_the_search_goes_through_everything_once(seed: int) -> None:
    rng, atoms = random.Random(seed), Atoms()
    names = ("a", "b", "c")
    literals = [
        Literal(atoms.clause(m.Clause(name, operator, (bound,))))
        for name in names
        for operator, bound in (("gt", 1), ("lt", 3), ("equals", 2), ("equals", "x"))
    ]  # fmt: skip
    formula = _formula(rng, literals, 4)
    ground = Ground(atoms, {literal.atom for literal in literals}, {}, Steps(10_000))
    found = [state for state, _ in Search(ground, Steps(100_000)).states([formula])]
    values = (None, 0, 1, 1.5, 2, 2.5, 3, 4, "x", "y")
    for chosen in itertools.product(values, repeat=len(names)):
        world = {attribute("user", n): v for n, v in zip(names, chosen, strict=True)}
        inside = [state for state in found if _inside(ground, state, world)]
        assert len(inside) == _true(formula, world)


def _inside(ground: Ground, state: dict[int, int], world: dict[Any, Any]) -> bool:
    for number, left in state.items():
        part = ground.partitions[number]
        for atom, sides in part.sides.items():
            left &= sides.true if atom.test(world[part.subject]) else sides.false
        if not left:
            return False
    return True


def test_negation_is_its_own_opposite() -> None:
    atoms = Atoms()
    one, two = (Literal(atoms.present(attribute("user", name))) for name in "ab")
    formula = both((one, either((negate(one), two))))
    assert negate(negate(formula)) is formula
    assert both((one, FALSE)) is FALSE
    assert either((one, TRUE)) is TRUE
    assert both(()) is TRUE


def test_steps_are_taken_from_the_purse_and_what_is_left_goes_back() -> None:
    purse = Purse()
    with purse.grant(10) as steps:
        steps.take(4)
    with pytest.raises(Spent), purse.grant(3) as steps:
        steps.take(4)


@pytest.mark.parametrize(("condition", "words"), [
    (m.Clause("country", "in", ("NL", "BE")), "country in NL, BE"),
    (m.Clause("age", "gte", (18,), "team"), "team:age >= 18"),
    (m.Clause("n", "in", (1, "1", True, "true", "a b")), 'n in 1, "1", true, "true", "a b"'),
    (m.Clause("x", "in", tuple(range(9))), "x in 0, 1, 2, 3, 4, 5, … (9 values)"),
    (m.Clause("x", "present"), "x present"),
    (m.All((m.Always(), m.AnyOf((m.InSegment("s"), m.FlagServes("f", ("a", "b")))))),
     "everyone and (segment s or flag f is a, b)"),
    (m.Not(m.All((m.Always(), m.Always()))), "not (everyone and everyone)"),
    (m.Share(m.Bucketing(by=("account",)), ((0, 12_500),)), "12.5 % of units by account"),
    (m.Logic({}), "JSONLogic"),
    (m.Fault("why"), "what cannot be evaluated (why)"),
])  # fmt: skip
def test_conditions_in_words(condition: m.Condition, words: str) -> None:
    assert condition_words(condition) == words


def test_small_words() -> None:
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert value_words("1.0.0") == '"1.0.0"'
    assert is_json({"a": [1, "x", None, True, 0.5]})
    assert not is_json({"a": float("nan")})
    assert not is_json({"a": object()})


# fmt: off
BOUNDS = (
    "1.0.0", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-10", "1.0.0-a-b.7.x", "10.2.30", "0.0.0-0",
)
IDENTIFIERS = (
    "alpha", "alph", "alphaa", "a-b", "1", "10", "2", "0", "00", "01", "1a", "00a", "-", "",
)
# fmt: on
NUMBERS = ("0", "1", "2", "10", "9", "30", "01", "")


def _near_version(rng: random.Random, bound: str) -> str:
    if rng.random() < 0.2:
        return bound + rng.choice(("", ".1", ".0", "+x", "+", "0", "a", "-", " "))
    numbers = [rng.choice(NUMBERS) for _ in range(rng.choice((3, 3, 3, 2, 4)))]
    tail = [rng.choice(IDENTIFIERS) for _ in range(rng.choice((0, 1, 2, 3)))]
    build = rng.choice(("", "", "+build", "+1.00", "+a..b"))
    return ".".join(numbers) + ("-" + ".".join(tail) if tail else "") + build


@pytest.mark.parametrize("bound", BOUNDS)
def test_versions_are_compared_letter_by_letter(bound: str) -> None:
    rng, wanted = random.Random(bound), parse(bound)
    assert wanted is not None
    for _ in range(800):
        said = _near_version(rng, bound)
        found = parse(said)
        order = None if found is None else (found > wanted) - (found < wanted)
        for sought in (-1, 0, 1):
            monitor = Comparing(wanted, lambda order, sought=sought: order == sought, 1)
            assert read(monitor, said) == (order == sought), said
