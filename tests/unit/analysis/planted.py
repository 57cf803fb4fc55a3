"""Small documents with one defect planted in each, checked by the plain interpreter.

Conditions that exclude each other are not written down but found: clauses about one attribute are
drawn until none of its values fulfils them together. What is planted is then tried on every
context before it counts.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, reduce
from operator import and_

from tests.oracle.meaning import MEANINGS
from tests.unit.analysis.rewritten import rewritten
from tests.unit.analysis.small_worlds import (
    MISSING,
    VARIANTS,
    Makes,
    Small,
    SmallWorld,
    Truth,
)

from yardarm.analysis import Finding, Kind
from yardarm.core import model as m

GHOST = m.Variant("ghost", "boo")
_LONG = {
    "name": tuple("".join(p) for n in range(5) for p in itertools.product("abABxsß", repeat=n)),
    "code": tuple("".join(p) for n in range(5) for p in itertools.product("ab1x", repeat=n)),
}


@dataclass
class Planted:
    """A document with a defect of a kind at a pointer."""

    world: SmallWorld
    kind: Kind
    pointer: str

    def found_in(self, findings: tuple[Finding, ...]) -> bool:
        """Whether it is among the findings; a condition may be found in a part of it, too."""
        pointers = [finding.pointer for finding in findings if finding.kind == self.kind]
        inside = f"{self.pointer}/"
        of_part = self.kind.startswith("condition-")
        return any(at == self.pointer or (of_part and at.startswith(inside)) for at in pointers)


@cache
def _values(small: Small) -> tuple[object, ...]:
    return (*small.values, *_LONG.get(small.name, ()))


_MASKS: dict[tuple[Small, str], int] = {}


def _fulfilling(small: Small, clause: m.Condition) -> int:
    """The values of an attribute that fulfil a clause, or its opposite: a bit for each."""
    if isinstance(clause, m.Not):
        return ~_fulfilling(small, clause.condition) & (1 << len(_values(small))) - 1
    assert isinstance(clause, m.Clause)
    key = (small, repr(clause))  # not the clause: to Python, 1 and true are equal
    if key not in _MASKS:
        meaning = MEANINGS[clause.operator]
        _MASKS[key] = sum(
            1 << at
            for at, value in enumerate(_values(small))
            if value is not MISSING and meaning(value, clause.values)
        )
    return _MASKS[key]


def exclusive(rng: random.Random, small: Small) -> tuple[m.Condition, ...]:
    """Clauses that no value fulfils together, though some fulfils each one and any fewer."""
    while True:
        clauses = [small.clause(rng) for _ in range(rng.choice((2, 2, 2, 3)))]
        masks = [_fulfilling(small, clause) for clause in clauses]
        fewer = [masks[:at] + masks[at + 1 :] for at in range(len(masks))]
        if not reduce(and_, masks) and all(reduce(and_, some) for some in fewer):
            return tuple(clauses)


class Plants(Makes):
    """Draws documents and plants one defect."""

    def contradiction(self) -> m.Condition:
        parts = list(exclusive(self.rng, self.rng.choice(self.attributes)))
        parts += [self.clause() for _ in range(self.rng.choice((0, 0, 1, 2)))]
        self.rng.shuffle(parts)
        if len(parts) > 2 and self.rng.random() < 0.3:
            return m.All((m.All(tuple(parts[:2])), *parts[2:]))
        return m.All(tuple(parts))

    def tautology(self) -> m.Condition:
        parts = [_not(c) for c in exclusive(self.rng, self.rng.choice(self.attributes))]
        parts += [self.clause() for _ in range(self.rng.choice((0, 0, 1)))]
        self.rng.shuffle(parts)
        return m.AnyOf(tuple(parts))

    def rule(self, when: m.Condition, serve: m.Serve = "on", key: str = "planted") -> m.Rule:
        return m.Rule(key, when, serve)

    def host(self, *rules: m.Rule, variants: tuple[m.Variant, ...] = VARIANTS) -> list[int]:
        """A flag `host` with these rules, in this order, among others; says where they stand."""
        others = [self.condition() for _ in range(self.rng.choice((0, 1, 2)))]
        every = [
            m.Rule(f"r{n}", when, self.rng.choice(("on", "off"))) for n, when in enumerate(others)
        ]
        at = sorted(self.rng.sample(range(len(every) + len(rules)), len(rules)))
        for index, rule in zip(at, rules, strict=True):
            every.insert(index, rule)
        self.flags["host"] = m.Flag(
            "host", "string", variants, True, "off", "other", rules=tuple(every)
        )
        return at

    # --- one for each kind --------------------------------------------------------------------

    def rule_never_matches(self) -> str:
        (at,) = self.host(self.rule(self.contradiction()))
        return f"/flags/host/rules/{at}"

    def rule_shadowed(self) -> str:
        rng, noise = self.rng, self.clause()
        first, *rest = exclusive(rng, rng.choice(self.attributes))
        narrow = m.All((first, noise)) if rng.random() < 0.5 else first
        if rng.random() < 0.6 or len(rest) > 1:
            wide: m.Condition = _any([_not(c) for c in rest])
            if len(rest) > 1:
                narrow = m.All((narrow, self.clause()))
            before = [self.rule(wide, key="wide")]
        else:
            dividing = self.clause()
            before = [
                self.rule(m.All((first, dividing)), key="one"),
                self.rule(m.All((_not(rest[0]), _not(dividing))), key="two"),
            ]
        if len(rest) > 1:
            before = [self.rule(_not(c), key=f"w{n}") for n, c in enumerate(rest)]
        *_, at = self.host(*before, self.rule(narrow))
        return f"/flags/host/rules/{at}"

    def condition_contradictory(self) -> str:
        parts = [self.contradiction(), self.clause()]
        order = self.rng.sample(parts, 2)
        (at,) = self.host(self.rule(m.AnyOf(tuple(order))))
        return f"/flags/host/rules/{at}/when/any/{order.index(parts[0])}"

    def condition_always_true(self) -> str:
        parts = [self.tautology(), self.clause()]
        order = self.rng.sample(parts, 2)
        (at,) = self.host(self.rule(m.All(tuple(order))))
        return f"/flags/host/rules/{at}/when/all/{order.index(parts[0])}"

    def variant_never_served(self) -> str:
        way = self.rng.randrange(4)
        rules = []
        if way == 1:
            rules = [self.rule(self.contradiction(), "ghost")]
        elif way == 2:
            when = self.clause()
            rules = [self.rule(when, key="same"), self.rule(m.All((when, self.clause())), "ghost")]
        elif way == 3:
            rules = [self.rule(self.clause(), _split(("on", 100_000), ("ghost", 0)))]
        self.host(*rules, variants=(*VARIANTS, GHOST))
        return "/flags/host/variants/3"

    def segment_empty(self) -> str:
        rng = self.rng
        keys = tuple(rng.sample(("k1", "k2", "k3"), 2))
        when, excluded = rng.choice((
            (self.contradiction(), ()), (self.contradiction(), (m.SegmentKeys(keys),)), (None, ()),
            (m.All((m.Clause("key", "in", keys), self.clause())), (m.SegmentKeys((*keys, "k4")),)),
        ))  # fmt: skip
        self.segments["empty"] = m.Segment("empty", when, (), excluded)
        return "/segments/empty"

    def segment_duplicate(self) -> str:
        first = self.segments[self.segment()]
        when = None if first.when is None else rewritten(self.rng, first.when)
        self.segments["copy"] = replace(first, key="copy", when=when)
        return "/segments/copy"

    def prerequisite_never_holds(self) -> str:
        rng = self.rng
        if rng.random() < 0.5:
            self.variant_never_served()
            self.flags["needed"] = replace(self.flags.pop("host"), key="needed")
            needed = [m.Prerequisite("needed", ("ghost",))]
        else:
            needed = []
            for number, when in enumerate(exclusive(rng, rng.choice(self.attributes))):
                key = f"needed-{number}"
                self.flags[key] = m.Flag(
                    key, "string", VARIANTS, True, "off", "off", rules=(m.Rule("r", when, "on"),)
                )
                needed.append(m.Prerequisite(key, ("on",)))
        self.host()
        self.flags["host"] = replace(self.flags["host"], prerequisites=tuple(needed))
        return f"/flags/host/prerequisites/{len(needed) - 1}"


def _not(condition: m.Condition) -> m.Condition:
    return condition.condition if isinstance(condition, m.Not) else m.Not(condition)


def _any(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.AnyOf(tuple(conditions))


def _split(*arms: tuple[str, int]) -> m.Split:
    return m.Split(tuple(m.Arm(variant, weight) for variant, weight in arms))


PLANTS: dict[Kind, Callable[[Plants], str]] = {
    "rule-never-matches": Plants.rule_never_matches,
    "rule-shadowed": Plants.rule_shadowed,
    "condition-contradictory": Plants.condition_contradictory,
    "condition-always-true": Plants.condition_always_true,
    "variant-never-served": Plants.variant_never_served,
    "segment-empty": Plants.segment_empty,
    "segment-duplicate": Plants.segment_duplicate,
    "prerequisite-never-holds": Plants.prerequisite_never_holds,
}


def plant(kind: Kind, rng: random.Random) -> Planted:
    """A document with a defect of this kind. Drawn anew while a context shows that it is none."""
    while True:
        makes = Plants(rng, attributes=1 if rng.random() < 0.3 else 2)
        if rng.random() < 0.5 and kind != "segment-duplicate":
            makes.segment()
        planted = Planted(makes.world(), kind, PLANTS[kind](makes))
        planted.world = makes.world()
        if is_real(planted, rng):
            return planted


def is_real(planted: Planted, rng: random.Random, most: int = 250) -> bool:
    """Whether no context shows that the defect is none, and where there must be some, there are."""
    from tests.unit.analysis.refuted import refutes

    truth, kind = Truth(planted.world.document), planted.kind
    key = "host" if planted.pointer.startswith("/flags/host") else None
    segment = None if key else planted.pointer.rpartition("/")[2]
    culprits = ("/segments/segment-0",) if kind == "segment-duplicate" else ()
    stated = Finding(kind, "error", planted.pointer, "", key, segment, culprits)
    contexts = list(planted.world.contexts())
    chosen = rng.sample(contexts, min(most, len(contexts)))
    if any(refutes(truth, stated, context) for context in chosen):
        return False
    match kind:
        case "rule-shadowed":
            at = int(planted.pointer.rpartition("/")[2])
            when = planted.world.document.flags["host"].rules[at].when
            return any(truth.holds(when, "host", context) for context in contexts)
        case "segment-duplicate":
            return any(truth.belongs("copy", context) for context in chosen)
        case _:
            return True


def planted(kind: Kind, number: int) -> Iterator[Planted]:
    """That many documents with a defect of this kind, the same ones every time."""
    for seed in range(number):
        yield plant(kind, random.Random(f"{kind} {seed}"))
