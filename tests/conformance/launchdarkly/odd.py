"""Documents that the SDK takes although nobody means them.

A boolean as an index, things that stand under another key than their own, numbers beyond every
float.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.question import Question

from .drills import PER_DOCUMENT, flag, in_segments, rule, segment
from .parts import guard, keys, someone
from .places import USER_KEYS, extras
from .values import pick

Json = Any

INDICES = (True, True, False, False, 0, 1, 2)


def boolean_questions(rng: random.Random) -> Iterator[Question]:
    """A boolean wherever the SDK asks for an integer: Python takes one for the other."""
    needed = flag("p", rules=[rule(guard(rng))], fallthrough={"variation": pick(rng, INDICES)})
    made = flag("f", variations=rng.choice((["a", "b"], ["a", "b", "c"], ["a"])))
    made["offVariation"] = pick(rng, INDICES)
    made["on"] = rng.random() < 0.9
    made["prerequisites"] = [
        {"key": "p", "variation": rng.choice((True, False))} for _ in range(rng.choice((0, 0, 1)))
    ]
    made["targets"] = [_target(rng) for _ in range(rng.choice((0, 1, 2)))]
    if rng.random() < 0.4:
        made["contextTargets"] = [
            {**_target(rng), "contextKind": rng.choice(("user", "org"))} for _ in range(2)
        ]
    made["rules"] = [
        {"id": "r", "clauses": [guard(rng)], **_served(rng)} for _ in range(rng.choice((0, 1, 2)))
    ]
    made["fallthrough"] = _served(rng)
    weighed = {"clauses": [guard(rng)], "weight": rng.choice((True, False))}
    if rng.random() < 0.1:
        made["rules"].insert(0, rule(in_segments("s"), serve=pick(rng, INDICES)))
    asked = {"flags": {"f": made, "p": needed}, "segments": {"s": segment("s", rules=[weighed])}}
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), ("index:boolean",))


def _target(rng: random.Random) -> Json:
    return {"variation": pick(rng, INDICES), "values": keys(rng)}


def _served(rng: random.Random) -> Json:
    if rng.random() < 0.5:
        return {"variation": pick(rng, INDICES)}
    weights = rng.choice(((50_000, 50_000), (30_000, 30_000, 40_000), (True, 99_999), (0, 1)))
    rollout: Json = {
        "variations": [{"variation": pick(rng, INDICES), "weight": weight} for weight in weights]
    }
    if rng.random() < 0.2:
        rollout["seed"] = rng.choice((True, False))
    if rng.random() < 0.2:
        rollout["kind"] = "experiment"
    return {"rollout": rollout}


# --- other keys than their own ----------------------------------------------------------------

NAMES = ("f", "g", "h", "i")


def misnamed_flag_questions(rng: random.Random) -> Iterator[Question]:
    """Flags that need each other, under keys that may not be their own."""
    own = [name if rng.random() < 0.5 else rng.choice((*NAMES, "else", "")) for name in NAMES]
    ways: Json = {}
    if rng.random() < 0.3:  # who calls itself like the first takes a name off the SDK's stack
        own[0] = own[2] = "first"
        ways = {"f": ["g"], "g": ["h", rng.choice("gi")], "h": [], "i": rng.choice(([], ["g"]))}
    flags = {}
    for place, (key, name) in enumerate(zip(NAMES, own, strict=True)):
        needs = [
            {"key": needed, "variation": 0}
            for needed in ways.get(key) or _needs(rng, (*NAMES[place:], *NAMES, name))
        ]
        served: Json = {"variation": 0}
        if rng.random() < 0.2:
            arms = [{"variation": index, "weight": 50_000} for index in (0, 1)]
            served = {"rollout": {"variations": arms}}
        made = flag(name, prerequisites=needs, fallthrough=served, on=rng.random() < 0.85)
        made["rules"] = [rule(guard(rng), serve=1)] if rng.random() < 0.3 else []
        if rng.random() < 0.1:
            made["rules"].insert(0, rule(in_segments("s")))
        flags[key] = made
    for name in NAMES[1:]:
        if rng.random() < 0.1:
            del flags[name]
    big = segment("s", unbounded=True, generation=1, rules=[{"clauses": [guard(rng)]}])
    asked = {"flags": flags, "segments": {"s": big}}
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), ("error:misnamed flags",))


def _needs(rng: random.Random, names: tuple[str, ...]) -> list[str]:
    return [rng.choice(names) for _ in range(rng.choice((0, 1, 1, 2)))]


def misnamed_segment_questions(rng: random.Random) -> Iterator[Question]:
    """Segments that ask each other, some of which have one name in common."""
    segments = {}
    for key in NAMES:
        name = key if rng.random() < 0.5 else rng.choice((*NAMES, "else", ""))
        asked_for = rng.sample(NAMES, rng.choice((0, 1, 1, 2)))
        rules: list[Json] = [{"clauses": [guard(rng)]}]
        if asked_for:
            inner = in_segments(*asked_for, negate=rng.random() < 0.2)
            rules = [{"clauses": [guard(rng), inner] if rng.random() < 0.6 else [inner]}]
        if rng.random() < 0.2:
            rules[0]["weight"] = 50_000
        segments[key] = segment(name, included=keys(rng), excluded=keys(rng), rules=rules)
    if rng.random() < 0.2:
        segments["i"] |= {"unbounded": True, "generation": 1}
    asking = flag("f", rules=[rule(in_segments(*rng.sample(NAMES, rng.choice((1, 2)))))])
    asked = {"flags": {"f": asking}, "segments": segments}
    for _ in range(PER_DOCUMENT):
        yield Question(asked, "f", someone(rng), ("error:misnamed segments",))


def chain_questions(rng: random.Random) -> Iterator[Question]:
    """A chain of prerequisites that is longer than those one compiled function follows."""
    length = rng.choice((100, 101, 102, 130))
    flags = {}
    for number in range(length):
        needs = [{"key": f"f{number + 1}", "variation": 0}]
        if number % 40 == 7:
            needs.append({"key": f"f{length}", "variation": 0})
        flags[f"f{number}"] = flag(f"f{number}", prerequisites=needs, fallthrough={"variation": 0})
    asking = rule(guard(rng)) if rng.random() < 0.7 else rule(in_segments("s"))
    flags[f"f{length}"] = flag(f"f{length}", rules=[asking])
    big = segment("s", unbounded=True, generation=1, rules=[{"clauses": [guard(rng)]}])
    asked = {"flags": flags, "segments": {"s": big}}
    for _ in range(3 * PER_DOCUMENT):
        yield Question(asked, "f0", someone(rng), ("long chain",))


# --- numbers beyond every float ---------------------------------------------------------------

NUMBERS = (
    5, -5, 1e308, -1e308, 2**1023, 2**1024 - 2**970, 2**1024 - 2**970 - 1, 2**1024, -(2**1024),
    10**309, -(10**309), 10**400, "5", True, None,
)  # fmt: skip
WEIGHTS = (
    50_000, 30_000, 0, -50_000, 10**300, 10**301, 10**308, -(10**308), 10**313, 10**400,
    -(10**400), 2**1024 - 2**970, -(10**301),
)  # fmt: skip
UNITS = (5, 10**400, -(10**309), 10**4299, 10**5000, 1e308, "5", None)
_COMPARISONS = ("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual")


def huge_questions(rng: random.Random) -> Iterator[Question]:
    """Numbers at the end of the floats and beyond it, compared, as weights and as units."""
    name, made, segments = rng.choice((_compared, _weighed, _segment_weight, _segment_weight))(rng)
    asked = {"flags": {"f": made}, "segments": segments}
    for _ in range(PER_DOCUMENT):
        held: Json = {"key": pick(rng, USER_KEYS), **extras(rng)}
        value = rng.choice((pick(rng, NUMBERS), [pick(rng, NUMBERS), pick(rng, NUMBERS)]))
        held |= {"n": value, "unit": pick(rng, UNITS)}
        yield Question(asked, "f", {"kind": rng.choice(("user", "user", "org")), **held}, (name,))


def _compared(rng: random.Random) -> tuple[str, Json, Json]:
    values = [pick(rng, NUMBERS) for _ in range(rng.choice((1, 2, 3)))]
    clause = {"attribute": "n", "op": rng.choice(_COMPARISONS), "values": values}
    if rng.random() < 0.2:
        clause |= {"op": rng.choice(("before", "after")), "values": [5, 1e308]}
    if rng.random() < 0.3:
        clause["negate"] = True
    return "error:huge number", flag("f", rules=[rule(clause)]), {}


def _weighed(rng: random.Random) -> tuple[str, Json, Json]:
    arms = [
        {"variation": rng.choice((0, 0, 1, 1, True, 7)), "weight": pick(rng, WEIGHTS)}
        for _ in range(rng.choice((1, 2, 3, 4)))
    ]
    rollout: Json = {"variations": arms}
    if rng.random() < 0.3:
        rollout["bucketBy"] = "unit"
    if rng.random() < 0.2:
        rollout["seed"] = 10**400
    served = {"rollout": rollout}
    index = rng.choice((1, 1, 10**400))
    clauses = [rule(guard(rng), serve=index)] if rng.random() < 0.3 else []
    return "error:huge weight", flag("f", rules=clauses, fallthrough=served), {}


def _segment_weight(rng: random.Random) -> tuple[str, Json, Json]:
    weighed: Json = {"clauses": [guard(rng)], "weight": pick(rng, WEIGHTS)}
    if rng.random() < 0.4:
        weighed |= {"bucketBy": rng.choice(("unit", "/a//b")), "rolloutContextKind": "user"}
    made = flag("f", rules=[rule(in_segments("s"))])
    return "error:huge segment weight", made, {"s": segment("s", rules=[weighed])}
