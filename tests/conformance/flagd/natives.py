"""Native documents, mostly of what flagd can say, and contexts close to what they ask."""

from __future__ import annotations

import random
from typing import Any

from yardarm.core import model as m

KEYS = tuple(f"user-{n}" for n in range(30))
NAMES = ("plan", "email", "age", "tags", "version", "key", "/geo/city", "/geo/size")
TEXTS = ("", "a", "ab", "abc", "A", "beta", "x@b.org", "é", "1", "true", "True", "null", "5")
NUMBERS = (0, 1, 2, 5, 18, 2.5, -1, 1.0, 0.0, 1e21, 2**53 - 1)
VERSIONS = ("1.0.0", "1.2.0", "2.0.0", "2.0.0-rc.1")

_OPERATORS = (
    "equals", "in", "equals", "in", "starts_with", "ends_with", "contains", "lt", "lte", "gt",
    "gte", "present", "has_any", "has_all",
)  # fmt: skip
_RARE = ("semver_gt", "semver_eq", "equals_ignore_case", "before", "matches", "flagd.in", "flagd.<")


def document(rng: random.Random) -> m.Document:
    """Six flags and four segments."""
    made = _Maker(rng)
    segments = [made.segment(n) for n in range(4)]
    flags = [made.flag(n) for n in range(6)]
    return m.Document({f.key: f for f in flags}, {s.key: s for s in segments})


def context(rng: random.Random) -> dict[str, Any]:
    """A context of ours."""
    found: dict[str, Any] = {"key": rng.choice(KEYS), "geo": {}}
    for name in NAMES:
        if name == "key" or rng.random() < 0.2:
            continue
        lists = ([], ["a"], ["a", "abc"], ["1", 1], [True], [2, 5], [None])
        value = rng.choice((*TEXTS, *NUMBERS, *VERSIONS, True, False, None, {"a": 1}, *lists))
        if name.startswith("/geo/"):
            found["geo"][name.removeprefix("/geo/")] = value
        else:
            found[name] = value
    if rng.random() < 0.1:
        found["geo"] = rng.choice(("NL", None, ["city"]))
    return found


def asked_of_flagd(context: dict[str, Any]) -> dict[str, Any]:
    """The same as a context of flagd's."""
    rest = {name: value for name, value in context.items() if name != "key"}
    return {"targetingKey": context["key"], **rest}


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def clause(self) -> m.Clause:
        rng = self.rng
        operator = rng.choice(_OPERATORS if rng.random() < 0.93 else _RARE)
        name = rng.choice(NAMES)
        if operator == "present":
            return m.Clause(name, operator)
        if operator in ("lt", "lte", "gt", "gte", "flagd.<"):
            return m.Clause(name, operator, (rng.choice(NUMBERS),))
        if operator.startswith("semver"):
            return m.Clause("version", operator, (rng.choice(VERSIONS),))
        if operator == "before":
            return m.Clause(name, operator, ("2027-03-01T09:00:00Z",))
        wanted: tuple[Any, ...] = KEYS if name == "key" else TEXTS
        if name != "key" and operator in ("equals", "in", "has_any", "has_all"):
            wanted = rng.choice((TEXTS, NUMBERS, (True, False), (*TEXTS, *NUMBERS, True)))
        one = operator in ("equals", "equals_ignore_case")
        values = tuple(rng.choice(wanted) for _ in range(1 if one else rng.randint(1, 3)))
        return m.Clause(name, operator, values)

    def condition(self, segments: list[str], depth: int = 0) -> m.Condition:
        rng, choice = self.rng, self.rng.random()
        if depth < 3 and choice < 0.35:
            make = m.All if rng.random() < 0.5 else m.AnyOf
            parts = (self.condition(segments, depth + 1) for _ in range(rng.randint(1, 3)))
            return make(tuple(parts))
        if segments and choice < 0.5:
            return m.InSegment(rng.choice(segments))
        if choice < 0.52:
            return m.Always()
        if choice < 0.62:
            return m.Not(self.clause())
        return self.clause()

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self.rng.sample(KEYS, self.rng.randint(1, 6))))

    def segment(self, number: int) -> m.Segment:
        rng = self.rng
        included = (m.SegmentKeys(self.keys()),) if rng.random() < 0.4 else ()
        excluded = (m.SegmentKeys(self.keys()),) if rng.random() < 0.4 else ()
        named = {key for listed in excluded for key in listed.keys}
        included = tuple(
            m.SegmentKeys(tuple(key for key in listed.keys if key not in named))
            for listed in included
        )
        # A segment asks those before it; in flagd's order that is the wrong way round.
        earlier = [f"segment-{index}" for index in range(number)]
        when = self.condition(earlier) if rng.random() < 0.8 else None
        return m.Segment(f"segment-{number}", when, included, excluded)

    def split(self, variants: tuple[str, ...]) -> m.Split:
        rng = self.rng
        algorithm = rng.choice(("flagd.v3", "flagd.v3", "flagd.v3.text", "yardarm"))
        weights = (30_000, 50_000, 20_000) if algorithm == "yardarm" else (3, 0, 7)
        arms = tuple(m.Arm(v, w) for v, w in zip(variants, weights, strict=True))
        seed = None if algorithm == "yardarm" else rng.choice((None, "seed-", ""))
        bucketing = m.Bucketing(algorithm, seed, rng.choice((("key",), ("plan",), ("email",))))
        return m.Split(arms, bucketing, rng.choice((*variants, None)), True)

    def flag(self, number: int) -> m.Flag:
        rng = self.rng
        variants = ("on", "off", "other")
        segments = [f"segment-{index}" for index in range(4)]
        serves = [*variants, *variants, *variants, self.split(variants), None]
        rules = tuple(
            m.Rule(f"rule-{index}", self.condition(segments), rng.choice(serves))
            for index in range(rng.randint(0, 4))
        )
        targets = (m.Target("other", self.keys()),) if rng.random() < 0.3 else ()
        return m.Flag(
            f"flag-{number}",
            "string",
            tuple(m.Variant(name, f"value of {name}") for name in variants),
            enabled=rng.random() < 0.9,
            off=rng.choice((None, None, None, "off")),
            default=rng.choice((*variants, *variants, None, self.split(variants))),
            rules=rules,
            targets=targets,
        )
