"""What is measured by column is what `Measure` finds, and so what the plain interpreter finds."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from tests.oracle import generate
from tests.properties.test_movement import brute_force, changed, withheld, world_of

from yardarm.core import model as m
from yardarm.core.jsontext import canonical
from yardarm.core.movement import Measure, Movement, Observed
from yardarm.server.previews.columns import Row
from yardarm.server.previews.decoding import make_chunk
from yardarm.server.previews.measure import Measurement

APPLICATIONS = ("web", "worker", "")


def stored(contexts: list[Any]) -> list[Any]:
    """The contexts as they come out of the store: JSON only."""
    read: list[Any] = json.loads(json.dumps(contexts, default=str))
    return read


def rows_of(rng: random.Random, contexts: list[Any]) -> list[Row]:
    return [
        (
            place,
            canonical(Observed.of(context).context.to_json()),
            rng.randint(1, 9),
            place + 1,
            rng.choice(APPLICATIONS),
        )
        for place, context in enumerate(contexts)
    ]


def by_column(
    rng: random.Random, before: m.Document, after: m.Document, rows: list[Row]
) -> Measurement:
    measurement = Measurement(before, after)
    start = 0
    while start < len(rows):
        end = start + rng.randint(1, len(rows))
        chunk = make_chunk(rows[start:end], measurement.names, contexts=measurement.whole)
        measurement.add(chunk)
        start = end
    return measurement


def one_by_one(before: m.Document, after: m.Document, rows: list[Row], contexts: list[Any]) -> Any:
    told: list[Any] = []
    measure = Measure(before, after, tell=lambda *move: told.append(move))
    for context, row in zip(contexts, rows, strict=True):
        measure.add(Observed.of(context, row[2]))
    return measure.result(), told


def assert_equal(found: Movement, expected: Movement, seed: int) -> None:
    shown = [replace(flag, examples=()) for flag in expected.flags]
    assert list(found.flags) == shown, seed
    assert replace(found, flags=()) == replace(expected, flags=()), seed


@pytest.mark.parametrize("start", range(0, 100, 20))
def test_by_column_is_one_by_one(start: int) -> None:
    moved = 0
    for seed in range(start, start + 20):
        before, after, contexts = world_of(seed)
        rng, contexts = random.Random(seed), stored(contexts)
        rows = rows_of(rng, contexts)
        measurement = by_column(rng, before, after, rows)
        found = measurement.result()
        expected, told = one_by_one(before, after, rows, contexts)
        assert_equal(found, expected, seed)
        truth, matrices = brute_force(before, after, contexts)
        assert found.moved == truth, seed
        assert {f.key: f.matrix for f in found.flags if f.moved} == matrices, seed
        moved += found.moved
        for flag in measurement.flags:
            moves = [(c, a, b) for c, key, a, b in told if key == flag.key][: len(flag.places)]
            shown = [(contexts[p], *pair) for p, pair in zip(flag.places, flag.shown, strict=True)]
            assert [(Observed.of(c).shown(), a, b) for c, a, b in shown] == moves
            assert sum(flag.applications.values()) == flag.moved
    assert moved > 0


@pytest.mark.parametrize("seed", [5, 7, 11, 12, 14, 20, 21, 34])
def test_what_is_withheld_is_as_unknown_by_column(seed: int) -> None:
    before, after, contexts = world_of(seed)
    rng = random.Random(seed)
    contexts = stored([withheld(rng, context) for context in contexts])
    rows = rows_of(rng, contexts)
    found = by_column(rng, before, after, rows).result()
    expected, _ = one_by_one(before, after, rows, contexts)
    assert_equal(found, expected, seed)
    assert found.unknown > 0


def test_contexts_of_many_attributes_keep_those_that_are_read() -> None:
    rng = random.Random(4)
    world = generate.world(rng)
    contexts = stored([generate.context(rng, world, wrong=0) for _ in range(30)])
    for number, context in enumerate(contexts):
        if "kind" not in context:
            context |= {f"extra-{number}-{i}": i for i in range(200)}
    after = changed(rng, world.document)
    rows = rows_of(rng, contexts)
    found = by_column(rng, world.document, after, rows).result()
    expected, _ = one_by_one(world.document, after, rows, contexts)
    assert (found.moved, found.contexts) == (expected.moved, expected.contexts)
    assert [f.matrix for f in found.flags] == [f.matrix for f in expected.flags]


def test_attributes_that_tell_are_the_same_in_whatever_order() -> None:
    """Over many chunks; with an attribute of too many values, and one of values of all types."""
    rng = random.Random(6)
    dutch = m.Rule("dutch", m.Clause("country", "equals", ("NL",)), "on")
    off = m.Flag("nav", "boolean", (m.Variant("on", True), m.Variant("off", False)),
                 enabled=True, off="off", default="off")  # fmt: skip
    before = m.Document(flags={"nav": off}, version=1)
    after = m.Document(flags={"nav": replace(off, rules=(dutch,))}, version=2)
    contexts: list[Any] = [
        {
            "key": f"u{number}",
            "country": rng.choice(("NL", "BE")) if number > 2_000 else "BE",
            "day": number // 20,
            "ticket": f"t{number}",
            "odd": rng.choice((1, 1.0, True, "1", None, [1], 0.0, -0.0)),
        }
        for number in range(4_000)
    ]
    lacking = [{**c, "_private": ["country"]} for c in contexts[:20]]
    for context in lacking:
        del context["country"]
    contexts[:20] = lacking
    rows = rows_of(rng, contexts)
    found = by_column(rng, before, after, rows).result()
    expected, _ = one_by_one(before, after, rows, contexts)
    assert_equal(found, expected, 6)
    (flag,) = found.flags
    assert (flag.unknown, found.contexts) == (20, 4_000)
    country = flag.attributes[0]
    assert country["attribute"] == "country"
    assert country["values"][0] == {"value": "NL", "moved": flag.moved, "contexts": flag.moved}
    rng.shuffle(rows)
    assert by_column(rng, before, after, rows).result().flags[0].attributes == flag.attributes
