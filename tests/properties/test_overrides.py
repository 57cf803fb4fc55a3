"""A snapshot with an override over it answers what the interpreter does for the edited document."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import generate
from tests.oracle.interpreter import Interpreter

from yardarm.core import model as m
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.snapshot import SnapshotSource, between, from_document
from yardarm.sdk.overrides import Override, overlay

FALLBACK = ("the caller's fallback",)


def chosen(rng: random.Random, document: m.Document) -> Override:
    """An override of some of the flags, also of one that is not there."""
    kill, serve = {"not-here"}, {}
    for key, flag in document.flags.items():
        what = rng.randint(0, 3)
        if what == 0:
            kill.add(key)
        elif what == 1 and flag.variants:
            serve[key] = rng.choice([*(v.key for v in flag.variants), "no-such-variant"])
    return Override(frozenset(kill), serve)


def edited(document: m.Document, override: Override) -> m.Document:
    """What a person would do by hand."""
    flags = dict(document.flags)
    for key, flag in document.flags.items():
        if flag.archived_at is not None:
            continue
        if key in override.kill:
            flags[key] = replace(flag, enabled=False)
        elif override.serve.get(key) in [variant.key for variant in flag.variants]:
            served = override.serve[key]
            flags[key] = replace(
                flag, enabled=True, default=served, prerequisites=(), targets=(), rules=()
            )
    return replace(document, flags=flags)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_an_override_is_the_edited_document(seed: int) -> None:
    rng = random.Random(seed)
    world = generate.world(rng, flags=6, segments=2)
    truth = from_document(world.document)
    override = chosen(rng, world.document)
    shown = overlay(truth, override, own_epoch=True).snapshot
    oracle = Interpreter(edited(world.document, override))
    fresh = Program(SnapshotSource(shown))
    warm = Program(SnapshotSource(truth))
    contexts = [generate.context(rng, world) for _ in range(8)]
    for key in world.document.flags:
        evaluate(warm, key, contexts[0], FALLBACK)
    swapped = warm.successor(SnapshotSource(shown), between(truth, shown).changed())
    for key in world.document.flags:
        for context in contexts:
            expected = oracle.evaluate(key, context)
            for program in (fresh, swapped):
                found = evaluate(program, key, context, FALLBACK)
                assert (found.variant, found.reason, found.error) == (
                    expected.variant, expected.reason, expected.error,
                )  # fmt: skip
    lifted = swapped.successor(SnapshotSource(truth), between(shown, truth).changed())
    before = Interpreter(world.document)
    for key in world.document.flags:
        for context in contexts:
            found = evaluate(lifted, key, context, FALLBACK)
            assert found.variant == before.evaluate(key, context).variant
