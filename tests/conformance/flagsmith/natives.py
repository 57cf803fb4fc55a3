"""Native documents, mostly of what Flagsmith can say, and contexts close to what they ask."""

from __future__ import annotations

import random
from typing import Any

from yardarm.core import model as m

KEYS = tuple(f"user-{n}" for n in range(20))
NAMES = ("plan", "email", "age", "tags", "version", "key", "/geo/city", "/geo/size", "/a~1b")
TEXTS = ("", "a", "ab", "abc", "A", "beta", "x@b.org", "é", "true", "True", "None", "[1]", "5")
NUMBERS = (0, 1, 2, 5, 18, 2.5, -1, 1.0, 1e21)
VERSIONS = ("1.0.0", "1.2.0", "2.0.0", "2.0.0-rc.1")

_OPERATORS = ("equals", "in", "equals", "in", "present", "semver_gt", "semver_lte", "semver_eq")
_RARE = ("starts_with", "contains", "lt", "gte", "matches", "before", "has_any", "in_ignore_case")


def document(rng: random.Random) -> m.Document:
    """Six flags and four segments."""
    made = _Maker(rng)
    segments = [made.segment(n) for n in range(4)]
    flags = [made.flag(n) for n in range(6)]
    return m.Document({f.key: f for f in flags}, {s.key: s for s in segments})


def context(rng: random.Random) -> dict[str, Any]:
    """A context of ours."""
    found: dict[str, Any] = {"key": rng.choice(KEYS), "geo": {}}
    lists = ([], ["a"], ["a", "abc"], ["1", 1], [True], [None])
    for name in ("plan", "email", "age", "tags", "version", "a/b", "city", "size"):
        if rng.random() < 0.2:
            continue
        value = rng.choice((*TEXTS, *NUMBERS, *VERSIONS, True, False, None, {"a": 1}, *lists))
        (found["geo"] if name in ("city", "size") else found)[name] = value
    if rng.random() < 0.1:
        found["geo"] = rng.choice(("NL", None, ["city"]))
    return found


def asked_of_flagsmith(asked: dict[str, Any]) -> dict[str, Any]:
    """The same as an identity of Flagsmith's."""
    traits = {name: value for name, value in asked.items() if name != "key"}
    return {"identity": {"identifier": asked["key"], "traits": traits}}


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def clause(self) -> m.Clause:
        rng = self.rng
        operator = rng.choice(_OPERATORS if rng.random() < 0.95 else _RARE)
        name = rng.choice(NAMES)
        if operator == "present":
            return m.Clause(name, operator)
        if operator in ("lt", "gte"):
            return m.Clause(name, operator, (rng.choice(NUMBERS),))
        if operator.startswith("semver"):
            return m.Clause("version", operator, (rng.choice(VERSIONS),))
        if operator == "before":
            return m.Clause(name, operator, ("2027-03-01T09:00:00Z",))
        wanted: tuple[Any, ...] = KEYS if name == "key" else TEXTS[:-2]
        if rng.random() < 0.1:
            wanted = (*TEXTS, *NUMBERS, True)
        if operator not in ("equals", "in", "has_any"):
            wanted = TEXTS
        count = 1 if operator == "equals" else rng.randint(1, 3)
        return m.Clause(name, operator, tuple(rng.choice(wanted) for _ in range(count)))

    def condition(self, segments: list[str], flags: list[str], depth: int = 0) -> m.Condition:
        rng, choice = self.rng, self.rng.random()
        if depth < 3 and choice < 0.35:
            make = m.All if rng.random() < 0.5 else m.AnyOf
            parts = (self.condition(segments, flags, depth + 1) for _ in range(rng.randint(1, 3)))
            return make(tuple(parts))
        if segments and choice < 0.5:
            return m.InSegment(rng.choice(segments))
        if flags and choice < 0.56:
            return m.FlagServes(rng.choice(flags), tuple(rng.sample(("on", "off", "other"), 2)))
        if choice < 0.58:
            return m.Always()
        if choice < 0.68:
            return m.Not(self.condition(segments, flags, depth + 1))
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
        earlier = [f"segment-{index}" for index in range(number)]
        when = self.condition(earlier, []) if rng.random() < 0.8 else None
        return m.Segment(f"segment-{number}", when, included, excluded)

    def flag(self, number: int) -> m.Flag:
        rng = self.rng
        segments = [f"segment-{index}" for index in range(4)]
        earlier = [f"flag-{index}" for index in range(number)]
        kind, values = rng.choice(_VALUES)
        variants = tuple(
            m.Variant(key, value) for key, value in zip(("on", "off", "other"), values, strict=True)
        )
        rules = tuple(
            m.Rule(f"rule-{at}", self.condition(segments, earlier), self.serve())
            for at in range(rng.randint(0, 3))
        )
        prerequisites = ()
        if earlier and rng.random() < 0.3:
            prerequisites = (m.Prerequisite(rng.choice(earlier), ("on",)),)
        targets = ()
        if rng.random() < 0.4:
            targets = (m.Target("other", self.keys()),)
        return m.Flag(
            f"flag-{number}", kind, variants, rng.random() < 0.9, rng.choice(("off", None)),
            self.serve() or "on", prerequisites, targets, rules,
        )  # fmt: skip

    def serve(self) -> m.Serve | None:
        rng = self.rng
        if rng.random() < 0.05:
            arms = (m.Arm("on", 50_000), m.Arm("off", 50_000))
            return m.Split(arms)
        return rng.choice(("on", "off", "other", "on", None))


_VALUES: tuple[tuple[m.FlagType, tuple[Any, Any, Any]], ...] = (
    ("boolean", (True, False, True)),
    ("string", ("blue", "", "red")),
    ("integer", (1, 0, 7)),
    ("number", (1.5, 0, 2.25)),
    ("string", ("a", "b", "A")),
)
