"""Movement is what brute force finds, by the plain interpreter, over generated changes.

Where attributes are withheld, the truth lies within the bounds, whatever they were.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import generate
from tests.oracle.interpreter import Answer, Interpreter

from yardarm.core import model as m
from yardarm.core.affected import affected
from yardarm.core.movement import Measure, Observed

CONTEXTS = 40


def changed(rng: random.Random, document: m.Document) -> m.Document:
    """The document after a few changes such as people make."""
    flags, segments = dict(document.flags), dict(document.segments)
    for _ in range(rng.randint(1, 3)):
        key = rng.choice(list(flags))
        flag = flags[key]
        keys = [variant.key for variant in flag.variants]
        other = flags[rng.choice(list(flags))]
        change = rng.randint(0, 7)
        if change == 0:
            flags[key] = replace(flag, enabled=not flag.enabled)
        elif change == 1:
            flags[key] = replace(flag, rules=flag.rules[1:])
        elif change == 2:
            flags[key] = replace(flag, default=rng.choice([*keys, None]))
        elif change == 3:
            flags[key] = replace(flag, description="only words")
        elif change == 4 and len(flags) > 1:
            del flags[key]
        elif change == 5 and segments:
            name = rng.choice(list(segments))
            segments[name] = replace(segments[name], when=rng.choice([None, m.Always()]))
        elif change == 6:
            flags[key] = replace(flag, off=rng.choice(keys), targets=())
        elif len(other.variants) == len(flag.variants):
            flags[key] = replace(
                flag, variants=other.variants, type=other.type, version=flag.version + 1
            )
    return replace(document, flags=flags, segments=segments)


def answer(world: Interpreter, key: str, context: Any) -> tuple[Any, ...]:
    found: Answer = world.evaluate(key, context)
    shown = repr(found.value) if found.serves else ""
    return found.variant, shown, found.error is not None


def brute_force(
    before: m.Document, after: m.Document, contexts: list[Any]
) -> tuple[int, dict[str, Counter[tuple[Any, Any]]]]:
    """How many contexts move in some flag, and each flag's matrix."""
    worlds = Interpreter(before), Interpreter(after)
    matrices: dict[str, Counter[tuple[Any, Any]]] = {}
    moved = 0
    for context in contexts:
        moves = False
        for key in {*before.flags, *after.flags}:
            one, other = (answer(world, key, context) for world in worlds)
            if one[:2] != other[:2]:
                matrices.setdefault(key, Counter())[one[0], other[0]] += 1
                moves = True
        moved += moves
    return moved, matrices


def world_of(seed: int) -> tuple[m.Document, m.Document, list[Any]]:
    rng = random.Random(seed)
    world = generate.world(rng)
    contexts = [generate.context(rng, world, wrong=0) for _ in range(CONTEXTS)]
    return world.document, changed(rng, world.document), contexts


@pytest.mark.parametrize("start", range(0, 120, 30))
def test_movement_is_what_brute_force_finds(start: int) -> None:
    for seed in range(start, start + 30):
        before, after, contexts = world_of(seed)
        measure = Measure(before, after)
        measure.add_all(map(Observed.of, contexts))
        found = measure.result()
        moved, matrices = brute_force(before, after, contexts)
        assert (found.contexts, found.moved, found.unknown) == (len(contexts), moved, 0), seed
        assert {f.key: Counter(f.matrix) for f in found.flags if f.moved} == matrices, seed
        assert matrices.keys() <= affected(before, after).keys()


@pytest.mark.parametrize("start", range(0, 60, 30))
def test_what_is_withheld_is_never_counted_as_known(start: int) -> None:
    certain = 0
    for seed in range(start, start + 30):
        before, after, contexts = world_of(seed)
        rng = random.Random(seed)
        measure = Measure(before, after)
        measure.add_all(Observed.of(withheld(rng, context)) for context in contexts)
        found = measure.result()
        moved, matrices = brute_force(before, after, contexts)
        assert found.moved <= moved <= found.moved + found.unknown, seed
        for flag in found.flags:
            truth = sum(matrices.get(flag.key, Counter()).values())
            assert flag.moved <= truth <= flag.moved + flag.unknown, (seed, flag.key)
        certain += found.moved
    assert certain > 0


def withheld(rng: random.Random, context: dict[str, Any]) -> dict[str, Any]:
    """The context without some of its attributes, which it names as private."""
    kinds = [v for v in context.values() if isinstance(v, dict)] if "kind" in context else [context]
    names = sorted({name for kind in kinds for name in kind if name not in ("key", "kind")})
    private = {name for name in names if rng.random() < 0.3}
    if "kind" not in context:
        kept: dict[str, Any] = {k: v for k, v in context.items() if k not in private}
    else:
        kept = {
            kind: {k: v for k, v in inner.items() if k not in private}
            if isinstance(inner, dict)
            else inner
            for kind, inner in context.items()
        }
    return {**kept, "_private": sorted(private)}


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_a_change_of_nothing_moves_nobody(seed: int) -> None:
    document, _, contexts = world_of(seed)
    measure = Measure(document, replace(document, version=document.version + 1))
    measure.add_all(map(Observed.of, contexts))
    found = measure.result()
    assert (found.moved, found.unknown, found.flags) == (0, 0, ())
