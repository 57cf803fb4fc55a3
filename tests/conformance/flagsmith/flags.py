"""Questions about conditions on other flags (`$.flags.…`): chains, fields, cycles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ..question import Question
from . import failures
from .documents import condition, engine_document, environment_document, feature, segment, variants
from .rules import nested, plain

Json = Any

_BY_FIELD: dict[str, tuple[Json, ...]] = {
    "enabled": ("true", "false", "False", "True"),
    "value": ("on", "off", "7", "red"),
    "name": ("f0", "f1"),
    "variant": ("control", "blue", "green"),
    "reason": ("STATIC", "DEFAULT", "TARGETING_MATCH; segment=s0"),
}


def condition_on(rng: random.Random, name: str) -> Json:
    """A condition on one of a flag's fields."""
    field = rng.choice(("enabled", "enabled", "value", "variant", "name"))
    path = f"$.flags.{name}.{field}" if rng.random() < 0.7 else f"$.flags['{name}'].{field}"
    operator = rng.choice(("EQUAL", "EQUAL", "NOT_EQUAL", "IS_SET", "IS_NOT_SET", "IN"))
    return condition(operator, path, rng.choice(_BY_FIELD[field]))


def chains(rng: random.Random) -> Iterator[Question]:
    """Flags of which each asks the one before: the last is on where the first one is."""
    depth = rng.choice((1, 1, 2, 2, 3, 4, 5, 6))
    features = [feature("f0", "10", False, "off")]
    first = plain(rng, condition("EQUAL", "t", "yes"))
    segments = [segment("1", "s0", first, [feature("f0", "50", True, "on")])]
    for at in range(1, depth + 1):
        features.append(feature(f"f{at}", str(10 + at), False, "off"))
        path, value = f"$.flags.f{at - 1}.enabled", "true"
        if rng.random() < 0.4:
            path, value = f"$.flags.f{at - 1}.value", "on"
        rules = plain(rng, condition("EQUAL", path, value))
        segments.append(
            segment(str(at + 1), f"s{at}", rules, [feature(f"f{at}", str(50 + at), True, "on")])
        )
    rng.shuffle(segments)
    rng.shuffle(features)
    about = f"prerequisite depth {depth if depth < 3 else '>= 3'}"
    values: list[Json] = []
    if rng.random() < 0.3:
        contexts, about = rng.random() < 0.5, "fails:in a chain"
        values = failures.mine(rng, segments, contexts=contexts)
        document, form = _of_form(contexts, features, segments)
    else:
        document, form = _form(rng, features, segments)
    for _ in range(8):
        traits = {"t": rng.choice(("yes", "yes", "no", None, *values))}
        cells = (about, form)
        context = failures.Context({"identity": {"identifier": "u", "traits": traits}})
        yield Question(document, f"f{depth}", context, cells)


def fields(rng: random.Random) -> Iterator[Question]:
    """Every field of another flag's result, of one that is there and of one that is not."""
    field = rng.choice(tuple(_BY_FIELD))
    name = rng.choice(("f0", "f0", "f0", "f0", "gone"))
    wanted = rng.choice(_BY_FIELD[field])
    asked = condition("EQUAL", f"$.flags.{name}.{field}", wanted)
    f0 = feature("f0", "10", rng.random() < 0.5, rng.choice(("on", 7, True, "red", "7")))
    if field == "variant" or rng.random() < 0.3:
        f0["variants"] = variants(rng)
        f0["variants"][0] |= {"weight": 50, "priority": 0, "key": rng.choice(("blue", "green"))}
    override = feature("f0", "11", True, rng.choice(("red", "off", "on")))
    segments = [
        segment("1", "s0", plain(rng, condition("IS_SET", "t", "")), [override]),
        segment("2", "s1", plain(rng, asked), [feature("flag", "12", True, "expected")]),
    ]
    rng.shuffle(segments)
    document, form = _form(rng, [f0, feature("flag", "13", False, "control")], segments)
    for _ in range(8):
        identity = {"identifier": f"u{rng.randint(0, 999)}", "traits": {}}
        if rng.random() < 0.4:
            identity["traits"] = {"t": 1}
        context = {"identity": identity} if rng.random() < 0.9 else {}
        yield Question(document, "flag", context, (f"prerequisite:{field}", form))


