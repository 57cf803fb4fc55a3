"""Flags made here, written for Unleash and loaded into its engine, answer alike for everyone
outside of the losses that the writer names."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.conformance.differential import identical
from tests.conformance.unleash.vendor import oracle_of
from tests.oracle import generate, values

from yardarm.core import model as m
from yardarm.core.ambient import Ambient
from yardarm.core.context import Context
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.dialects.unleash.write import write

Json = Any
NOW = Ambient.at(1_795_000_000.0)
FALLBACK = "the caller's fallback"
TYPES = {"Unleash does not tell types apart", "Unleash takes lists and objects for missing"}


def is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value) and not any(
            "\ud800" <= char <= "\udfff" for char in json.dumps(value, ensure_ascii=False)
        )
    except (TypeError, ValueError, RecursionError):
        return False


def contexts(given: Json) -> tuple[Json, Json]:
    """The context for us and the same for Unleash: only what is JSON."""
    kinds = {
        kind: {name: value for name, value in held.items() if type(name) is str and is_json(value)}
        for kind, held in Context.of(given).by_kind().items()
    }
    user = dict(kinds.get("user", {}))
    key = user.pop("key", None)
    asked: dict[str, Json] = {"properties": user}
    if key is not None:
        asked["userId"] = key
    return {"kind": "multi", **kinds}, asked


def value_of(flag: m.Flag, answer: Json) -> Json:
    """What a caller makes of Unleash's answer."""
    if flag.type == "boolean":
        return answer["enabled"]
    variant = answer["variant"]
    if not variant["enabled"]:
        return FALLBACK
    payload = variant.get("payload")
    if payload is None:
        return variant["name"]
    return payload["value"] if payload["type"] == "string" else json.loads(payload["value"])


def agree(world: generate.World, rng: random.Random, count: int) -> int:
    """How many answers were compared; all were equal."""
    document = world.document
    program = Program.of(document)
    written = write(document, {})
    engine = oracle_of(written.document)
    lossy = {loss.flag for loss in written.losses}
    compared = 0
    for _ in range(count):
        ours, theirs = contexts(generate.context(rng, world, wrong=0.05))
        for key, flag in document.flags.items():
            if key in lossy or flag.archived_at is not None:
                continue
            decision = evaluate(program, key, ours, FALLBACK, ambient=NOW)
            expected = decision.value is True if flag.type == "boolean" else decision.value
            found = value_of(flag, engine.answer(key, theirs))
            assert identical(expected, found), (key, flag, ours, written.document, decision)
            compared += 1
    return compared


def test_flags_made_here() -> None:
    compared = 0
    for seed in range(250):
        rng = random.Random(seed)
        compared += agree(generate.world(rng, flags=4, segments=2), rng, 12)
    assert compared > 800


def test_operators() -> None:
    compared = 0
    for seed in range(60):
        rng = random.Random(seed)
        compared += agree(generate.drill(rng), rng, 12)
    assert compared > 2_000


def test_operators_whose_only_loss_is_types() -> None:
    """Attributes of the clause's own type: the losses about types concern nobody."""
    compared = 0
    for seed in range(60):
        rng = random.Random(seed)
        world = generate.drill(
            rng, ("equals", "in", "starts_with", "contains", "present", "matches")
        )
        written = write(world.document, {})
        engine = oracle_of(written.document)
        program = Program.of(world.document)
        for key, flag in world.document.flags.items():
            losses = [loss for loss in written.losses if loss.flag == key]
            if any(loss.message not in TYPES for loss in losses):
                continue
            clause = flag.rules[0].when
            clause = clause.condition if isinstance(clause, m.Not) else clause
            assert isinstance(clause, m.Clause)
            if clause.kind != "user" or "/" in clause.attribute:
                continue
            if not all(isinstance(value, str) for value in clause.values):
                continue
            for _ in range(20):
                near = values.near(rng, clause)
                if not isinstance(near, str) or not is_json(near):
                    continue
                ours, theirs = contexts({"key": "u", clause.attribute: near})
                expected = evaluate(program, key, ours, FALLBACK, ambient=NOW).value is True
                assert engine.answer(key, theirs)["enabled"] is expected, (clause, near)
                compared += 1
    assert compared > 1_000


def test_a_split_of_ours() -> None:
    """Percentages of our own algorithm: off, or placed anew where that is wanted."""
    split = m.Split((m.Arm("on", 30_000),), m.Bucketing(), partial=True)
    variants = (m.Variant("on", True), m.Variant("off", False))
    rule = m.Rule("1", m.Always(), split)
    flag = m.Flag("f", "boolean", variants, True, "off", "off", rules=(rule,))
    document = m.Document({"f": flag})
    people = [f"user-{n}" for n in range(2_000)]

    def share(options: dict[str, Json]) -> float:
        engine = oracle_of(write(document, options).document)
        return sum(engine.answer("f", {"userId": p})["enabled"] for p in people) / len(people)

    assert share({}) == 0
    assert 0.26 < share({"splits": "rehash"}) < 0.34
    assert [loss.message for loss in write(document, {}).losses] == ["units placed by 'yardarm'"]
    assert "units are placed anew" in [
        loss.message for loss in write(document, {"splits": "rehash"}).losses
    ]
