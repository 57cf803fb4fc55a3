"""Documents about one operator: a clause, wrapped in a rule, in segments or in prerequisites.

Whatever the wrapping, flag `f` serves its first variation exactly when the clause holds, so one
question counts for the operator and for what it is wrapped in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

from .places import NOTHING, Place, context_with, place_for
from .values import OPERATORS, asked, pick

Json = Any

PER_DOCUMENT = 12
"""Contexts asked of one document."""


def flag(key: str, **given: Json) -> Json:
    """A flag that is on and serves its second variation unless told otherwise."""
    made = {
        "key": key,
        "version": 1,
        "on": True,
        "variations": [True, False],
        "offVariation": 1,
        "fallthrough": {"variation": 1},
        "salt": f"salt-{key}",
    }
    return made | given


def segment(key: str, **given: Json) -> Json:
    return {"key": key, "version": 1, "salt": f"salt-{key}"} | given


def document(flags: list[Json], segments: list[Json] = []) -> Json:  # noqa: B006
    return {
        "flags": {item["key"]: item for item in flags},
        "segments": {item["key"]: item for item in segments},
    }


def rule(*clauses: Json, serve: Json = 0) -> Json:
    return {"id": "rule-1", "variation": serve, "clauses": list(clauses)}


def in_segments(*keys: Json, negate: bool = False) -> Json:
    clause = {"attribute": "", "op": "segmentMatch", "values": list(keys)}
    return {**clause, "negate": True} if negate else clause


# --- wrapping ---------------------------------------------------------------------------------

Wrapped = tuple[Json, tuple[str, ...]]


def wrapped(rng: random.Random, clause: Json) -> Wrapped:
    """A document in which flag `f` asks the clause, and the cells of the way it does."""
    way = rng.choices((_plain, _in_segment, _required), (40, 30, 30))[0]
    return way(rng, clause)


def _plain(rng: random.Random, clause: Json) -> Wrapped:
    return document([flag("f", rules=[rule(clause)])]), ("rule",)


def _in_segment(rng: random.Random, clause: Json) -> Wrapped:
    """`f` asks a segment that asks a segment, and so on; the last asks the clause."""
    depth = rng.choice((1, 1, 2, 3))
    cells = [f"segment depth {depth}"]
    segments = []
    for level in range(depth):
        inner = clause if level == depth - 1 else in_segments(f"s{level + 1}")
        rules: list[Json] = [{"clauses": [inner]}]
        if rng.random() < 0.3:
            rules.insert(0, {"clauses": [in_segments("nowhere")]})
        segments.append(segment(f"s{level}", rules=rules, excluded=["nobody"]))
    outer = in_segments("s0")
    if rng.random() < 0.3:
        cells.append("segment unknown")
        outer = in_segments("nowhere", "s0")
    if rng.random() < 0.3:
        # Twice not: the flag serves its second variation to who is in, and its first by default.
        cells.append("not op:segmentMatch")
        asking = flag("f", rules=[rule(in_segments("s0", negate=True), serve=1)])
        asking["fallthrough"] = {"variation": 0}
        return document([asking], segments), tuple(cells)
    return document([flag("f", rules=[rule(outer)])], segments), (*cells, "op:segmentMatch")


def _required(rng: random.Random, clause: Json) -> Wrapped:
    """`f` needs `p1` needs `p2`, and so on; the last asks the clause."""
    depth = rng.choice((1, 2, 3, 4))
    flags = []
    for level in range(depth):
        needs = [{"key": f"p{level + 1}", "variation": 0}]
        if rng.random() < 0.2:
            needs.insert(0, {"key": "always", "variation": 1})
        made = flag("f" if level == 0 else f"p{level}", prerequisites=needs)
        flags.append(made | {"fallthrough": {"variation": 0}})
    last = flag(f"p{depth}", rules=[rule(clause)])
    flags += [last, flag("always")]
    rng.shuffle(flags)
    return document(flags), (f"prerequisite depth {depth}",)


# --- one operator -----------------------------------------------------------------------------


def operator_questions(rng: random.Random, operator: str) -> Iterator[Question]:
    """Questions about one document with one clause of the operator."""
    values = asked(rng, operator)
    negate = rng.random() < 0.5
    place = place_for(rng, values[0] if values else NOTHING)
    clause: Json = {**place.clause, "op": operator, "values": values}
    if negate or rng.random() < 0.1:
        clause["negate"] = negate
    made, cells = wrapped(rng, clause)
    for _ in range(PER_DOCUMENT):
        value, sorts = _held(rng, operator, values)
        holder = place if _fits(place, value) else place_for(rng, NOTHING)
        if holder is not place:  # the place takes text only: hold the value elsewhere, so missing
            value, sorts, holder = NOTHING, ("missing",), place
            if place.path == ("key",):
                continue
        named = tuple(sort if " a" in sort else f"{sort}:{operator}" for sort in sorts)
        about = f"{'not ' if negate else ''}op:{operator}"
        context = context_with(rng, holder, value)
        yield Question(made, "f", context, (about, f"place:{place.cell}", *named, *cells))


def _held(rng: random.Random, operator: str, values: list[Json]) -> tuple[Json, tuple[str, ...]]:
    """What the context holds, and of which sort that is."""
    _, make, aim, wrong = OPERATORS[operator]
    kind = rng.choices(("aimed", "any", "wrong", "missing", "list"), (38, 6, 32, 12, 12))[0]
    if kind == "missing":
        return NOTHING, ("missing",)
    if kind == "wrong":
        value = wrong(rng)
        return value, () if isinstance(value, list) else ("wrong type",)
    if kind == "list":
        some = [make(rng), wrong(rng)][: rng.choice((0, 1, 2, 2))]
        if values and rng.random() < 0.5:
            some.append(aim(rng, pick(rng, values)))
        return some, ("list as attribute",)
    if kind == "aimed" and values:
        return aim(rng, pick(rng, values)), ()
    return make(rng), ()


def _fits(place: Place, value: Json) -> bool:
    if place.path == ("key",):
        return isinstance(value, str) and value != ""
    if place.path == ("name",):
        return isinstance(value, str) or value is NOTHING
    return True


# --- unknown operators, kinds, segments by name -----------------------------------------------


def unknown_questions(rng: random.Random) -> Iterator[Question]:
    """An operator that there is not: it holds for nothing, so negated for whatever is there."""
    negate = rng.random() < 0.65
    place = place_for(rng, NOTHING)
    name = rng.choice(("regex", "IN", "", "equals", "semVerGreaterThanOrEqual"))
    clause = {**place.clause, "op": name, "values": ["a"], "negate": negate}
    made, cells = wrapped(rng, clause)
    for _ in range(PER_DOCUMENT):
        value = "x" if rng.random() < 0.6 and _fits(place, "x") else NOTHING
        context = context_with(rng, place, value)
        yield Question(made, "f", context, ("op:unknown operator", *cells))


def anonymous_questions(rng: random.Random) -> Iterator[Question]:
    """Clauses about the attribute `anonymous`, which is false where a context does not say it."""
    negate = rng.random() < 0.5
    operator = rng.choice(("in", "in", "in", "startsWith", "lessThan", "none such"))
    values = rng.choice(([True], [False], [True, False], [], ["true"], [0, False], [1, True]))
    kind = rng.choice(("user", "org"))
    name = rng.choice(("anonymous", "/anonymous"))
    clause = {"attribute": name, "contextKind": kind, "op": operator, "values": values}
    made, cells = wrapped(rng, {**clause, "negate": negate})
    for _ in range(PER_DOCUMENT):
        said = rng.choice(({}, {"anonymous": True}, {"anonymous": False}))
        context = {"kind": rng.choice((kind, kind, "device")), "key": "k", **said}
        if context["kind"] == "user" and rng.random() < 0.4:
            del context["kind"]
        yield Question(made, "f", context, ("place:anonymous", *cells))


def kind_questions(rng: random.Random) -> Iterator[Question]:
    """Clauses about the attribute `kind`: asked of every kind that the context has."""
    negate = rng.random() < 0.5
    operator = rng.choice(("in", "in", "startsWith", "endsWith", "contains", "matches"))
    values = [rng.choice(("user", "org", "u", "vice", "device", "r", 1)) for _ in range(2)]
    clause = {"attribute": "kind", "op": operator, "values": values[: rng.choice((1, 2))]}
    if rng.random() < 0.5:
        clause |= {"contextKind": rng.choice(("user", "org", "nothing"))}
        clause["attribute"] = rng.choice(("kind", "/kind"))
    made, cells = wrapped(rng, {**clause, "negate": negate})
    for _ in range(PER_DOCUMENT):
        kinds = rng.sample(("user", "org", "device"), rng.choice((1, 1, 2)))
        parts: Json = {kind: {"key": "k"} for kind in kinds}
        context = {"kind": "multi", **parts}
        if len(kinds) == 1 and rng.random() < 0.7:
            context = {"kind": kinds[0], "key": "k"}
        if kinds == ["user"] and rng.random() < 0.3:
            context = {"key": "k"}
        yield Question(made, "f", context, ("place:kind", *cells))
