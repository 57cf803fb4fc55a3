"""Flags made here, written for LaunchDarkly and loaded into its SDK, answer alike for everyone
outside of the losses that the writer names."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.launchdarkly.vendor import oracle_of
from tests.oracle import generate

from yardarm.core import model as m
from yardarm.core import semver
from yardarm.core.context import Context
from yardarm.core.dates import instant_us
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.references import of_flag, of_segment
from yardarm.dialects.base import Loss
from yardarm.dialects.launchdarkly import write_clauses as doubts
from yardarm.dialects.launchdarkly.write import write

Json = Any
FALLBACK = None


def affected(reason: str, value: Json) -> bool:
    """Whether an attribute's value is one for which the writer is in doubt."""
    match reason:
        case doubts.LIST:
            return isinstance(value, list)
        case doubts.NO_LIST:
            return not isinstance(value, list)
        case doubts.DATE:
            return not isinstance(value, str) or instant_us(value) is None or ":60" in value
        case doubts.VERSION:
            return isinstance(value, str) and semver.parse(value) is None
        case doubts.LARGE:
            return isinstance(value, int | float) and abs(value) >= 2**53
        case doubts.LETTERS:
            return isinstance(value, str) and (not value.isascii() or value.endswith("\n"))
        case _:
            return True


def in_doubt(losses: tuple[Loss, ...], context: Context) -> bool:
    """Whether the context is one that a loss names."""
    for loss in losses:
        reason = loss.message.partition("otherwise what is ")[2]
        for attribute in loss.effect.partition("one of these is such: ")[2].split(", "):
            for kind in context.by_kind().values():
                if affected(reason, attribute_of(kind, attribute)):
                    return True
    return False


def attribute_of(kind: dict[str, Json], name: str) -> Json:
    if not name.startswith("/"):
        return kind.get(name)
    value: Json = kind
    for part in name[1:].split("/"):
        value = (
            value.get(part.replace("~1", "/").replace("~0", "~"), None)
            if isinstance(value, dict)
            else None
        )
    return value


def needs(document: m.Document, key: str) -> Iterator[tuple[str, str]]:
    """Everything that a flag asks, itself first."""
    seen: set[tuple[str, str]] = set()
    stack = [("flag", key)]
    while stack:
        at = stack.pop()
        if at in seen:
            continue
        seen.add(at)
        yield at
        kind, name = at
        items = document.flags if kind == "flag" else document.segments
        if name in items:
            stack += of_flag(items[name]) if kind == "flag" else of_segment(items[name])


def as_context(given: dict[str, Json]) -> Json:
    """The context in LaunchDarkly's JSON; None where it has no kind with a key."""
    kinds = {}
    for kind, held in Context.of(given).by_kind().items():
        try:
            plain = json.loads(json.dumps(held))
        except (TypeError, ValueError):
            continue
        if isinstance(plain.get("key"), str):
            kinds[kind] = {name: value for name, value in plain.items() if name}
    return {"kind": "multi", **kinds} if kinds else None


def agree(world: generate.World, rng: random.Random, contexts: int) -> int:
    """How many answers were compared; all were equal."""
    document = world.document
    program = Program.of(document)
    written = write(document, {})
    sdk = oracle_of(written.document)
    by_place: dict[tuple[str, str], list[Loss]] = {}
    for loss in written.losses:
        kind, key = loss.pointer.split("/")[1:3]
        by_place.setdefault((kind.removesuffix("s"), key), []).append(loss)
    concerned = {
        key: tuple(loss for at in needs(document, key) for loss in by_place.get(at, ()))
        for key in document.flags
    }
    compared = 0
    for _ in range(contexts):
        given = as_context(generate.context(rng, world))
        if given is None:
            continue
        for key, losses in concerned.items():
            if any("otherwise" not in loss.message for loss in losses):
                continue
            if in_doubt(losses, Context.of(given)):
                continue
            ours, theirs = evaluate(program, key, given), sdk.answer(key, given)
            assert ours.value == theirs["value"], (key, given, ours, theirs, written.document)
            compared += 1
    return compared


def test_flags_made_here() -> None:
    compared = 0
    for seed in range(300):
        rng = random.Random(seed)
        world = generate.world(rng, flags=3, segments=2, broken=seed % 2 * 0.05)
        compared += agree(world, rng, 15)
    assert compared > 1_000


def test_every_operator_that_can_be_written() -> None:
    compared = 0
    for seed in range(40):
        rng = random.Random(seed)
        operators = tuple(name for name in generate.OPERATORS if name != "in_network")
        compared += agree(generate.drill(rng, operators), rng, 15)
    assert compared > 5_000
