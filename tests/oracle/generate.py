"""Documents that use the whole model, and contexts that fall close on both sides of them.

`world(random.Random(seed))` is quick and the same for a seed everywhere. Under hypothesis,
`worlds()` drives the same generator from its own source of randomness, so that it can shrink.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st
from tests.oracle import values

from yardarm.core import model as m

OPERATORS = tuple(values.CASES)
KINDS = ("user", "user", "user", "user", "organization", "device")
KEYS = (*(f"user-{n}" for n in range(40)), "日本", "É", "x" * 300)
SEEDS = (None, None, "shared", "summer", "naïve")
LAYERS = ("checkout", "search")
NAMES = (
    "country", "plan", "version", "ip", "created", "email", "/address/city", "/address/geo/lat",
    "/a~1b/c~0d", "weird \"name'\n", "{0}", "__class__", "é", "items",
)  # fmt: skip


@dataclass
class World:
    """A document, and what its clauses and splits look at."""

    document: m.Document
    clauses: list[m.Clause] = field(default_factory=list)
    units: set[tuple[str, str]] = field(default_factory=set)
    operators: list[str] = field(default_factory=list)


def world(rng: random.Random, flags: int = 10, segments: int = 4, *, broken: float = 0.04) -> World:
    """A document of this size. `broken` is the share of conditions that cannot be evaluated."""
    made = _Maker(rng, broken)
    order = ["flag"] * flags + ["segment"] * segments
    rng.shuffle(order)
    for kind in order:
        if kind == "flag":
            made.flag()
        else:
            made.segment()
    if rng.random() < broken * 2:
        made.tie_a_knot()
    document = m.Document(
        made.flags, made.segments, {"name": "production"}, rng.randint(1, 99), "e9"
    )
    return World(document, made.clauses, made.units)


def drill(rng: random.Random, operators: tuple[str, ...] = OPERATORS) -> World:
    """A document in which every answer shows one clause's outcome: for each operator one flag
    with one rule, which asks one clause, every other one under a `not`."""
    made = _Maker(rng, 0)
    for number, operator in enumerate(operators):
        clause = made.clause(operator)
        negated = rng.random() < 0.5
        rule = m.Rule("asks", m.Not(clause) if negated else clause, "on")
        variants = (m.Variant("on", True), m.Variant("off", False))
        key = f"{operator}-{number}"
        made.flags[key] = m.Flag(key, "boolean", variants, True, "off", "off", rules=(rule,))
    return World(m.Document(made.flags), made.clauses)


def worlds(flags: int = 5, segments: int = 2, **options: Any) -> st.SearchStrategy[World]:
    """The same, driven by hypothesis."""
    return st.randoms(use_true_random=False).map(lambda rng: world(rng, flags, segments, **options))


def documents(flags: int = 5, segments: int = 2, **options: Any) -> st.SearchStrategy[m.Document]:
    """Only the documents."""
    return worlds(flags, segments, **options).map(lambda made: made.document)


class _Maker:
    def __init__(self, rng: random.Random, broken: float) -> None:
        self.rng = rng
        self.broken = broken
        self.flags: dict[str, m.Flag] = {}
        self.segments: dict[str, m.Segment] = {}
        self.clauses: list[m.Clause] = []
        self.units: set[tuple[str, str]] = set()
        self.operators: list[str] = []

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # --- conditions ---------------------------------------------------------------------------

    def clause(self, operator: str = "") -> m.Clause:
        if not self.operators:  # each operator once before any comes again
            self.operators = self.rng.sample(OPERATORS, len(OPERATORS))
        operator = operator or self.operators.pop()
        kind = self.rng.choice(KINDS)
        alike = [c for c in self.clauses if c.kind == kind and c.operator == operator]
        if alike and self.chance(0.3):
            name = self.rng.choice(alike).attribute
        else:
            name = f"{self.rng.choice(NAMES)}{len(self.clauses)}"
        made = m.Clause(name, operator, values.CASES[operator](self.rng), kind)
        self.clauses.append(made)
        return made

    def condition(self, depth: int = 0) -> m.Condition:
        if self.chance(self.broken):
            return self.unevaluable()
        roll = self.rng.random()
        if depth < 3 and roll < 0.12:
            return m.All(self.several(depth))
        if depth < 3 and roll < 0.24:
            return m.AnyOf(self.several(depth))
        if depth < 3 and roll < 0.52:
            return m.Not(self.clause() if self.chance(0.8) else self.condition(depth + 1))
        if roll < 0.58 and self.segments:
            return m.InSegment(self.rng.choice(list(self.segments)))
        if roll < 0.62 and self.flags:
            return m.FlagServes(*self.flag_and_variants())
        if roll < 0.66:
            return m.Share(self.bucketing(seeded=True), self.ranges())
        if roll < 0.665:
            return m.Fault("made on purpose")
        return m.Always() if roll > 0.98 else self.clause()

    def several(self, depth: int) -> tuple[m.Condition, ...]:
        return tuple(self.condition(depth + 1) for _ in range(self.rng.choice((1, 2, 2, 3))))

    def unevaluable(self) -> m.Condition:
        return self.rng.choice((
            m.All(()), m.AnyOf(()), m.InSegment("nowhere"), m.FlagServes("nowhere", ("on",)),
            m.Clause("country", "is_roughly", ("NL",)), m.Clause("n", "lt", ("three",)),
            m.Clause("v", "semver_gt", ("1.0",)), m.Clause("t", "matches", ("(",)),
            m.Clause("x", "in", ()), m.Clause("x", "equals", ("a", "b")),
            m.Clause("x", "present", ("a",)), m.Clause("ip", "in_network", ("10.0.0.0/33",)),
            m.Clause("d", "before", ("2027-03-01",)),
        ))  # fmt: skip

    def flag_and_variants(self) -> tuple[str, tuple[str, ...]]:
        key = self.rng.choice(list(self.flags)[-4:])
        keys = [variant.key for variant in self.flags[key].variants]
        return key, tuple(self.rng.sample(keys, self.rng.randint(1, len(keys))))

    # --- serving ------------------------------------------------------------------------------

    def serve(self, variants: list[str]) -> m.Serve:
        if self.chance(0.01):
            return m.Fault("made on purpose")
        return self.split(variants) if self.chance(0.4) else self.rng.choice(variants)

    def split(self, variants: list[str]) -> m.Split:
        rng = self.rng
        chosen = rng.sample(variants, rng.randint(1, len(variants)))
        total = m.PARTS if self.chance(0.4) else rng.randint(1, m.PARTS)
        cuts = sorted(rng.randint(0, total) for _ in chosen[1:])
        weights = [end - start for start, end in zip((0, *cuts), (*cuts, total), strict=True)]
        stored = self.scattered(weights) if self.chance(0.3) else [None] * len(weights)
        arms = tuple(map(m.Arm, chosen, weights, stored))
        outside = rng.choice(variants) if self.chance(0.4) else None
        return m.Split(arms, self.bucketing(), outside, partial=outside is None)

    def bucketing(self, *, seeded: bool = False) -> m.Bucketing:
        rng = self.rng
        kind = rng.choice(KINDS)
        by = rng.choice(
            (("key",), ("key",), ("key",), ("account",), ("/device/id", "account", "key"))
        )
        self.units.update((kind, name) for name in by)
        layer = m.Layer(rng.choice(LAYERS), self.ranges()) if self.chance(0.3) else None
        # A share in a segment has no flag's key to be seeded by.
        seed = rng.choice([seed for seed in SEEDS if seed is not None or not seeded])
        return m.Bucketing("yardarm", seed, by, kind, layer)

    def ranges(self) -> tuple[m.Range, ...]:
        a, b, c, d = sorted(self.rng.sample(range(m.PARTS + 1), 4))
        return self.rng.choice((((a, d),), ((a, b), (c, d))))

    def scattered(self, weights: list[int]) -> list[tuple[m.Range, ...] | None]:
        """Ranges of these sizes, each in up to three pieces, in any order and with gaps."""
        pieces: list[tuple[int, int]] = []
        for arm, weight in enumerate(weights):
            cuts = sorted(self.rng.randint(0, weight) for _ in range(self.rng.randint(0, 2)))
            pieces += [
                (arm, end - start)
                for start, end in zip((0, *cuts), (*cuts, weight), strict=True)
                if end > start
            ]
        self.rng.shuffle(pieces)
        ranges: list[list[m.Range]] = [[] for _ in weights]
        spare = m.PARTS - sum(weights)
        at = 0
        for arm, size in pieces:
            gap = self.rng.randint(0, spare)
            spare -= gap
            ranges[arm].append((at + gap, at + gap + size))
            at += gap + size
        return [tuple(found) for found in ranges]

    # --- flags and segments -------------------------------------------------------------------

    def flag(self) -> None:
        rng, key = self.rng, f"flag-{len(self.flags)}"
        variants = self.variants()
        keys = [variant.key for variant in variants]
        prerequisites: list[m.Prerequisite] = []
        if self.flags and self.chance(0.55):
            prerequisites.append(self.prerequisite(list(self.flags)[-1]))
        if self.flags and self.chance(0.15):
            prerequisites.append(self.prerequisite(rng.choice(list(self.flags))))
        if self.chance(self.broken):
            prerequisites.append(m.Prerequisite("nowhere", ("on",)))
        self.flags[key] = m.Flag(
            key, self.type, variants,
            enabled=self.chance(0.94),
            off=rng.choice((*keys, None)),
            default=self.serve(keys) if self.chance(0.92) else None,
            prerequisites=tuple(prerequisites),
            targets=tuple(self.target(keys) for _ in range(rng.choice((0, 0, 0, 1, 2)))),
            rules=tuple(self.rule(n, keys) for n in range(rng.choice((0, 1, 2, 3, 4)))),
            purpose=rng.choice(m.PURPOSES), name=rng.choice(values.WORDS), tags=("web",),
            archived_at="2026-01-01T00:00:00Z" if self.chance(0.02) else None,
            client_visible=self.chance(0.5), version=rng.randint(0, 9),
        )  # fmt: skip

    def variants(self) -> tuple[m.Variant, ...]:
        self.type: m.FlagType = self.rng.choice(m.FLAG_TYPES)
        drawn: dict[str, tuple[Any, ...]] = {
            "boolean": (True, False),
            "string": ("on", "", "{x}"),
            "integer": (1, 0, -(2**53) + 1),
            "number": (1, 0.1, -2.5),
            "json": ({"a": [1, {"b": None}]}, [True, 1, "x"], None),
        }
        return tuple(
            m.Variant(name, value, withheld=self.chance(0.03))
            for name, value in zip(("on", "off", "thírd"), drawn[self.type], strict=False)
        )

    def prerequisite(self, key: str) -> m.Prerequisite:
        keys = [variant.key for variant in self.flags[key].variants]
        chosen = tuple(self.rng.sample(keys, max(1, len(keys) - 1)))
        return m.Prerequisite(key, chosen, enabled=self.chance(0.3))

    def target(self, variants: list[str]) -> m.Target:
        return m.Target(self.rng.choice(variants), self.keys(2), self.rng.choice(KINDS))

    def keys(self, most: int) -> tuple[str, ...]:
        return tuple(self.rng.sample(KEYS, self.rng.randint(1, most)))

    def rule(self, number: int, variants: list[str]) -> m.Rule:
        return m.Rule(
            f"rule-{number}", self.condition(),
            None if self.chance(0.02) else self.serve(variants), paused=self.chance(0.1),
        )  # fmt: skip

    def segment(self) -> None:
        key = f"segment-{len(self.segments)}"
        included, excluded = (
            tuple(m.SegmentKeys(self.keys(6), kind) for kind in KINDS[3:] if self.chance(0.35))
            for _ in range(2)
        )
        when = self.condition() if self.chance(0.9) else None
        self.segments[key] = m.Segment(key, when, included, excluded)

    def tie_a_knot(self) -> None:
        """Let an early flag need a late one, so that there is a cycle."""
        first, *_, last = self.flags
        knot = m.Prerequisite(last, (self.flags[last].variants[0].key,))
        self.flags[first] = replace(self.flags[first], prerequisites=(knot,))


# --- contexts ---------------------------------------------------------------------------------


def context(
    rng: random.Random, made: World, *, missing: float = 0.18, wrong: float = 0.15
) -> dict[str, Any]:
    """A context for a world: for each attribute that it asks for something near, or nothing, or
    something of another type."""
    kinds: dict[str, dict[str, Any]] = {}
    for kind in sorted(set(KINDS)):
        if kind == "user" or rng.random() < 0.85:
            kinds[kind] = {} if rng.random() < 0.05 else {"key": _key(rng)}
    wanted = {(c.kind, c.attribute): c for c in rng.sample(made.clauses, len(made.clauses))}
    for (kind, name), clause in wanted.items():
        roll = rng.random()
        if kind not in kinds or roll < missing:
            if kind in kinds and roll < missing / 4:
                put(kinds[kind], name, None)
            continue
        draw = values.wrong if roll < missing + wrong else values.near
        put(kinds[kind], name, draw(rng, clause))
    for kind, name in sorted(made.units):
        if name != "key" and kind in kinds and rng.random() < 0.7:
            put(kinds[kind], name, _unit(rng))
    if list(kinds) == ["user"] or rng.random() < 0.05:
        return kinds["user"]
    return {"kind": "multi", **kinds}


def _key(rng: random.Random) -> Any:
    if rng.random() < 0.9:
        return rng.choice(KEYS)
    return rng.choice((7, "", None, True, 1.5, ["a"], values.Tier.PRO, "a\0b"))


def _unit(rng: random.Random) -> Any:
    if rng.random() < 0.85:
        return f"account-{rng.randrange(1000)}"
    return rng.choice((42, 42.0, 0.5, True, "", None, ["a"], values.Tier.PRO, values.Hostile()))


def put(attributes: dict[str, Any], name: str, value: Any) -> None:
    """Set an attribute by name or by JSON pointer, making the objects on the way."""
    if not name.startswith("/"):
        attributes[name] = value
        return
    *above, last = (part.replace("~1", "/").replace("~0", "~") for part in name[1:].split("/"))
    for part in above:
        inner = attributes.get(part)
        if not isinstance(inner, dict):
            inner = attributes[part] = {}
        attributes = inner
    attributes[last] = value
