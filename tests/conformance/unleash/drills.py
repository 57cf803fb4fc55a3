"""Documents about one thing each: `f` is on, or serves `hit`, where that thing comes out true."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.unleash import parts, values

Json = Any
Asked = tuple[Json, list[tuple[Json, tuple[str, ...]]]]
"""A document, and contexts with what each is about."""

ASKED = 6
"""Contexts for each document."""
ABSENT = object()


def _user(rng: random.Random) -> str:
    return rng.choice((f"user-{rng.randrange(500)}", f"{rng.randrange(10**6)}", values.word(rng)))


def operator(rng: random.Random, op: str = "") -> Asked:
    """One operator, with and without `inverted`, on values of every type and on none."""
    op = op or rng.choice(values.OPERATORS)
    invert = rng.random() < 0.5
    fold = rng.choice((None, False, True, True))
    name = rng.choice((*values.NAMES, *values.FIELDS, "p", "p", "p", "country"))
    fields, wanted = values.fields(rng, op)
    placed = parts.constraint(name, op, fields, invert=invert, fold=fold)
    if rng.random() < 0.3:
        document = parts.document(
            [parts.toggle("f", [parts.strategy(segments=[7])])],
            [{"id": 7, "constraints": [placed]}],
        )
        where: tuple[str, ...] = ("segment",)
    else:
        document, where = parts.document([parts.toggle("f", [parts.strategy(placed)])]), ()
    asked = []
    for _ in range(ASKED):
        value, cells = _value(rng, op, wanted, invert)
        if fold and op in values.CASELESS:
            cells = (*cells, f"ignoring case:{op}")
        asked.append((_placed(rng, name, value), (*cells, *where)))
    return document, asked


def _value(rng: random.Random, op: str, wanted: str, invert: bool) -> tuple[Json, tuple[str, ...]]:
    """A value for the field, and the cells that it belongs to."""
    sign = f"not op:{op}" if invert else f"op:{op}"
    chance = rng.random()
    if chance < 0.24:
        return rng.choice((ABSENT, None)), (f"missing:{op}", sign)
    if chance < 0.48:
        return values.other_typed(rng, op), (f"wrong type:{op}", sign)
    if chance < 0.58:
        return values.any_text(rng, op), (sign,)
    return values.matching(rng, op, wanted), (sign,)


def _placed(rng: random.Random, name: str, value: Json) -> Json:
    """A context with the value among the properties, on top, or in both places."""
    if value is ABSENT:
        return rng.choice(({}, {"properties": {}}, {"properties": None}, {"q": "a"}, None))
    if rng.random() < 0.1:
        return {name: rng.choice((value, None, "a", [])), "properties": {name: value}}
    return parts.context(name, value, nested=name == "properties" or rng.random() < 0.6)


def malformed(rng: random.Random) -> Asked:
    """Values that the operator does not expect: many of them switch the whole toggle off."""
    op = rng.choice(values.OPERATORS)
    fields = values.wrong_value(rng, op)
    placed = parts.constraint(
        rng.choice(("p", "p", "p", "p", "p", 'a"b', "a\\")),
        rng.choice((op, op, op, op, op, op.lower(), "FOO", "")),
        fields,
        invert=rng.random() < 0.3,
        fold=rng.choice((None, True)),
    )
    strategies = [parts.strategy(placed)]
    if rng.random() < 0.3:
        strategies.insert(rng.randrange(2), parts.strategy())
    document = parts.document([parts.toggle("f", strategies)])
    texts = ["5", "1.2.3", "2022-06-01T00:00:00Z", "a", "", "end\\", "10.0.0.1"]
    if isinstance(fields.get("value"), str):
        texts += [fields["value"].strip()] * 5
    return document, [
        (parts.context("p", rng.choice(texts)), ("unusual value",)) for _ in range(ASKED)
    ]


def present(rng: random.Random) -> Asked:
    """`currentTime`, which is the present where the context does not say it."""
    op = rng.choice((*values.DATES, *values.DATES, "NUM_GTE", "NUM_LTE", "SEMVER_LT", "NUM_EQ"))
    value = rng.choice(("2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z", "2022-06-01T00:00:00.5Z"))
    if op in ("NUM_EQ", "NUM_LTE", "NUM_GTE") or rng.random() < 0.2:
        value = "2022-06-01T00:00:00Z"
    invert = rng.random() < 0.3
    placed = parts.constraint("currentTime", op, {"value": value}, invert=invert)
    if rng.random() < 0.15:
        text = rng.choice((["2022-06-01T00:00:00Z", "+5"], ["a"]))
        placed = parts.constraint("currentTime", rng.choice(values.TEXTS), {"values": text})
    document = parts.document([parts.toggle("f", [parts.strategy(placed)])])
    asked = []
    for _ in range(ASKED):
        if rng.random() < 0.4:
            asked.append((rng.choice(({}, {"currentTime": None}, {"userId": "u"})), ("time:now",)))
            continue
        text = rng.choice((
            values.any_text(rng, "DATE_AFTER"), value, 5, "5",
            values.other_typed(rng, "DATE_AFTER"),
        ))  # fmt: skip
        nested = rng.random() < 0.3
        asked.append((parts.context("currentTime", text, nested=nested), ("time:given",)))
    return document, asked


# --- strategies -------------------------------------------------------------------------------


def listed(rng: random.Random) -> Asked:
    """`userWithId`, `remoteAddress` and `applicationHostname`, which hold lists as text."""
    name = rng.choice(("userWithId", "remoteAddress", "remoteAddress", "userWithId", "hosts"))
    comma = rng.choice((",", ", ", " ,", ",\u00a0", ",,", ",\n", ",\x1c"))
    if name == "hosts":
        given = {"hostNames": comma.join(("localhost", "a", values.word(rng)))}
        made = parts.strategy(name="applicationHostname", parameters=given)
        document = parts.document([parts.toggle("f", [made])])
        context = {"hostname": "a", "properties": {"hostname": "localhost"}}
        return document, [(context, ("strategy:applicationHostname",))] * ASKED
    if name == "userWithId":
        field, parameter = "userId", "userIds"
        known = [values.word(rng) for _ in range(rng.randrange(1, 4))]
    else:
        field, parameter = "remoteAddress", "IPs"
        known = [values.fields(rng, "IN_CIDR")[1] for _ in range(rng.randrange(1, 4))]
    text = comma.join(known)
    parameters = {} if rng.random() < 0.05 else {parameter: text}
    made = parts.strategy(name=name, parameters=parameters)
    document = parts.document([parts.toggle("f", [made])])
    asked = []
    for _ in range(ASKED):
        wanted = rng.choice(known)
        value: Json = wanted
        if field == "remoteAddress":
            value = values.matching(rng, "IN_CIDR", wanted)
        chance = rng.random()
        if chance < 0.2:
            value = rng.choice((values.word(rng), values.scalar(rng), None, [], " " + wanted))
        asked.append(
            (parts.context(field, value, nested=rng.random() < 0.3), (f"strategy:{name}",))
        )
    return document, asked


def simple(rng: random.Random) -> Asked:
    """`default` with conditions of its own, custom strategies, and several in a row."""
    wanted = parts.constraint("p", "IN", {"values": ["a"]})
    odd = rng.choice((None, [], 0))
    kinds = {
        "default": [parts.strategy(wanted)],
        "custom": [parts.strategy(name=rng.choice(("mine", "Default", "")), parameters={"a": "b"})],
        "two": [parts.strategy(name="mine"), parts.strategy(wanted)],
        "none": [],
        "no lists": [{"name": "default"}],
        "null lists": [
            {"name": "default", "parameters": None, "constraints": odd or None, "segments": None}
        ],
    }
    kind = rng.choice((*kinds, "default", "default", "two", "two", "custom"))
    more = rng.choice(({}, {}, {"enabled": False}, {"impressionData": True, "stale": False}))
    document = parts.document([parts.toggle("f", kinds[kind], **more)])
    cell = {"default": "strategy:default", "custom": "strategy:custom", "two": "strategy:several"}
    return document, [
        (parts.context("p", rng.choice(("a", "a", "b"))), (cell.get(kind, "strategy:none"),))
        for _ in range(ASKED)
    ]


DRILLS: tuple[tuple[Callable[[random.Random], Asked], int], ...] = (
    (operator, 70), (malformed, 4), (present, 4), (listed, 6), (simple, 8),
)  # fmt: skip


def drills(rng: random.Random) -> Iterator[Asked]:
    """Endless drills."""
    from tests.conformance.unleash.odd import DRILLS as ODD
    from tests.conformance.unleash.splits import DRILLS as SPLITS

    makers = (*DRILLS, *SPLITS, *ODD)
    weights = [weight for _, weight in makers]
    while True:
        (made,) = rng.choices(makers, weights)
        yield made[0](rng)
