"""Questions at which the engine raises in its caller's program, and others close to them.

Each document holds one thing at which the engine may fail, behind guards: a flag whose segment
holds it, flags that ask that flag, and flags that have nothing to do with it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..question import Question
from .documents import condition, engine_document, environment_document, feature, segment, variants
from .drills import DRILLS

Json = Any
Make = Callable[[random.Random], Json]

_NOTHING = object()
_SOME: tuple[Json, ...] = (5, "5", 2.5, True, "abc", "", ["a"], None, _NOTHING)
_VALUED = tuple(name for name in DRILLS if name not in ("IS_SET", "IS_NOT_SET"))
_COMPARED = ("EQUAL", "NOT_EQUAL", "GREATER_THAN", "LESS_THAN_INCLUSIVE", "CONTAINS")

LONG = 10**5000
"""A number of more digits than Python writes."""
_DIGITS = "9" * 5000


class Context(dict[str, Any]):
    """A context that can be shown, whatever is in it: Python does not write long numbers."""

    def __repr__(self) -> str:
        return _shown(dict(self))


def _shown(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_shown(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if type(value) is int and value.bit_length() > 1_000:
        return f"<{'-' if value < 0 else ''}number of {value.bit_length()} bits>"
    return repr(value)


@dataclass(frozen=True, slots=True)
class Failure:
    """A condition, or a rule, at which the engine fails for some of the traits.

    `contexts`: only evaluation contexts can hold it, the SDK refuses a document with it.
    """

    make: Make
    traits: tuple[Json, ...] = _SOME
    contexts: bool = False
    is_rule: bool = False


def _one(operator: Json, *values: Json, name: str = "t") -> Make:
    return lambda rng: condition(operator, name, rng.choice(values))


def _share(rng: random.Random) -> Json:
    value = rng.choice((None, [50], {"a": 1}, 10**400))
    return condition("PERCENTAGE_SPLIT", rng.choice(("t", "", "$.identity.key")), value)


def _without(part: str) -> Make:
    def make(rng: random.Random) -> Json:
        operator = rng.choice(_VALUED)
        name = "" if operator == "PERCENTAGE_SPLIT" and rng.random() < 0.5 else "t"
        made = condition(operator, name, DRILLS[operator].values(rng))
        del made[part]
        return made

    return make


def _rule(**parts: Json) -> Make:
    def make(rng: random.Random) -> Json:
        inner = [] if rng.random() < 0.25 else [condition("IS_SET", "t", "")]
        below = [{"type": "ALL", "conditions": inner, "rules": []}] if rng.random() < 0.3 else []
        return {**parts, "conditions": inner, "rules": below}

    return make


def _read(rng: random.Random) -> Json:
    """Any operator: reading the trait is what fails."""
    operator = rng.choice(tuple(DRILLS))
    name = rng.choice(("t", "t", "$.identity.traits.t", "$.identity.traits.deep[0]"))
    return condition(operator, name, DRILLS[operator].values(rng))


def _written(rng: random.Random) -> Json:
    operator = rng.choice(("IN", "REGEX", "PERCENTAGE_SPLIT", "PERCENTAGE_SPLIT", "IS_SET"))
    value = rng.choice(("1", "50", "abc", ".*"))
    return condition(operator, rng.choice(("t", "$.identity.traits.t")), value)


def _bound(rng: random.Random) -> Json:
    value = rng.choice((10**400, -(10**400), float("inf"), float("-inf"), "inf"))
    return condition(rng.choice(_COMPARED), "t", value)


def _hashed(rng: random.Random) -> Json:
    name = rng.choice(("t", "", "$.identity.key", "$.identity.identifier"))
    return condition("PERCENTAGE_SPLIT", name, rng.choice(("50", 99, "70", "abc")))


FAILURES: dict[str, Failure] = {
    "pattern": Failure(_one("REGEX", "(", "[a", "*", "a{2,1}", "a)", "\\", "(?P<n>")),
    "divisor of zero": Failure(_one("MODULO", "0|1", "0.0|0", "-0|2", " 0 |1")),
    "divisor that is no text": Failure(
        _one("MODULO", 5, ["2|1"], {"a": 1}, True, 0), (5, 2.5, "7", True, 0, "x")
    ),
    "members": Failure(_one("IN", None, 5, True, {"a": 1}, 1.5, "[" * 100_000)),
    "percentage": Failure(_share),
    "no value": Failure(_without("value"), contexts=True),
    "no operator": Failure(_without("operator"), contexts=True),
    "no property": Failure(_without("property"), contexts=True),
    "no condition": Failure(lambda rng: rng.choice((None, 5, "t")), contexts=True),
    "no rule": Failure(lambda rng: rng.choice((None, 5, "ALL")), contexts=True, is_rule=True),
    "no type": Failure(_rule(), contexts=True, is_rule=True),
    "unknown type": Failure(_rule(type="SOME"), is_rule=True),
    "operator that is no text": Failure(_one([], "1")),
    "path": Failure(lambda rng: condition(
        rng.choice(("EQUAL", "IS_SET", "IN", "PERCENTAGE_SPLIT")),
        rng.choice(("$.identity.traits[?foo(@)]", "$.identity.traits[?length(@.a, 1) == 1]",
                    "$.identity.traits[?length(@.*) == 1]", "$.identity.traits[?count(1) == 1]")),
        "50",
    )),
    "digits": Failure(_read, (_DIGITS, f"-{_DIGITS}", [LONG], {"a": [LONG]}, 5)),
    "number too large": Failure(
        _one("MODULO", "2|1", "3.5|0", "inf|1", "2|", "0|1"),
        (10**400, "9" * 400, -(10**309), "1" * 310, 10**308, 5, "x"),
    ),
    "number that is not written": Failure(_written, (LONG, -LONG, LONG, LONG, 10**300)),
    "bound": Failure(_bound, (5, 2.5, True, "-3", "abc", -1, 1e308)),
    "no bytes": Failure(_hashed, ("\ud800", "a\udfff", "é")),
}  # fmt: skip
"""What the engine fails at, by cell."""


def _choice(rng: random.Random, *, contexts: bool) -> str:
    """What to ask about: more of what only evaluation contexts can hold, where they can."""
    names = [name for name, one in FAILURES.items() if contexts or not one.contexts]
    return rng.choice([*names, *(n for n in names if FAILURES[n].contexts), "members"])


def mine(rng: random.Random, segments: list[Json], *, contexts: bool) -> list[Json]:
    """Put one or two things at which the engine may fail anywhere into the segments' rules.

    Gives values for the trait `t` that they are about.
    """
    values: list[Json] = []
    for one in rng.sample(segments, min(len(segments), rng.choice((1, 1, 2)))):
        failure = FAILURES[_choice(rng, contexts=contexts)]
        at = rng.choice(list(_rules_in(one["rules"])))
        listed = at["rules" if failure.is_rule else "conditions"]
        listed.insert(rng.randint(0, len(listed)), failure.make(rng))
        values += failure.traits
    return [value for value in values if value is not _NOTHING]


def _rules_in(rules: list[Json]) -> Iterator[Json]:
    for one in rules:
        yield one
        yield from _rules_in(one["rules"])


def _behind(rng: random.Random, made: Json, is_rule: bool) -> Json:
    """A rule that holds it behind guards, in any order."""
    guards = [condition("IS_SET", "g", ""), condition("IS_NOT_SET", "h", "")]
    conditions = rng.sample(guards, rng.choice((0, 1, 2, 2)))
    rules: list[Json] = []
    (rules if is_rule else conditions).append(made)
    rng.shuffle(conditions)
    if rng.random() < (0.6 if is_rule else 0.3):
        rules.insert(0, {"type": "ANY", "conditions": rng.sample(guards, 1), "rules": []})
    rule = {"type": rng.choice(("ALL", "ALL", "ANY", "NONE")), "conditions": conditions}
    return {**rule, "rules": rules}


def _document(rng: random.Random) -> tuple[Json, str, tuple[Json, ...], bool]:
    """A document, what it is about, and the values for `t` that it is about."""
    contexts = rng.random() < 0.65
    about = _choice(rng, contexts=contexts)
    one = FAILURES[about]
    rules = [_behind(rng, one.make(rng), one.is_rule) for _ in range(rng.choice((1, 1, 2)))]
    on, yes = (
        feature("flag", "3", True, "expected"),
        condition("EQUAL", "$.flags.flag.value", "expected"),
    )
    asks = [{"type": "ALL", "conditions": [yes], "rules": []}]
    unset = [{"type": "ALL", "conditions": [condition("IS_SET", "g", "")], "rules": []}]
    segments = [
        segment("1", "fails", rules, [on, *rng.choice(([], [feature("more", "9", True, "x")]))]),
        segment("2", "asks", asks, [feature("above", "5", True, "expected")]),
        segment("3", "plain", unset, [feature("beside", "6", True, "expected")]),
    ]
    rng.shuffle(segments)
    features = [
        feature("flag", "1", False, "control"), feature("above", "2", False, "control"),
        feature("beside", "4", False, "control", variants=variants(rng)),
        feature("more", "8", False, "control"),
    ]  # fmt: skip
    build = engine_document if contexts else environment_document
    return build(features, segments), about, one.traits, contexts


def conditions(rng: random.Random) -> Iterator[Question]:
    """One thing that fails, asked with traits for which it does and does not."""
    document, about, traits, contexts = _document(rng)
    form = "form:context" if contexts else "form:environment"
    for _ in range(8):
        value = rng.choice(traits)
        given: Json = {"deep": [value]} if value is not _NOTHING else {}
        if value is not _NOTHING:
            given["t"] = value
        given |= {name: 1 for name in "gh" if rng.random() < 0.5}
        identity: Json = {"identifier": f"user-{rng.randint(0, 99)}", "traits": given}
        if about == "no bytes" and type(value) is str:
            identity[rng.choice(("identifier", "key"))] = value
        flag = rng.choice((*["flag"] * 7, "above", "beside", "more", None))
        yield Question(document, flag, Context({"identity": identity}), (_cell(about, flag), form))


def _cell(about: str, flag: str | None) -> str:
    if flag == "flag":
        return f"fails:{about}"
    if flag == "above":
        return "above what fails"
    return "fails:everything" if flag is None else "beside what fails"


IDENTITIES: dict[str, tuple[Json, ...]] = {
    "no identifier": (
        {"identity": {"traits": {"g": 1}}}, {"identity": {"key": "", "traits": {"g": 1}}},
        {"identity": {"identifier": None, "traits": {"g": 1}}}, {"identity": {"key": "k"}},
        {"identity": {"key": None, "identifier": "u"}},
    ),
    "no identity": ({"identity": "u"}, {"identity": ["u"]}, {"identity": 5}, {"identity": {}},
                    {"identity": None}, {"identity": ""}),
    "long identifier": (
        {"identity": {"identifier": LONG}}, {"identity": {"identifier": 10**300}},
        {"identity": {"identifier": [LONG]}}, {"identity": {"identifier": _DIGITS}},
        {"identity": {"identifier": _DIGITS, "key": "k"}}, {"identity": {"identifier": ["u"]}},
        {"identity": {"identifier": LONG, "key": "k"}}, {"identity": {"key": LONG}},
    ),
    "traits that are no object": (
        {"identity": {"identifier": "u", "traits": ["g"]}}, {"identifier": "u", "traits": ["g"]},
        {"identity": {"identifier": "u", "traits": "g"}}, {"identifier": "u", "traits": 5},
        {"identity": {"identifier": "u", "traits": []}}, {"identifier": "u", "traits": ""},
        {"identity": {"identifier": "u", "traits": None}}, {"identifier": "u"},
    ),
    "trait without value": (
        {"identifier": "u", "traits": {"g": {"transient": True}}},
        {"identifier": "u", "traits": {"g": 1, "t": {}}},
        {"identifier": "u", "traits": {"g": {"value": 1}}},
        {"identity": {"identifier": "u", "traits": {"g": {"transient": True}}}},
    ),
    "key without bytes": (
        {"identifier": "\ud800"}, {"identity": {"identifier": "u", "key": "\udfff"}},
        {"identity": {"identifier": "\ud800", "key": "k"}}, {"identifier": "é"},
    ),
}  # fmt: skip
"""Contexts of which some let the engine fail, by cell."""


def identities(rng: random.Random) -> Iterator[Question]:
    """Contexts that are no identities, or of which the engine can make no key."""
    asked = condition(rng.choice(("IS_SET", "IN", "EQUAL")), "g", "1")
    if rng.random() < 0.4:
        asked = condition("PERCENTAGE_SPLIT", "", "50")
    rules = [{"type": rng.choice(("ALL", "NONE")), "rules": [], "conditions": [asked]}]
    override = feature("flag", "3", True, "expected")
    if rng.random() < 0.5:
        override["variants"] = variants(rng)
    segments = [segment("1", "the segment", rules, [override])]
    split = feature("split", "7", True, "control", variants=variants(rng))
    features = [feature("flag", "1", False, "control"), split]
    if rng.random() < 0.5:
        document, form = engine_document(features, segments), "form:context"
        if rng.random() < 0.1:
            del document["environment"]["key"]
    else:
        own = [{"identifier": "u", "overrides": [feature("split", "", True, "own")]}]
        more: Json = {"identities": own} if rng.random() < 0.5 else {}
        document, form = environment_document(features, segments, **more), "form:environment"
    for about, contexts in IDENTITIES.items():
        flag = rng.choice(("flag", "flag", "split", None))
        cell = "fails:everything" if flag is None else f"fails:{about}"
        yield Question(document, flag, Context(rng.choice(contexts)), (cell, form))
