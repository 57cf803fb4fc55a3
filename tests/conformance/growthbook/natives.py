"""Native documents, mostly of what GrowthBook can say, and contexts close to what they ask."""

from __future__ import annotations

import random
from typing import Any

from yardarm.core import model as m

KEYS = tuple(f"user-{number}" for number in range(40))
NAMES = ("plan", "email", "tags", "age", "/address/city", "version", "key", "id")
TEXTS = ("", "a", "ab", "abc", "A", "b", "x@b.org", "a.c", "é", "😀", "a/b", "1", "^a$", "{a}", "-")
PATTERNS = (
    "^a", "b$", "a|b", "[a-c]+", r"\d", "^.$", "[^a]", r"\bb", "a.c", "é", "😀", "[😀-😎]",
    "x{2,3}",    r"^[^@]+@b\.org$", "(?i:A)b", r"\.", "^$", "[^\x00-\x7f]", "(?:a|b)c?",
)  # fmt: skip


def document(rng: random.Random) -> m.Document:
    """Six flags and three segments."""
    made = _Maker(rng)
    segments = [made.segment(number) for number in range(3)]
    flags = [made.flag(number) for number in range(6)]
    return m.Document({f.key: f for f in flags}, {s.key: s for s in segments})


def context(rng: random.Random) -> dict[str, Any]:
    """A context of ours."""
    made: dict[str, Any] = {"key": rng.choice(KEYS)}
    for name in ("plan", "email", "tags", "age", "version", "id"):
        if rng.random() < 0.7:
            made[name] = _value(rng)
    if rng.random() < 0.7:
        made["address"] = {"city": _value(rng)} if rng.random() < 0.8 else _value(rng)
    return made


def attributes(context: dict[str, Any]) -> dict[str, Any]:
    """The same as GrowthBook's attributes."""
    swapped = {"key": "id", "id": "key"}
    return {swapped.get(name, name): value for name, value in context.items()}


def _value(rng: random.Random) -> Any:
    roll = rng.random()
    if roll < 0.6:
        return rng.choice(TEXTS)
    if roll < 0.8:
        return rng.choice((0, 1, 5, 18, 30, 2.5, -1))
    return rng.choice((True, False, None, ["a"], ["a", "b"], [], [1, "1"], {"a": 1}))


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.flags: list[m.Flag] = []

    def clause(self) -> m.Clause:
        rng, name = self.rng, self.rng.choice(NAMES)
        operator = rng.choice((
            "equals", "in", "starts_with", "ends_with", "contains", "matches", "lt", "lte", "gt",
            "gte", "present", "has_any", "has_all",
        ))  # fmt: skip
        count = rng.choice((1, 2, 3))
        scalars = (*TEXTS[:6], 1, 5, 2.5, True, False)
        match operator:
            case "equals":
                values: tuple[Any, ...] = (rng.choice(scalars),)
            case "in" | "has_any" | "has_all":
                values = tuple(rng.choice(scalars) for _ in range(count))
            case "matches":
                values = tuple(rng.choice(PATTERNS) for _ in range(count))
            case "lt" | "lte" | "gt" | "gte":
                values = (rng.choice((0, 1, 5, 18, 2.5)),)
            case "present":
                values = ()
            case _:
                values = tuple(rng.choice(TEXTS) for _ in range(count))
        return m.Clause(name, operator, values)

    def condition(self, depth: int = 0) -> m.Condition:
        rng = self.rng
        roll = rng.random()
        if depth < 3 and roll < 0.3:
            parts = tuple(self.condition(depth + 1) for _ in range(rng.choice((1, 2, 3))))
            return m.All(parts) if rng.random() < 0.5 else m.AnyOf(parts)
        if roll < 0.45:
            return m.Not(self.condition(depth + 1))
        if roll < 0.55:
            return m.InSegment(f"segment-{rng.randrange(3)}")
        return m.Always() if roll > 0.97 else self.clause()

    def segment(self, number: int) -> m.Segment:
        rng = self.rng
        included, excluded = (
            (m.SegmentKeys(tuple(rng.sample(KEYS, 4))),) if rng.random() < 0.4 else ()
            for _ in range(2)
        )
        # Without a reference to itself.
        when = self.clause() if rng.random() < 0.8 else None
        return m.Segment(f"segment-{number}", when, included, excluded)

    def flag(self, number: int) -> m.Flag:
        rng, key = self.rng, f"flag-{number}"
        type_, values = rng.choice((
            ("boolean", (True, False)), ("string", ("a", "b", "")), ("integer", (0, 1, 2)),
            ("number", (0.5, 2)), ("json", ({"a": 1}, [1], "x")),
        ))  # fmt: skip
        variants = tuple(m.Variant(f"v{index}", value) for index, value in enumerate(values))
        keys = [variant.key for variant in variants]
        made = m.Flag(
            key, type_, variants,
            enabled=rng.random() < 0.95,
            off=rng.choice((*keys, None)),
            default=rng.choice((*keys, None)) if rng.random() < 0.8 else self.split(keys, key),
            prerequisites=tuple(self.prerequisite() for _ in range(rng.choice((0, 0, 1)))
                                if self.flags),
            targets=tuple(
                m.Target(rng.choice(keys), tuple(rng.sample(KEYS, 3)))
                for _ in range(rng.choice((0, 0, 1)))
            ),
            rules=tuple(self.rule(index, keys, key) for index in range(rng.choice((0, 1, 2, 3)))),
        )  # fmt: skip
        self.flags.append(made)
        return made

    def prerequisite(self) -> m.Prerequisite:
        return m.Prerequisite(*self.asked(), enabled=self.rng.random() < 0.3)

    def asked(self) -> tuple[str, tuple[str, ...]]:
        other = self.rng.choice(self.flags)
        keys = [variant.key for variant in other.variants]
        return other.key, tuple(self.rng.sample(keys, self.rng.randint(1, len(keys))))

    def rule(self, number: int, keys: list[str], flag: str) -> m.Rule:
        rng = self.rng
        parts = [self.condition()]
        if self.flags and rng.random() < 0.3:
            serves = m.FlagServes(*self.asked())
            parts.append(serves if rng.random() < 0.6 else m.Not(serves))
        if rng.random() < 0.2:
            hash_ = m.Bucketing(rng.choice(("growthbook.v1", "growthbook.v2")), "share")
            parts.append(m.Share(hash_, ((0.1, 0.6),)))
        serve: m.Serve | None = rng.choice((*keys, None))
        if rng.random() < 0.3:
            serve = self.split(keys, flag)
        when = parts[0] if len(parts) == 1 else m.All(tuple(parts))
        return m.Rule(f"rule-{number}", when, serve, paused=rng.random() < 0.1)

    def range(self, index: int) -> tuple[m.Range, ...]:
        return ((index * 0.5, 0.4 + index / 2),)

    def split(self, keys: list[str], flag: str) -> m.Split:
        rng = self.rng
        hash_ = rng.choice(("growthbook.v1", "growthbook.v2"))
        weights = rng.choice(((0.5, 0.5), (0.3, 0.7), (0.2, 0.3), (1.0, 0.0)))
        arms = tuple(
            m.Arm(
                rng.choice(keys),
                weight,
                rng.choice((None, None, ((index * 0.5, 0.4 + index / 2),))),
            )
            for index, weight in enumerate(weights)
        )
        by = rng.choice((("key",), ("key",), ("email",)))
        outside = rng.choice((None, *keys))
        return m.Split(
            arms, m.Bucketing(hash_, rng.choice((None, "seed")), by), outside, outside is None
        )
