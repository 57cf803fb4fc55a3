"""Documents about one thing each, and contexts in which it comes out either way."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.growthbook import draw

Json = Any

FLAG = "f"


@dataclass(frozen=True, slots=True)
class Drill:
    """A document, the flag or experiment that is asked, contexts, and what they are about."""

    document: Json
    contexts: tuple[tuple[Json, tuple[str, ...]], ...]
    flag: str | None = FLAG
    experiment: Json = None
    options: dict[str, Json] = field(default_factory=dict)


Make = Callable[[random.Random], Drill]


def feature(*rules: Json, default: Json = False) -> Json:
    """A document with one feature."""
    return {"features": {FLAG: {"defaultValue": default, "rules": list(rules)}}}


# --- operators --------------------------------------------------------------------------------


def operator_drill(sign: str) -> Make:
    """One operator on one attribute: as it is meant, missing, of a wrong type, negated."""

    def make(rng: random.Random) -> Drill:
        weights = (4, 5, 9, {"$exists": 0, "$type": 0, "$in": 5, "$ini": 5}.get(sign, 4))
        way = rng.choices(("plain", "not", "missing", "wrong"), weights)[0]
        pick = draw.unsuited if way == "wrong" else draw.suited
        value = None if way == "missing" else pick(rng, sign)
        operand = _balanced(
            rng,
            lambda: draw.OPERANDS[sign](rng, value),
            lambda found: draw.expected(sign, found, value),
        )
        condition: Json = {"a": {sign: operand}}
        if way == "not":
            condition = (
                {"a": {"$not": condition["a"]}} if rng.random() < 0.5 else {"$not": condition}
            )
        names = {"not": f"not {sign}", "missing": f"missing:{sign}", "wrong": f"wrong type:{sign}"}
        cells = {names.get(way, f"op:{sign}"), f"op:{sign}"}
        contexts = []
        for _ in range(1 if way == "missing" else 3):
            attributes: Json = {} if rng.random() < 0.7 else {"a": None}
            if way != "missing":
                found = _balanced(
                    rng,
                    lambda: value if rng.random() < 0.5 else pick(rng, sign),
                    lambda found: draw.expected(sign, operand, found),
                )
                attributes = {"a": found}
            about = (f"not {sign}",) if way == "not" else tuple(sorted(cells))
            contexts.append(({"attributes": attributes}, about))
        return Drill(feature({"condition": condition, "force": True}), tuple(contexts))

    return make


def _balanced(
    rng: random.Random, pick: Callable[[], Json], outcome: Callable[[Json], bool]
) -> Json:
    """Something drawn so that both outcomes are about as frequent. What is expected here is only a
    guess at what is worth asking; what is right is asked of the vendor."""
    wanted = rng.random() < 0.5
    for _ in range(12):
        found = pick()
        if outcome(found) == wanted:
            break
    return found


def equality_drill(kind: str) -> Make:
    """A value beside a name."""
    pools: dict[str, Callable[[random.Random], Json]] = {
        "text": lambda rng: rng.choice(draw.TEXTS),
        "number": lambda rng: rng.choice(draw.NUMBERS),
        "boolean": lambda rng: rng.random() < 0.5,
        "null": lambda rng: None,
        "array": draw.array,
        "object": lambda rng: rng.choice(draw.OBJECTS),
    }

    def make(rng: random.Random) -> Drill:
        wanted = pools[kind](rng)
        contexts = []
        for _ in range(4):
            roll = rng.random()
            attributes = {"a": wanted} if roll < 0.4 else {"a": draw.near(rng, wanted)}
            cells = [f"is:{kind}"]
            if kind == "boolean" and roll > 0.5:
                attributes = {"a": draw.value(rng)}
            if roll > 0.8 and kind != "null":
                attributes = {} if kind != "text" or rng.random() < 0.5 else {"a": None}
            contexts.append(({"attributes": attributes}, tuple(cells)))
        condition: Json = {"a": wanted}
        if kind == "text" and rng.random() < 0.1:
            condition = {"a": "null"}
        return Drill(feature({"condition": condition, "force": True}), tuple(contexts))

    return make


def path_drill(rng: random.Random) -> Drill:
    """Nested names, elements of arrays, the length of an array."""
    inner = draw.scalar(rng)
    holder, path = rng.choice(
        (
            ({"b": inner}, "a.b"),
            ({"b": {"c": inner}}, "a.b.c"),
            ([inner, 2], "a.0"),
            ([1, {"b": inner}], "a.1.b"),
            ({"x.y": inner}, "a.x.y"),
            ({"0": inner}, "a.0"),
            ([1, 2, 3], "a.length"),
            ("text", "a.length"),
            ({"length": inner}, "a.length"),
            ([[inner]], "a.0.0"),
            ([1], "a.01"),
        )
    )
    wanted = draw.near(rng, 3 if path == "a.length" else inner)
    if rng.random() < 0.4:
        wanted = {rng.choice(("$eq", "$in", "$exists", "$gt")): wanted}
        if "$in" in wanted:
            wanted = {"$in": [wanted["$in"], "b"]}
    contexts = tuple(
        ({"attributes": {"a": holder if index < 2 else draw.value(rng)}}, ("nested path",))
        for index in range(3)
    )
    return Drill(feature({"condition": {path: wanted}, "force": True}), contexts)


def logic_drill(sign: str) -> Make:
    """`$and`, `$or`, `$nor`, `$not` over simple parts."""

    def part(rng: random.Random) -> Json:
        name = rng.choice("ab")
        return {name: rng.choice((1, {"$gt": 1}, {"$in": [1, 2]}, "x", {"$exists": True}))}

    def make(rng: random.Random) -> Drill:
        parts = [part(rng) for _ in range(rng.choice((0, 1, 2, 2, 3)))]
        if rng.random() < 0.3:
            parts.append({"$or": [part(rng), {"$not": part(rng)}]})
        condition: Json = {sign: part(rng) | part(rng)} if sign == "$not" else {sign: parts}
        if rng.random() < 0.2:
            condition |= {"b": {"$ne": 7}}
        if rng.random() < 0.04:
            condition = {sign: rng.choice((5, True, "ab", {"a": 1}))}
        contexts = []
        for _ in range(4):
            values = {name: rng.choice((1, 2, 0, "x", "1")) for name in "ab" if rng.random() < 0.8}
            contexts.append(({"attributes": values}, (f"logic:{sign}",)))
        return Drill(feature({"condition": condition, "force": True}), tuple(contexts))

    return make


# --- saved groups -----------------------------------------------------------------------------


def group_drill(kind: str) -> Make:
    """Saved groups of every form, asked in every way."""

    def make(rng: random.Random) -> Drill:
        value = draw.scalar(rng)
        values = draw.OPERANDS["$in"](rng, value)
        if not isinstance(values, list):
            values = [value]
        groups: dict[str, Json] = {
            "array": values,
            "list": {"type": "list", "attributeKey": "a", "values": values},
            "odd list": {"type": "list", "attributeKey": 5, "values": values},
            "malformed": rng.choice((None, 5, {"type": "list"}, {"type": "new"}, {}, "a")),
            "condition": {"type": "condition", "condition": {"a": {"$in": values}}},
            "deep": {
                "type": "condition",
                "condition": {"$or": [{"$savedGroup": {"id": "condition"}}]},
            },
            "deeper": {
                "type": "condition",
                "condition": {"$savedGroup": {"id": "deep"}, "b": {"$ne": 1}},
            },
            "circle": {
                "type": "condition",
                "condition": {"$or": [{"$savedGroup": {"id": "back"}}, {"a": value}]},
            },
            "back": {
                "type": "condition",
                "condition": {"$or": [{"$savedGroup": {"id": "circle"}}, {"b": 2}]},
            },
        }
        conditions: dict[str, Callable[[], Json]] = {
            "$inGroup": lambda: {
                "a": {"$inGroup": rng.choice(("array", "array", "list", "absent"))}
            },
            "$notInGroup": lambda: {
                "a": {"$notInGroup": rng.choice(("array", "list", "absent", "malformed"))}
            },
            "$savedGroup list": lambda: {"$savedGroup": {"id": "list"}},
            "$savedGroup other attribute": lambda: {
                "$savedGroup": {"id": rng.choice(("list", "odd list")), "attributeKey": "b"}
            },
            "$savedGroup condition": lambda: {"$savedGroup": {"id": "condition"}},
            "$savedGroup deep": lambda: {"$savedGroup": {"id": "deeper"}},
            "$savedGroup circle": lambda: {"$savedGroup": {"id": rng.choice(("circle", "back"))}},
            "$savedGroup malformed": lambda: {
                rng.choice(("$not", "$nor", "$and")): {
                    "$savedGroup": rng.choice(
                        (
                            {"id": "malformed"},
                            {"id": "array"},
                            {"id": 5},
                            None,
                            "list",
                            [],
                            {"id": "list", "attributeKey": 1},
                            {"id": "absent"},
                        )
                    )
                }
            },
            "in elements": lambda: {
                "c": {
                    "$elemMatch": rng.choice(
                        (
                            {"$inGroup": "array"},
                            {"a": {"$inGroup": "list"}},
                            {"$inGroup": "array", "$in": [value, "b"]},
                            {"$savedGroup": {"id": "condition"}, "a": {"$exists": True}},
                            {"$not": {"$notInGroup": "array"}},
                        )
                    )
                }
            },
        }
        condition = conditions[kind]()
        for sign in ("$nor", "$and"):
            if sign in condition and not isinstance(condition[sign], list):
                condition[sign] = [condition[sign]]
        negate = kind != "$savedGroup malformed" and rng.random() < 0.2
        document = feature(
            {"condition": {"$not": condition} if negate else condition, "force": True}
        )
        document["savedGroups"] = groups
        contexts = []
        for _ in range(4):
            near = draw.near(rng, value)
            attributes = {"a": near, "b": rng.choice((1, 2, near)), "c": [near, {"a": near}]}
            contexts.append(({"attributes": attributes}, (f"group:{kind}",)))
        return Drill(document, tuple(contexts))

    return make


GROUPS = (
    "$inGroup", "$notInGroup", "$savedGroup list", "$savedGroup other attribute",
    "$savedGroup condition", "$savedGroup deep", "$savedGroup circle", "$savedGroup malformed",
    "in elements",
)  # fmt: skip


def operators(quarter: int) -> Iterator[Make]:
    """Drills about a quarter of the operators."""
    for sign in list(draw.OPERANDS)[quarter::4]:
        yield operator_drill(sign)


def conditions() -> Iterator[Make]:
    """Drills about all other parts of conditions."""
    for kind in ("text", "number", "boolean", "null", "array", "object"):
        yield equality_drill(kind)
    yield path_drill
    for sign in ("$and", "$or", "$nor", "$not"):
        yield logic_drill(sign)
    for kind in GROUPS:
        yield group_drill(kind)
