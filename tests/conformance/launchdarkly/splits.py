"""Documents about splits: rollouts and experiments of flags, weights of segment rules."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

from .drills import PER_DOCUMENT, document, flag, in_segments, rule, segment
from .places import extras
from .values import pick

Json = Any

BUCKETED = (
    "x", "y", "user-1", "élan", "", 1, 0, -5, 2**64, 10**30, 1.0, 2.5, True, False, ["x"], {"a": 1},
    None, "1", "日本", "\U0001f600",
)  # fmt: skip


def split_questions(rng: random.Random) -> Iterator[Question]:
    """A rollout or an experiment, in a rule or as the default."""
    rollout, cells = _rollout(rng)
    salt = rng.choice(("salt", "", "a.b", "élan"))
    made = flag("f", variations=["a", "b", "c"], salt=salt)
    if salt == "":
        cells = (*cells, "split:no salt")
        if rng.random() < 0.5:
            del made["salt"]
    if rng.random() < 0.5:
        made["fallthrough"] = {"rollout": rollout}
        cells = (*cells, "split:default")
    else:
        always = {"attribute": "key", "op": "in", "values": [], "negate": True}
        clauses = [] if rollout.get("contextKind") == "org" else [always]
        made["rules"] = [{"id": "r", "rollout": rollout, "clauses": clauses}]
        cells = (*cells, "split:rule")
    if rng.random() < 0.2:
        made = [made | {"key": "p"}, flag("f", prerequisites=[{"key": "p", "variation": 0}])]
        made[1]["fallthrough"] = {"variation": 0}
        cells = (*cells, "split:prerequisite")
    asked = document(made if isinstance(made, list) else [made])
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", _context(rng), cells)


def _rollout(rng: random.Random) -> tuple[Json, tuple[str, ...]]:
    cells = ["split:rollout"]
    out: Json = {"variations": _arms(rng)}
    if rng.random() < 0.4:
        out["kind"], cells[0] = "experiment", "split:experiment"
    elif rng.random() < 0.3:
        out["kind"] = "rollout"
    if rng.random() < 0.4:
        out["seed"] = rng.choice((0, 61, -7, 2**40, 1))
        cells.append("split:seed")
    if rng.random() < 0.3:
        out["contextKind"] = "org"
        cells.append("split:other kind")
    elif rng.random() < 0.5:
        out["contextKind"] = "user"
    if rng.random() < 0.35:
        out["bucketBy"] = rng.choice(("attr", "attr", "/addr/city", "key", "missing", "kind"))
        cells.append("split:bucketBy")
    elif rng.random() < 0.1:
        out["bucketBy"] = ""
    if sum(arm["weight"] for arm in out["variations"]) != 100_000:
        cells.append("split:odd weights")
    return out, tuple(cells)


def _arms(rng: random.Random) -> list[Json]:
    """Weights of which the first variation has about half."""
    weights = rng.choice((
        (50_000, 50_000), (33_333, 33_333, 33_334), (0, 50_000, 50_000), (50_000, 20_000, 30_000),
        (10_000, 40_000), (40_000, 1), (100_000, 0), (0, 0), (60_000, 60_000), (1, 99_999), (7,),
        (-10_000, 60_000, 50_000), (33_333.0, 1),
    ))  # fmt: skip
    order = [0, 1, 2]
    rng.shuffle(order)
    arms: list[Json] = []
    for variation, weight in zip(order, weights, strict=False):
        arm = {"variation": variation, "weight": int(weight)}
        if rng.random() < 0.25:
            arm["untracked"] = rng.random() < 0.7
        arms.append(arm)
    if len(arms) == 3 and rng.random() < 0.2:  # one variation twice
        arms[2]["variation"] = arms[0]["variation"]
    return arms


def _context(rng: random.Random) -> Json:
    kinds = rng.choice((("user",), ("user",), ("user", "org"), ("org",)))
    parts: Json = {}
    for kind in kinds:
        key = rng.choice(("user-", "org-", "é")) + str(int(rng.random() * 1e6))
        held = {"key": key, **extras(rng)}
        if rng.random() < 0.85:
            held["attr"] = pick(rng, BUCKETED)
        if rng.random() < 0.85:
            held["addr"] = rng.choice(({"city": pick(rng, BUCKETED)}, "x", {}))
        parts[kind] = held
    if kinds == ("user",) and rng.random() < 0.3:
        held = parts["user"]
        custom = {name: held[name] for name in ("attr", "addr") if name in held}
        return {"key": held["key"], "custom": custom}
    return {"kind": "multi", **parts} if len(kinds) > 1 else {"kind": kinds[0], **parts[kinds[0]]}


def weight_questions(rng: random.Random) -> Iterator[Question]:
    """A segment rule with a weight: those of its clauses whose bucket is below it."""
    weighed: Json = {"clauses": []}
    cells = ["split:segment weight"]
    weighed["weight"] = rng.choice((50_000, 50_000, 30_000, 0, 100_000, 1, -1, -200_000))
    if rng.random() < 0.4:
        weighed["bucketBy"] = rng.choice(("attr", "/addr/city", "missing"))
        cells.append("split:segment bucketBy")
    if rng.random() < 0.4:
        weighed["rolloutContextKind"] = rng.choice(("user", "org"))
        cells.append("split:segment kind")
    made = segment("s", rules=[weighed], salt=rng.choice(("salt", "", "é")))
    negate = rng.random() < 0.3
    asked = document([flag("f", rules=[rule(in_segments("s", negate=negate))])], [made])
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", _context(rng), tuple(cells))
