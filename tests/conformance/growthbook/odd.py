"""Drills about what only JavaScript makes something of: numbers for text, inherited names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.growthbook.drills import FLAG, Drill, Make, feature

Json = Any

INHERITED = (
    "__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable",
    "toLocaleString", "toString", "valueOf", "__defineGetter__", "__defineSetter__",
    "__lookupGetter__", "__lookupSetter__",
)  # fmt: skip
"""Names that every object of JavaScript has."""

OF_LISTS = (
    "at", "concat", "copyWithin", "entries", "every", "fill", "filter", "find", "findIndex",
    "findLast", "findLastIndex", "flat", "flatMap", "forEach", "includes", "indexOf", "join",
    "keys", "lastIndexOf", "map", "pop", "push", "reduce", "reduceRight", "reverse", "shift",
    "slice", "some", "sort", "splice", "toReversed", "toSorted", "toSpliced", "unshift", "values",
    "with", "length",
)  # fmt: skip
"""Names that every array has beside those."""

SEEDS: tuple[Json, ...] = (5, 1.5, -3, 10**21, True, 2**53 + 1, "5", "true", 0, None, [], [7], {})
UNITS: tuple[Json, ...] = (1, 2, 42, 1.5, -7, True, "1", "user", [1], {"a": 1}, 2**60, 1e21)
HUGE: tuple[Json, ...] = (
    2**53, 2**53 + 1, 2**53 + 2, -(2**53) - 1, 2**64 + 1, 10**30, 10**400, -(10**400), 1e300,
    1.7976931348623157e308, 123456789012345678,
)  # fmt: skip


def numeric_seed_drill(kind: str) -> Make:
    """Seeds that are no text, with units that are or are not."""

    def make(rng: random.Random) -> Drill:
        seed, version = rng.choice(SEEDS), rng.choice((1, 2))
        middle = round(rng.random(), 2)
        rule: Json = {"hashVersion": version}
        if rng.random() < 0.9:
            rule["seed"] = seed
        if kind == "coverage":
            rule |= {"force": True, "coverage": middle}
        elif kind == "range":
            rule |= {"force": True, "range": [middle / 2, middle / 2 + 0.5]}
        elif kind == "experiment":
            rule |= {"variations": ["a", "b", "c"], "coverage": middle}
            if rng.random() < 0.5:
                rule["key"] = rng.choice((7, True, "7", 1.5, "", 0))
        elif kind == "namespace":
            rule |= {"variations": ["a", "b"], "namespace": [seed, middle / 2, middle / 2 + 0.5]}
        else:
            filter_ = {**rule, "ranges": [[0, middle]]}
            rule = {"force": True, "filters": [filter_]}
        users = rng.sample(UNITS, 5)
        contexts = [({"attributes": {"id": unit}}, (f"numeric seed:{kind}",)) for unit in users]
        return Drill(feature(rule), tuple(contexts))

    return make


FORCED: tuple[Json, ...] = (
    "0", "1", "2", "01", " 1", "1.0", "", "x", "-1", "1e0", None, True, False, 0.5, 1.5, -0.5, -0.0,
    [], [1], ["0"], [0, 1], [[1]], {}, {"a": 1}, {"toString": 1}, [{"toString": 1}], "length",
    "map", "with", "__proto__", 10**400, -(10**400), 1e300, 0, 1, 2,
)  # fmt: skip


def forced_drill(way: str) -> Make:
    """Variations that are forced by something else than an index."""

    def make(rng: random.Random) -> Drill:
        made: Json = {"key": "exp", "variations": ["a", "b"], "hashVersion": 2}
        if rng.random() < 0.3:
            made["meta"] = [{"key": "x", "name": "X"}, {"passthrough": rng.random() < 0.5}]
        contexts = []
        for _ in range(5):
            said = rng.choice(FORCED)
            context: Json = {"attributes": {"id": f"u{rng.randrange(99)}"}}
            if way == "force":
                while isinstance(said, dict | list) and "toString" in str(said):
                    said = rng.choice(FORCED)
                context["overrides"] = {"exp": {"force": said}}
            else:
                context["forcedVariations"] = {"exp": said}
            contexts.append((context, (f"odd variation:{way}",)))
        if way == "of a caller's":
            return Drill({"features": {}}, tuple(contexts), None, made)
        return Drill(feature(made, {"force": "late"}), tuple(contexts))

    return make


def _own(rng: random.Random) -> Json:
    """An object that has some of these names itself, mostly none."""
    if rng.random() < 0.6:
        return rng.choice(({}, {"b": 1}, [], [1, {"b": 2}], "text", 5, None, {"toStrin": 1}))
    names = rng.sample((*INHERITED, *OF_LISTS), 2)
    return {name: rng.choice(("own", 1, None, {"b": 1}, True)) for name in names}


def inherited_drill(kind: str) -> Make:
    """Names that every object has, where the SDK looks something up by a name."""

    def make(rng: random.Random) -> Drill:
        name = rng.choice(INHERITED)
        document, flag = feature({"condition": {}, "force": True}), FLAG
        rule = document["features"][FLAG]["rules"][0]
        attributes: list[Json] = [_own(rng) for _ in range(5)]
        if kind in ("attribute", "path", "element"):
            start = {"attribute": "", "path": "a.", "element": ""}[kind]
            if kind in ("path", "element") and rng.random() < 0.4:
                name = rng.choice((*OF_LISTS, "__proto__.map", "__proto__.constructor.name"))
            path = start + name + rng.choice(("", "", "", ".b", ".constructor", ".__proto__.b"))
            text = f"function {name}() {{ [native code] }}"
            asked = rng.choice((
                {"$exists": True}, {"$exists": False}, {"$type": "unknown"}, {"$type": "object"},
                {"$eq": "own"}, {"$ne": 1}, text, {"$regex": "native"}, {"$regex": "^f.*Object"},
                {"$gt": "a"}, {"$lt": 5}, {"$in": ["own", 1, None]}, {"$nin": ["own"]}, True, False,
                {}, None, {"b": 1}, "own", 1, {"$not": {"$exists": True}}, {"$size": 0}, [],
                {"$veq": "0"}, {"$all": []}, {"$elemMatch": {"$exists": True}}, "[object Object]",
            ))  # fmt: skip
            rule["condition"] = {path: asked}
            if kind == "element":
                rule["condition"] = {"a": {"$elemMatch": {path: asked}}}
                attributes = [[item] for item in attributes]
        elif kind == "unit":
            part = round(rng.random(), 2)
            rule |= {"hashAttribute": name, "coverage": part, "seed": f"s{rng.randrange(99)}"}
            if rng.random() < 0.5:
                del rule["force"]
                rule["variations"] = ["a", "b"]
        elif kind == "group":
            sign = rng.choice(("$inGroup", "$notInGroup"))
            held = rng.choice(([1], [1], {"type": "list", "values": [1]}, {}, 1))
            document["savedGroups"] = {rng.choice((name, name, name, "constructor")): held}
            rule["condition"] = {"b": {sign: name}}
            if rng.random() < 0.5:
                rule["condition"] = {"c": {"$elemMatch": {sign: name}}}
            attributes = [{"b": rng.choice((1, 2)), "c": [rng.choice((1, 2))]} for _ in range(5)]
        elif kind == "parent":
            asked = {"value": rng.choice((None, True, {"$exists": False}, {"$exists": True}))}
            rule["parentConditions"] = [{"id": name, "condition": asked}]
            if rng.random() < 0.3:
                document["features"][name] = {"defaultValue": rng.choice((True, None))}
        elif kind == "feature":
            flag = name
            if rng.random() < 0.4:
                document["features"][name] = {"defaultValue": rng.choice((True, False, 1, 0))}
        elif kind == "experiment":
            rule |= {"key": rng.choice((name, name, "plain")), "variations": ["a", "b"]}
            del rule["force"]
            rule |= rng.choice(({}, {"meta": [{"key": "x"}, {"key": "y"}]}))
        else:
            rule |= {"contextualVariations": ["a", "b"], "contextualBanditRef": name}
            del rule["force"]
            rule["coverage"] = 0.5
            contexts = [{"leafId": 1, "condition": {}, "weights": [1, 0]}]
            known = {name: {"banditVersion": 3, "contexts": contexts}}
            document["contextualBandits"] = known if rng.random() < 0.3 else {}
        made = []
        for own in attributes:
            given: Json = {"id": f"user-{rng.randrange(999)}", "a": own}
            if kind == "group" or (kind in ("attribute", "unit") and isinstance(own, dict)):
                given = {**given, **own}
            context: Json = {"attributes": given}
            if kind == "experiment" and rng.random() < 0.5:
                context["forcedVariations"] = {name: rng.choice((0, 1))}
            made.append((context, (f"inherited:{kind}",)))
        return Drill(document, tuple(made), flag)

    return make


TEXTLESS: tuple[Json, ...] = (
    {"toString": 1}, {"toString": None, "a": 1}, {"a": 1}, [{"toString": "x"}], [], [[{"b": 1}]],
    [1, [{"toString": {}}]], {"valueOf": 1}, {"valueOf": 1, "toString": 2}, "a", 5, None, {},
    {"b": {"toString": 1}},
)  # fmt: skip
"""Objects of which JavaScript can make text, and those at which it throws."""


def textless_drill(kind: str) -> Make:
    """Objects with a `toString` that is no function."""

    def make(rng: random.Random) -> Drill:
        rule: Json = {"force": True}
        document: Json = {"features": {}}
        if kind == "condition":
            path = rng.choice(("a", "a", "a", "a.b", "a.0", "a.toString"))
            rule["condition"] = {path: rng.choice((
                "[object Object]", "a", 5, True, False, None, {"$gt": "Z"}, {"$lt": "b"},
                {"$regex": "b"}, {"$not": {"$regex": "b"}}, {"$regexi": "OBJ"}, {"$eq": 5},
                {"$in": ["a", 5]}, {"$ini": ["A", 5]}, {"$all": ["[object Object]"]},
                {"$alli": ["[OBJECT Object]"]}, {"$type": "object"}, {"$veq": "0"},
                {"$elemMatch": {"$gt": "Z"}}, {"$elemMatch": {"toString": "x"}}, {"$size": 1},
                {"toString": 1}, {"a": 1}, {"$exists": True}, {"$gte": {"toString": 1}},
                {"$lte": {"b": 1}},
            ))}  # fmt: skip
        elif kind == "unit":
            rule |= {"coverage": 0.7, "hashAttribute": "a", "seed": f"s{rng.randrange(99)}"}
            rule |= {"hashVersion": rng.choice((1, 2, 2))}
            if rng.random() < 0.2:
                rule["condition"] = {"id": {"$in": ["u1", "u2", "u3", "u4"]}}
            if rng.random() < 0.4:
                del rule["force"]
                rule["variations"] = ["a", "b"]
            elif rng.random() < 0.4:
                rule["filters"] = [{"seed": "s", "attribute": "a", "ranges": [[0, 0.7]]}]
            else:
                rule["hashVersion"] = rng.choice((1, 2, 2, 9))
        else:
            held, plain = rng.sample(TEXTLESS, 2)
            parent = {"condition": {"id": {"$in": ["u1", "u2", "u3", "u4"]}}, "force": held}
            document["features"]["p"] = {"defaultValue": plain, "rules": [parent]}
            asked = rng.choice((
                "[object Object]", "", True, {"$gt": "Z"}, {"$regex": "b"}, {"$exists": True},
                {"$not": {"$gt": "Z"}}, {"a": 1},
            ))  # fmt: skip
            gate = rng.random() < 0.4
            rule["parentConditions"] = [{"id": "p", "condition": {"value": asked}, "gate": gate}]
        document["features"][FLAG] = {"defaultValue": False, "rules": [rule]}
        pool = (*TEXTLESS, "b", "user-1", 7, [1], ["x", 2]) if kind == "unit" else TEXTLESS
        contexts = [
            ({"attributes": {"id": f"u{rng.randrange(9)}", "a": value}}, (f"textless:{kind}",))
            for value in rng.sample(pool, 5)
        ]
        return Drill(document, tuple(contexts))

    return make


def huge_drill(kind: str) -> Make:
    """Numbers of a document that no double holds, or none that has an end."""

    def make(rng: random.Random) -> Drill:
        wanted, other = rng.choice(HUGE), rng.choice(HUGE)
        rule: Json = {"force": True}
        near = [wanted, other, wanted + rng.choice((-1, 0, 1)), str(wanted), 5]
        if kind == "value":
            rule["force"] = rng.choice((wanted, [wanted], {"a": [other, wanted]}, 0))
            rule["coverage"] = 0.7
        elif kind == "variation":
            rule = {"variations": [wanted, rng.choice((other, 0, 0, None, {"a": wanted}))]}
        elif kind == "operand":
            sign = rng.choice(("$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$veq"))
            operand: Json = [wanted, other] if sign in ("$in", "$nin") else wanted
            rule["condition"] = {"a": rng.choice((wanted, {sign: operand}, {sign: operand}))}
        elif kind == "json":
            rule["condition"] = {"a": rng.choice(([wanted], {"b": wanted, "c": other}))}
            near = [[one] for one in near] + [{"b": wanted, "c": other}, {"b": other, "c": wanted}]
        else:
            part = rng.choice((wanted, wanted, 0.5))
            rule |= rng.choice((
                {"coverage": part}, {"range": [0.4, part]}, {"range": [-part, 0.5]},
                {"filters": [{"seed": wanted, "ranges": [[0.3, part]]}]},
            ))  # fmt: skip
            if rng.random() < 0.4:
                rule = {"variations": ["a", "b"], "weights": [part, 1 - part]}
            elif rng.random() < 0.4:
                rule = {"variations": ["a", "b"], "ranges": [[0, 0.4], [0.6, part]]}
        contexts = [
            ({"attributes": {"id": f"u{rng.randrange(999)}", "a": value}}, (f"huge:{kind}",))
            for value in near
        ]
        return Drill(feature(rule, default=rng.choice((0, wanted)) if kind == "value" else 0),
                     tuple(contexts))  # fmt: skip

    return make


def odd() -> Iterator[Make]:
    """Every drill of this file."""
    yield from map(numeric_seed_drill, ("coverage", "range", "experiment", "namespace", "filters"))
    yield from map(forced_drill, ("forced", "force", "of a caller's"))
    yield from map(
        inherited_drill,
        (
            "attribute",
            "path",
            "element",
            "unit",
            "group",
            "parent",
            "feature",
            "experiment",
            "bandit",
        ),
    )
    yield from map(textless_drill, ("condition", "unit", "parent"))
    yield from map(huge_drill, ("value", "variation", "operand", "json", "placing"))
