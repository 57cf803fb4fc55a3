"""Flags whose rules divide units, measured by the plain interpreter, exactly.

Bounds are multiples of a fifth, so units only count by the fifth that each seed puts them into.
Every combination of fifths is evaluated once, as large a part of everybody as any other.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from unittest import mock

from tests.oracle import interpreter

from yardarm.core import model as m

FIFTH = m.PARTS // 5
COUNTRIES = ("NL", "BE", "DE", "XX")
SEEDS = ("s", "t", None)
VARIANTS = tuple(m.Variant(key, key) for key in ("on", "off", "other"))
_NOBODY = Fraction(0)


def some_fifths(rng: random.Random) -> tuple[m.Range, ...]:
    """One or two ranges."""
    cuts = sorted(rng.sample(range(6), rng.choice((2, 2, 4))))
    return tuple((a * FIFTH, b * FIFTH) for a, b in zip(cuts[::2], cuts[1::2], strict=True))


def share(rng: random.Random) -> m.Share:
    return m.Share(m.Bucketing(seed=rng.choice(SEEDS)), some_fifths(rng))


def split(rng: random.Random) -> m.Split:
    sizes = rng.choice(((5,), (1, 4), (2, 3), (2,), (3,), (2, 1), (4, 1)))
    names = rng.sample(("on", "off", "other"), len(sizes))
    arms = tuple(m.Arm(name, size * FIFTH) for name, size in zip(names, sizes, strict=True))
    layer = m.Layer("layer", some_fifths(rng)) if rng.random() < 0.15 else None
    outside = rng.choice(("on", "off", None))
    bucketing = m.Bucketing(seed=rng.choice(SEEDS), layer=layer)
    return m.Split(arms, bucketing, outside, partial=outside is None)


def condition(rng: random.Random) -> m.Condition:
    parts: list[m.Condition] = []
    if rng.random() < 0.5:
        parts.append(m.Clause("country", "in", tuple(rng.sample(COUNTRIES[:3], rng.randint(1, 2)))))
    if rng.random() < 0.45:
        found: m.Condition = share(rng)
        parts.append(m.Not(found) if rng.random() < 0.2 else found)
    if rng.random() < 0.1:
        parts.append(m.AnyOf((share(rng), m.Clause("country", "equals", ("DE",)))))
    if rng.random() < 0.1:
        parts.append(m.InSegment("sampled"))
    return m.All(tuple(parts)) if parts else m.Always()


def document(rng: random.Random) -> m.Document:
    """Two flags, of which the second may need the first."""
    flags = {}
    for key in ("needed", "host"):
        rules = tuple(
            m.Rule(f"r{n}", condition(rng), split(rng) if rng.random() < 0.6 else "off")
            for n in range(rng.randint(1, 3) if key == "host" else 1)
        )
        needs = (m.Prerequisite("needed", ("on", "off")),) if rng.random() < 0.2 else ()
        flags[key] = m.Flag(
            key, "string", VARIANTS, True, "other", split(rng) if rng.random() < 0.4 else "off",
            needs if key == "host" else (), (), rules,
        )  # fmt: skip
    # A share in a segment has a seed of its own: there is no flag whose key could be meant.
    segment = m.Segment("sampled", m.Share(m.Bucketing(seed=rng.choice("st")), some_fifths(rng)))
    return m.Document(flags, {"sampled": segment})


@dataclass
class Measured:
    """What one split or share says, and what each country gets of it (those that come there)."""

    pointer: str
    written: tuple[Fraction, ...]
    given: dict[str, tuple[Fraction, ...]]

    @property
    def differs(self) -> bool:
        return bool(self.given) and self.written not in self.given.values()


def measured(document: m.Document, key: str) -> Iterator[Measured]:
    """Every split of a flag, and every share that all of a rule hangs on."""
    flag = document.flags[key]
    for number, rule in enumerate(flag.rules):
        if isinstance(rule.serve, m.Split):
            yield _split(document, flag, number, f"/rules/{number}/serve/split", rule.serve)
        if isinstance(rule.when, m.All):
            for at, part in enumerate(rule.when.conditions):
                if isinstance(part, m.Share):
                    yield _share(document, flag, number, at, part)
    if isinstance(flag.default, m.Split):
        yield _split(document, flag, None, "/default/split", flag.default)


def _split(
    document: m.Document, flag: m.Flag, rule: int | None, pointer: str, serve: m.Split
) -> Measured:
    written = tuple(Fraction(int(arm.weight), m.PARTS) for arm in serve.arms)
    # The arms get names of their own, so that an answer says which of them gave it.
    names = [f"arm-{n}" for n in range(len(serve.arms))]
    arms = tuple(replace(a, variant=n) for a, n in zip(serve.arms, names, strict=True))
    marked = replace(serve, arms=arms)
    changed = _with(flag, rule, marked, names)
    given = {}
    for country in COUNTRIES:
        sizes = _sizes(document, changed, country)
        reached = _sizes(document, _with(flag, rule, _whole(serve), ["there"]), country)
        if reached.get("there"):
            given[country] = tuple(sizes.get(name, _NOBODY) for name in names)
    return Measured(f"/flags/{flag.key}{pointer}", written, given)


def _whole(serve: m.Split) -> m.Split:
    """A split that gives one variant to every unit that comes there."""
    bucketing = replace(serve.bucketing, layer=None)
    return m.Split((m.Arm("there", m.PARTS),), bucketing, None, True)


def _share(document: m.Document, flag: m.Flag, number: int, at: int, part: m.Share) -> Measured:
    rule = flag.rules[number]
    assert isinstance(rule.when, m.All)
    rest = m.All((*rule.when.conditions[:at], *rule.when.conditions[at + 1 :], m.Always()))
    size = Fraction(int(sum(b - a for a, b in part.ranges)), m.PARTS)
    given = {}
    for country in COUNTRIES:
        whole = replace(rule, when=rest, serve="there")
        if _sizes(document, _with_rule(flag, number, whole), country).get("there"):
            marked = replace(rule, serve="there")
            sizes = _sizes(document, _with_rule(flag, number, marked), country)
            given[country] = (sizes.get("there", _NOBODY),)
    pointer = f"/flags/{flag.key}/rules/{number}/when/all/{at}/share"
    return Measured(pointer, (size,), given)


def _with(flag: m.Flag, rule: int | None, serve: m.Serve, names: list[str]) -> m.Flag:
    variants = (*flag.variants, *(m.Variant(name, name) for name in names))
    flag = replace(flag, variants=variants)
    if rule is None:
        return replace(flag, default=serve)
    return _with_rule(flag, rule, replace(flag.rules[rule], serve=serve))


def _with_rule(flag: m.Flag, number: int, rule: m.Rule) -> m.Flag:
    rules = (*flag.rules[:number], rule, *flag.rules[number + 1 :])
    return replace(flag, variants=(*flag.variants, m.Variant("there", "there")), rules=rules)


def _sizes(document: m.Document, flag: m.Flag, country: str) -> dict[str | None, Fraction]:
    """The part of everybody in a country that each variant is served to."""
    oracle = interpreter.Interpreter(replace(document, flags={**document.flags, flag.key: flag}))
    seeds = ("s", "t", "host", "needed", "sampled", "layer")
    asked: set[str] = set()
    place: dict[str, int] = {}

    def placed(seed: str, unit: str) -> int:
        asked.add(seed)
        return place[seed]

    found: dict[str | None, Fraction] = {}
    with mock.patch.object(interpreter, "place", placed):
        every: list[str] = []
        while True:  # only over the seeds that count
            asked.clear()
            found.clear()
            for chosen in itertools.product(range(5), repeat=len(every)):
                place = dict.fromkeys(seeds, 0)
                place |= {s: fifth * FIFTH for s, fifth in zip(every, chosen, strict=True)}
                variant = oracle.evaluate(flag.key, {"key": "u", "country": country}).variant
                found[variant] = found.get(variant, _NOBODY) + Fraction(1, 5 ** len(every))
            if asked <= set(every):
                return found
            every = sorted({*every, *asked})