def cycles(rng: random.Random) -> Iterator[Question]:
    """Flags that ask each other in a ring, behind guards, and flags that ask those."""
    length = rng.choice((1, 1, 2, 2, 3, 4))
    names = [f"f{at}" for at in range(length)]
    features = [
        feature(name, str(10 + at), rng.random() < 0.5, name) for at, name in enumerate(names)
    ]
    features += [feature("above", "90", False, "off"), feature("top", "91", False, "off")]
    segments = []
    for at, name in enumerate(names):
        asked = condition_on(rng, names[(at + 1) % length])
        guard = condition("IS_SET", f"g{at}", "")
        one = {"type": "ALL", "conditions": [guard, asked], "rules": []}
        if rng.random() < 0.3:
            one = nested(rng, lambda here=asked, g=guard: rng.choice((here, g)), 2)
        segments.append(_overriding(str(at + 1), f"s{at}", [one], name))
        if rng.random() < 0.3:
            sound = plain(rng, condition("IS_SET", "h", ""))
            segments.append(_overriding(str(at + 21), f"h{at}", sound, name))
    for number, (name, of) in enumerate((("above", rng.choice(names)), ("top", "above"))):
        for more in range(rng.randint(1, 2)):
            rules = plain(rng, condition_on(rng, of))
            key = str(40 + 2 * number + more)
            segments.append(_overriding(key, f"s{key}", rules, name))
    rng.shuffle(segments)
    contexts = rng.random() < 0.5
    values = failures.mine(rng, segments, contexts=contexts) if rng.random() < 0.3 else []
    document, form = _of_form(contexts, features, segments)
    for _ in range(8):
        traits: Json = {f"g{at}": 1 for at in range(length) if rng.random() < 0.7}
        if values and rng.random() < 0.6:
            traits["t"] = rng.choice(values)
        if rng.random() < 0.3:
            traits["h"] = 1
        about = rng.choice((*names, "above", "top", None))
        cell = f"cycle:{length if length < 3 else '3 or more'}"
        if values:
            cell = "fails:in a circle"
        elif about in ("above", "top"):
            cell = "above a cycle"
        elif about is None:
            cell = "whole:cycle"
        context = failures.Context({"identity": {"identifier": "u", "traits": traits}})
        yield Question(document, about, context, (cell, form))


def swallowed(rng: random.Random) -> Iterator[Question]:
    """A member that is not there: the engine fails at it, but not while a path looks for a flag."""
    some = condition("IS_NOT_SET", "$.flags[?@.enabled == true].enabled", "")
    lacks = condition(rng.choice(("EQUAL", "REGEX", "IN", "NOT_EQUAL")), "t", "1")
    del lacks[rng.choice(("value", "value", "operator"))]
    asks = condition(rng.choice(("IS_SET", "IS_NOT_SET")), "$.flags.f.enabled", "")
    rules = [{"type": "ALL", "conditions": [some, lacks], "rules": []}]
    segments = [
        _overriding("1", "asks", plain(rng, asks), "g"),
        _overriding("2", "other", plain(rng, condition("IS_SET", "$.flags.h.enabled", "")), "k"),
        _overriding("3", "lacks", rules, "f"),
    ]
    if rng.random() < 0.5:
        rng.shuffle(segments)
    features = [feature(name, str(n), name == "h", name) for n, name in enumerate("fghk")]
    document = engine_document(features, segments)
    for _ in range(8):
        traits = {"t": 1} if rng.random() < 0.7 else {}
        context = {"identity": {"identifier": "u", "traits": traits}}
        about = rng.choice(("f", "g", None))
        yield Question(document, about, context, ("fails:while a path looks", "form:context"))


def _overriding(key: str, name: str, rules: list[Json], flag: str) -> Json:
    return segment(key, name, rules, [feature(flag, f"5{key}", True, f"by {name}")])


def _form(rng: random.Random, features: list[Json], segments: list[Json]) -> tuple[Json, str]:
    return _of_form(rng.random() < 0.5, features, segments)


def _of_form(contexts: bool, features: list[Json], segments: list[Json]) -> tuple[Json, str]:
    if contexts:
        return engine_document(features, segments), "form:context"
    return environment_document(features, segments), "form:environment"
