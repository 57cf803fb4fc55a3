"""Native documents, mostly of what Harness can say, and contexts close to what they ask."""

from __future__ import annotations

import random
from typing import Any

from yardarm.core import model as m

KEYS = tuple(f"user-{n}" for n in range(30))
NAMES = ("plan", "email", "team", "attributes.key", "key", "name", "age")
TEXTS = ("", "a", "ab", "abc", "A", "b", "Beta", "x@b.org", "STRASSE", "é")


def document(rng: random.Random) -> m.Document:
    """Six flags and four segments."""
    made = _Maker(rng)
    segments = [made.segment(n) for n in range(4)]
    flags = [made.flag(n) for n in range(6)]
    return m.Document({f.key: f for f in flags}, {s.key: s for s in segments})


def context(rng: random.Random) -> dict[str, Any]:
    """A context of ours."""
    values: dict[str, Any] = {"key": rng.choice(KEYS)}
    for name in NAMES:
        if name != "key" and rng.random() < 0.7:
            value = rng.choice((*TEXTS, *TEXTS, 1, 5, 2.5, True, None, ["a"], {"a": 1}))
            values[name] = value
    if type(values.get("team")) is not str:  # Harness breaks a split by other values off
        values.pop("team", None)
    return values


def target(context: dict[str, Any]) -> dict[str, Any]:
    """The same as a target of Harness."""
    attributes = {
        "key" if name == "attributes.key" else name: value
        for name, value in context.items()
        if name != "key"
    }
    return {"identifier": context["key"], "attributes": attributes}


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def clause(self) -> m.Clause:
        rng = self.rng
        operator = rng.choice((
            "in", "equals", "starts_with", "ends_with", "contains", "in", "equals",
            rng.choice(("gt", "equals_ignore_case", "present", "has_any", "harness.gt")),
        ))  # fmt: skip
        name = rng.choice(NAMES)
        wanted: tuple[Any, ...] = KEYS if name == "key" else TEXTS
        if operator == "gt" or (operator in ("in", "equals") and rng.random() < 0.05):
            wanted = (1, 2, 5)
        if operator == "present":
            return m.Clause(name, operator)
        one = operator in ("equals", "gt", "equals_ignore_case")
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
        if choice < 0.54:
            return m.Not(self.clause())
        return self.clause()

    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self.rng.sample(KEYS, self.rng.randint(1, 6))))

    def segment(self, n: int) -> m.Segment:
        rng = self.rng
        included = set(self.keys() if rng.random() < 0.6 else ())
        excluded = set(self.keys() if rng.random() < 0.6 else ()) - included
        return m.Segment(
            f"s{n}",
            self.condition([f"s{k}" for k in range(n)]) if rng.random() < 0.7 else None,
            (m.SegmentKeys(tuple(sorted(included))),) if included else (),
            (m.SegmentKeys(tuple(sorted(excluded))),) if excluded else (),
        )

    def serve(self) -> m.Serve:
        rng, choice = self.rng, self.rng.random()
        if choice < 0.7:
            return rng.choice(("one", "two"))
        if choice < 0.95:
            by = rng.choice((("key",), ("team", "key")))
            half = rng.randint(0, 100)
            arms = (m.Arm("one", half), m.Arm("two", 100 - half))
            return m.Split(arms, m.Bucketing("harness", by=by))
        return m.Split((m.Arm("one", 50_000), m.Arm("two", 50_000)))

    def flag(self, n: int) -> m.Flag:
        rng = self.rng
        type_: m.FlagType = rng.choice(("boolean", "string", "integer", "number", "json"))
        one, two = _VALUES[type_]
        segments = ["s0", "s1", "s2", "s3"]
        return m.Flag(
            key=f"f{n}",
            type=type_,
            variants=(m.Variant("one", one), m.Variant("two", two)),
            enabled=rng.random() < 0.9,
            off=rng.choice(("two", "two", None)),
            default=rng.choice((self.serve(), self.serve(), None)),
            prerequisites=tuple(
                m.Prerequisite(f"f{k}", ("one",), enabled=rng.random() < 0.1)
                for k in range(n)
                if rng.random() < 0.15
            ),
            targets=tuple(
                m.Target(variant, keys)
                for variant, keys in (("one", KEYS[:2]), ("two", KEYS[2:4]))
                if rng.random() < 0.4
            ),
            rules=tuple(
                m.Rule(
                    f"r{k}",
                    self.condition(segments),
                    None if rng.random() < 0.05 else self.serve(),
                    paused=rng.random() < 0.03,
                )
                for k in range(rng.randint(0, 3))
            ),
        )


_VALUES: dict[str, tuple[Any, Any]] = {
    "boolean": (True, False),
    "string": ("blue", "green"),
    "integer": (5, -7),
    "number": (2.5, 3.0),
    "json": ({"a": [1, "é"]}, [None, 2.50]),
}
