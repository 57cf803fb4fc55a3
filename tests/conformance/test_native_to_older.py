"""Natively made flags written for each older library: whoever is not told of a loss is answered
there as here."""

import random
from collections import Counter
from typing import Any

import pytest
from tests.conformance.older import NOTHING, NOW
from tests.oracle import generate
from tests.oracle.build import boolean, clause, document, rule, split

from yardarm import dialects
from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program

LIBRARIES: dict[str, Any] = {
    "gutter": {"arguments": {"user": "a.UserArguments", "organization": "a.OrganizationArguments"}},
    "feature_ramp": {}, "flagon": {}, "flask_featureflags": {}, "flipper": {}, "waffle": {},
    "django_flags": {},
}  # fmt: skip
USERS = ("ann", "bob", "7", "12")
LANGUAGES = ("nl", "en")


def condition(rng: random.Random, depth: int = 0) -> Any:
    if depth < 2 and rng.random() < 0.25:
        inner = [condition(rng, depth + 1) for _ in range(rng.randint(1, 2))]
        return rng.choice(({"all": inner}, {"any": inner}, {"not": inner[0]}))
    instant = rng.choice(("2026-01-01T00:00:00Z", "2027-01-01T00:00:00+02:00"))
    return rng.choice((
        clause("key", "in", *rng.sample(USERS, 2)), clause("key", "equals", rng.choice(USERS)),
        clause("key", "present"), clause("language", "in", *LANGUAGES), {"always": True},
        clause("language", "equals", "nl"), clause("groups", "has_any", 3, "x"),
        clause("authenticated", "equals", True), clause("staff", "equals", False),
        clause("number", "gt", 5), clause("name", "starts_with", "a"),
        clause("name", "in", "a", "b"),
        clause("now", rng.choice(("after", "before")), instant, kind="$"),
        clause("/parameters/beta", "equals", rng.choice(("True", "a=b"))),
        clause("name", "equals", "a", kind="organization"),
    ))  # fmt: skip


def flag(rng: random.Random) -> Any:
    share = rng.choice((20_000, 33_300, 50_001))
    serves = ("on", "on", "on", "off", split(("on", share), outside="off"))
    fields: Any = {
        "enabled": rng.random() < 0.9,
        "default": rng.choice(("on", "off", "off", serves[-1])),
    }
    if rng.random() < 0.7:
        fields["rules"] = [
            rule(condition(rng), rng.choice(serves), key=f"r{n}", paused=rng.random() < 0.1)
            for n in range(rng.choice((1, 1, 2)))
        ]
    if rng.random() < 0.3:
        keys = rng.sample(USERS, 2)
        fields["targets"] = [
            {"variant": v, "keys": [k]} for v, k in zip(("on", "off"), keys, strict=True)
        ]
        del fields["targets"][rng.choice((1, 2)) :]
    return boolean(**fields)


def context(rng: random.Random) -> Any:
    given = {
        "key": rng.choice(USERS), "language": rng.choice(("nl", "de")),
        "groups": [rng.choice((3, 4))], "authenticated": rng.random() < 0.5,
        "staff": rng.random() < 0.5, "number": rng.choice((4, 6)),
        "name": rng.choice(("a", "ab", "c")), "parameters": {"beta": rng.choice(("True", "x"))},
    }  # fmt: skip
    user = {name: value for name, value in given.items() if rng.random() < 0.8}
    if rng.random() < 0.7:
        return user
    return {"kind": "multi", "user": user, "organization": {"name": rng.choice(("a", "b"))}}


def compare(name: str, made: m.Document, contexts: list[Any]) -> Counter[str]:
    """The document here, and written for the library and read again."""
    dialect = dialects.find(name)
    assert dialect is not None
    assert dialect.write is not None
    written = dialect.write(made, LIBRARIES[name])
    told = {loss.flag for loss in written.losses}
    again = Program.of(dialect.read(written.document, {}).document)
    ours, ambient = Program.of(made), Ambient.at(NOW)
    tally: Counter[str] = Counter()
    for key, native in made.flags.items():
        if key in told or native.archived_at is not None:
            tally["told"] += 1
            continue
        for asked in contexts:
            expected = evaluate(ours, key, asked, NOTHING, ambient=ambient)
            found = evaluate(again, key, asked, NOTHING, ambient=ambient).value
            if expected.error is None:
                tally["compared"] += 1
                assert found == expected.value, (key, native, asked)
    return tally


@pytest.mark.parametrize("name", LIBRARIES)
def test_flags_of_the_kind_that_a_library_has(name: str) -> None:
    tally: Counter[str] = Counter()
    for seed in range(60):
        rng = random.Random(seed)
        made = document({f"f{n}": flag(rng) for n in range(20)})
        tally += compare(name, made, [context(rng) for _ in range(8)])
    assert tally["compared"] > 1_000, tally
    assert tally["told"] > 200


@pytest.mark.parametrize("name", LIBRARIES)
def test_flags_of_every_kind(name: str) -> None:
    tally: Counter[str] = Counter()
    for seed in range(80):
        rng = random.Random(seed)
        made = (generate.world, generate.drill)[seed % 2](rng)
        contexts = [generate.context(rng, made, missing=0.3) for _ in range(4)]
        tally += compare(name, made.document, contexts)
    assert tally["told"] > 200
