"""Documents over attributes so small that every context that tells anything apart can be tried.

An attribute's `values` hold at least one value of every kind that its clauses can tell apart:
inside, at and between all bounds, absent, and of another type. So what no context made of them
shows does not exist, and the plain interpreter decides what is a defect and what is not.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.oracle import people
from tests.oracle.interpreter import Aborted, Interpreter, _Evaluation

from yardarm.core import model as m

Draw = Callable[[random.Random], m.Clause]
MISSING = object()
VARIANTS = tuple(m.Variant(key, key) for key in ("on", "off", "other"))


@dataclass(frozen=True, eq=False)
class Small:
    """An attribute: every value worth trying, and how a clause about it is drawn."""

    name: str
    values: tuple[Any, ...]
    draw: Draw

    def clause(self, rng: random.Random) -> m.Condition:
        made = self.draw(rng)
        return m.Not(made) if rng.random() < 0.3 else made


def _some(rng: random.Random, values: tuple[Any, ...], most: int = 3) -> tuple[Any, ...]:
    return tuple(rng.sample(values, rng.randint(1, min(most, len(values)))))


def _clause(name: str, one: dict[str, tuple[Any, ...]], many: dict[str, tuple[Any, ...]]) -> Draw:
    def draw(rng: random.Random) -> m.Clause:
        operator = rng.choice([*one, *many, "present"])
        if operator == "present":
            return m.Clause(name, operator)
        if operator in one:
            return m.Clause(name, operator, (rng.choice(one[operator]),))
        return m.Clause(name, operator, _some(rng, many[operator]))

    return draw


_COUNTRIES = ("NL", "BE", "LU", "DE")
_PARTS = ("a", "b", "ab", "ba", "A", "")
_FOLDED = ("a", "B", "Ab", "ß", "ss")
_SHORT = tuple("".join(p) for n in range(3) for p in itertools.product("abABx", repeat=n))
_NUMBERS = (1, 2, 3, 2.5)
_VERSIONS = ("1.0.0", "1.0.1-0", "1.0.1", "2.0.0-rc.1", "2.0.0")
_DATES = ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00.000001Z", 1798848000)
_NETWORKS = ("10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "2001:db8::/32", "0.0.0.0/0")
_ORDER = ("lt", "lte", "gt", "gte")

SMALL = (
    Small(
        "country", (MISSING, *_COUNTRIES, "XX", "nl", "Nl", "be", "Be", "lu", "lU", 1, True),
        _clause(
            "country", {"equals": _COUNTRIES, "equals_ignore_case": ("nl", "BE")},
            {"in": _COUNTRIES, "in_ignore_case": ("NL", "be", "lu")},
        ),
    ),
    Small(
        "name", (MISSING, *_SHORT, "aba", "bab", "xabx", "ß", "ẞ", "ss", "sS", "aß", "axb", 3),
        _clause(
            "name", {},
            {
                "in": ("a", "b", "ab"), "starts_with": _PARTS, "ends_with": _PARTS,
                "contains": _PARTS, "starts_with_ignore_case": _FOLDED,
                "ends_with_ignore_case": _FOLDED, "contains_ignore_case": _FOLDED,
                "in_ignore_case": _FOLDED,
            },
        ),
    ),
    Small(
        "code", (MISSING, "", "a", "b", "ab", "aab", "b1", "a1", "1", "12", "x", "a\nb", "ba", 1),
        _clause(
            "code", {}, {"matches": ("^a+b?$", "[0-9]", "b", "^a", "1$", "^$"), "in": ("a", "1")}
        ),
    ),
    Small(
        "age", (MISSING, 0, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 4, -1, 0.5, "2", True),
        _clause("age", dict.fromkeys(_ORDER, _NUMBERS), {"in": (1, 2, 3, True)}),
    ),
    Small(
        "app",
        (
            MISSING, "0.9.0", "1.0.0-a", "1.0.0", "1.0.0+b", "1.0.1-0", "1.0.1-0.0", "1.0.1",
            "1.0.2", "2.0.0-a", "2.0.0-rc.1", "2.0.0-rc.1.0", "2.0.0-z", "2.0.0", "2.0.1", "3.0.0",
            "2.0", "1.", "2.", "2.0.0-", 2,
        ),
        _clause(
            "app",
            dict.fromkeys([f"semver_{name}" for name in (*_ORDER, "eq")], _VERSIONS),
            {"in": ("1.0.0", "2.0"), "starts_with": ("1.", "2.", "2.0.0-")},
        ),
    ),
    Small(
        "since",
        (
            MISSING, "2026-12-31T23:59:59.999999Z", "2027-01-01T01:00:00+01:00",
            "2027-01-01T00:00:00.000001Z", "2027-01-01T00:00:00.000002Z", 1798761599.5,
            1798761600, 1798761601, 1798847999, 1798848000, 1798848001, "2028-01-01T00:00:00z", "x",
        ),
        _clause("since", {"before": _DATES, "after": _DATES}, {}),
    ),
    Small(
        "tags",
        (MISSING, "a", *map(list, (
            c for n in range(5) for c in itertools.combinations(("a", "b", 1, True), n)
        ))),
        _clause("tags", {}, {"has_any": ("a", "b", 1, True), "has_all": ("a", "b", 1, True)}),
    ),
    Small(
        "ip",
        (MISSING, "9.0.0.1", "10.0.0.1", "10.1.0.1", "10.1.0.255", "10.1.1.1", "10.2.0.0",
         "::ffff:10.1.0.1", "2001:db8::1", "2001:db9::", "::1", "10.1", 10),
        _clause("ip", {}, {"in_network": _NETWORKS}),
    ),
)  # fmt: skip
BY_NAME = {small.name: small for small in SMALL}
KEYS = ("k1", "k2", "k3", "k4")


@dataclass
class SmallWorld:
    """A document, and all contexts that tell anything in it apart."""

    document: m.Document
    attributes: tuple[Small, ...]

    def contexts(self) -> Iterator[dict[str, Any]]:
        keys = (*KEYS, MISSING)
        for chosen in itertools.product(*(small.values for small in self.attributes), keys):
            names = [*(small.name for small in self.attributes), "key"]
            pairs = zip(names, chosen, strict=True)
            yield {name: value for name, value in pairs if value is not MISSING}


class Makes:
    """Draws conditions, rules and flags over a few small attributes."""

    def __init__(self, rng: random.Random, attributes: int = 2) -> None:
        self.rng = rng
        self.attributes = tuple(rng.sample(SMALL, attributes))
        self.flags: dict[str, m.Flag] = {}
        self.segments: dict[str, m.Segment] = {}

    def clause(self) -> m.Condition:
        return self.rng.choice(self.attributes).clause(self.rng)

    def condition(self, depth: int = 0) -> m.Condition:
        rng = self.rng
        roll = rng.random()
        if depth < 2 and roll < 0.28:
            return m.All(self.several(depth))
        if depth < 2 and roll < 0.45:
            return m.AnyOf(self.several(depth))
        if depth < 2 and roll < 0.52:
            return m.Not(self.condition(depth + 1))
        if roll < 0.58 and self.segments:
            return m.InSegment(rng.choice(list(self.segments)))
        if roll < 0.63 and self.flags:
            key = rng.choice(list(self.flags))
            return m.FlagServes(key, _some(rng, ("on", "off", "other"), 2))
        return self.clause()

    def several(self, depth: int) -> tuple[m.Condition, ...]:
        return tuple(self.condition(depth + 1) for _ in range(self.rng.choice((2, 2, 3))))

    def segment(self) -> str:
        rng, key = self.rng, f"segment-{len(self.segments)}"
        listed = [(m.SegmentKeys(_some(rng, KEYS, 2)),) if rng.random() < 0.4 else () for _ in "ab"]
        when = self.condition() if rng.random() < 0.9 else None
        self.segments[key] = m.Segment(key, when, *listed)
        return key

    def flag(self, rules: int = 4, key: str = "") -> str:
        rng, key = self.rng, key or f"flag-{len(self.flags)}"
        prerequisites = ()
        if self.flags and rng.random() < 0.3:
            needed = rng.choice(list(self.flags))
            prerequisites = (m.Prerequisite(needed, _some(rng, ("on", "off", "other"), 2)),)
        targets = (
            (m.Target(rng.choice(("on", "off")), _some(rng, KEYS)),) if rng.random() < 0.2 else ()
        )
        self.flags[key] = m.Flag(
            key, "string", VARIANTS, True, "off", rng.choice(("on", "off", "other")),
            prerequisites, targets,
            tuple(
                m.Rule(f"r{n}", self.condition(), rng.choice(("on", "off", "other")))
                for n in range(rules)
            ),
        )  # fmt: skip
        return key

    def world(self) -> SmallWorld:
        return SmallWorld(m.Document(self.flags, self.segments), self.attributes)


def small_world(rng: random.Random, flags: int = 2, segments: int = 2) -> SmallWorld:
    """A small document without anything planted."""
    makes = Makes(rng)
    for _ in range(segments):
        makes.segment()
    for _ in range(flags):
        makes.flag()
    return makes.world()


class Truth:
    """What the plain interpreter says of one document."""

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self.oracle = Interpreter(document)
        self._enabled: dict[str, Interpreter] = {}

    def of(self, flag: str) -> Interpreter:
        """The interpreter of the document with this flag enabled."""
        if flag not in self._enabled:
            enabled = replace(self.document.flags[flag], enabled=True)
            flags = {**self.document.flags, flag: enabled}
            self._enabled[flag] = Interpreter(replace(self.document, flags=flags))
        return self._enabled[flag]

    def notes(self, flag: str, context: Any) -> dict[str, Any]:
        """The outcome of every part that is asked."""
        return self.of(flag).evaluate(flag, context).notes

    def serves(self, flag: str, context: Any) -> str | None:
        return self.of(flag).evaluate(flag, context).variant

    def holds(self, condition: m.Condition, owner: str, context: Any) -> bool | None:
        """Whether a condition holds; None where it comes to a fault. What cannot be evaluated does
        not hold."""
        if not self.oracle.evaluable(condition):
            return False
        asking = _Evaluation(
            self.oracle, m.Flag(owner, "boolean", ()), people.kinds_of(context) or {}
        )
        try:
            return asking.holds(condition, "", quiet=True)
        except Aborted:
            return None

    def belongs(self, segment: str, context: Any) -> bool | None:
        return self.holds(m.InSegment(segment), segment, context)


def part(condition: m.Condition, pointer: str) -> m.Condition:
    """The part of a condition at a pointer."""
    tokens = [token for token in pointer.split("/") if token]
    while tokens:
        token = tokens.pop(0)
        if isinstance(condition, m.Not):
            condition = condition.condition
        else:
            assert isinstance(condition, m.All | m.AnyOf), token
            condition = condition.conditions[int(tokens.pop(0))]
    return condition
