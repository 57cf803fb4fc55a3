"""What each step of a flag takes is what the plain interpreter finds, context by context."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from tests.oracle.interpreter import Answer, Interpreter
from tests.properties.test_movement import withheld, world_of
from tests.properties.test_previews import rows_of, stored

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.program import Program
from yardarm.server.previews.breakdown import counted
from yardarm.server.previews.columns import Row
from yardarm.server.previews.decoding import make_chunk
from yardarm.server.previews.taken import Ends, Taken


def plainly(flag: m.Flag, found: Answer) -> tuple[str | int, str | None]:
    """Where an answer of the interpreter comes from."""
    if found.rule is not None:
        return [rule.id for rule in flag.rules].index(found.rule), found.variant
    if found.cause == "target":
        return "targets", found.variant
    if found.reason == "DISABLED":
        return "stopped" if (found.cause or "").startswith("prereq") else "off", found.variant
    failed = found.error in ("PARSE_ERROR", "FLAG_NOT_FOUND")
    return "failed" if failed else "default", found.variant


def ends_of(rng: random.Random, document: m.Document, key: str, rows: list[Row]) -> list[Ends]:
    """The ends of each context, in chunks of any size."""
    taken = Taken(Program.of(document), key, Ambient.at(None))
    found: list[Ends] = []
    while len(found) < len(rows):
        some = rows[len(found) : len(found) + rng.randint(1, len(rows))]
        chunk = make_chunk(some, taken.names, contexts=taken.reads.everything)
        found += [taken.ends[verdict] for verdict in taken.judge(chunk).tolist()]
    return found


@pytest.mark.parametrize("start", range(0, 16, 8))
def test_every_context_ends_where_the_interpreter_says(start: int) -> None:
    steps: Counter[str] = Counter()
    for seed in range(start, start + 8):
        document, _, contexts = world_of(seed)
        rng, contexts = random.Random(seed), stored(contexts)
        rows = rows_of(rng, contexts)
        world = Interpreter(document)
        for key, flag in document.flags.items():
            found = ends_of(rng, document, key, rows)
            expected = [plainly(flag, world.evaluate(key, context)) for context in contexts]
            assert [set(ends) for ends in found] == [{end} for end in expected], (seed, key)
            told = counted(flag, [(ends, 1) for ends in found], 1.0)
            by = Counter(step for step, _ in expected)
            assert [rule["count"] for rule in told["rules"]] == [
                by[index] for index in range(len(flag.rules))
            ]
            variants = Counter(variant for _, variant in expected)
            assert {v["variant"]: v["count"] for v in told["variants"] if v["count"]} == variants
            assert told["unknown"] == 0
            steps.update("rule" if isinstance(step, int) else step for step in by)
    assert {"rule", "default", "off", "targets", "stopped"} <= steps.keys()


@pytest.mark.parametrize("start", range(0, 12, 6))
def test_where_attributes_are_withheld_the_truth_is_among_what_is_possible(start: int) -> None:
    unsure = 0
    for seed in range(start, start + 6):
        document, _, contexts = world_of(seed)
        rng, contexts = random.Random(seed), stored(contexts)
        hidden: list[Any] = [withheld(rng, context) for context in contexts]
        rows = rows_of(rng, hidden)
        world = Interpreter(document)
        for key, flag in document.flags.items():
            found = ends_of(rng, document, key, rows)
            for context, ends in zip(contexts, found, strict=True):
                truth = plainly(flag, world.evaluate(key, context))
                assert not ends or truth in ends, (seed, key, context)
            told = counted(flag, [(ends, 1) for ends in found], 1.0)
            sure = sum(rule["count"] for rule in told["rules"])
            steps = ("off", "stopped", "targets", "default", "failed")
            sure += sum(told[step]["count"] for step in steps)
            assert sure + told["unknown"] == len(contexts)
            unsure += told["unknown"]
    assert unsure > 0
