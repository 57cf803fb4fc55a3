"""Questions about JSONPath (RFC 9535) as a condition's property."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ..question import Question
from .documents import (
    ENVIRONMENT,
    condition,
    engine_document,
    environment_document,
    feature,
    segment,
)
from .rules import negated, plain

Json = Any

PATHS: dict[str, tuple[str, ...]] = {
    "path:environment": (
        "$.environment.name", "$.environment.key", "$.environment['name']", '$.environment["key"]',
        "$.environment.nothing", "$.environment", "$.environment.name.more",
    ),
    "path:features": (
        "$.features.other.value", "$.features.other.enabled", "$.features['other'].name",
        "$.features.other.variants[0].weight", "$.features.other.variants[-1].value",
        "$.features.other.key", "$.features.gone.key",
    ),
    "path:segments": (
        "$.segments['7'].name", "$.segments['7'].key", "$.segments['7'].rules[0].type",
        "$.segments['7'].overrides[0].value", "$.segments.gone",
    ),
    "path:index": (
        "$.identity.traits.list[0]", "$.identity.traits.list[-1]", "$.identity.traits.list[1]",
        "$.identity.traits.list[9]", "$.identity.traits.deep[0][1]", "$.identity.traits['list'][0]",
    ),
    "path:slice": (
        "$.identity.traits.list[1:]", "$.identity.traits.list[::-1]", "$.identity.traits.list[:2]",
        "$.identity.traits.list[-2:-1]", "$.identity.traits.list[::0]",
        "$.identity.traits.list[0:9:2]",
    ),
    "path:wildcard": (
        "$.identity.traits.*", "$.identity.traits[*]", "$.identity.traits.list[*]", "$.*.name",
        "$.identity.*", "$.identity.traits.tree.*.leaf",
    ),
    "path:descendant": (
        "$..leaf", "$..identifier", "$..traits.t", "$.identity..leaf", "$.identity..[0]", "$..*",
        "$..['leaf', 't']", "$..name", "$.identity.traits..leaf", "$..nothing",
    ),
    "path:union": (
        "$.identity['nothing', 'identifier']", "$.identity.traits['t', 'u']",
        "$.identity.traits.list[5, 0]", "$.identity.traits['u', 'list']",
    ),
    "path:filter": (
        "$.identity.traits.list[?@ == 'a']", "$.identity.traits.list[?@ > 1]",
        "$.identity.traits.list[?@ != 'a']", "$.identity.traits.list[?@ <= 'b']",
        "$.identity.traits[?@ == 1]", "$.identity.traits[?@.leaf]",
        "$.identity.traits.tree[?@.leaf].leaf",
        "$.identity.traits.list[?@ == $.identity.traits.t]", "$.identity.traits[?@ == true]",
        "$.identity.traits[?@ == null]", "$.identity.traits[?!@.leaf]",
        "$.identity.traits.list[?@ == 'a' || @ == 1]", "$.identity.traits.list[?@ > 0 && @ < 5]",
        "$.identity.traits[?(@ == 'x' && true == false) || @ == 1.0]",
        "$.features[?@.enabled == true].name",
        "$.identity.traits.tree[?@.leaf == 'green'].leaf", "$.identity.traits.list[?@ == -1.5e1]",
    ),
    "path:function": (
        "$.identity.traits[?length(@) == 3]", "$.identity.traits[?count(@.*) > 1].leaf",
        "$.identity.traits.list[?match(@, 'a.*')]", "$.identity.traits.list[?search(@, '[a-b]')]",
        "$.identity.traits.tree[?value(@..leaf) == 'green'].leaf",
        "$.identity.traits[?length(@.list) > 1]",
        "$.identity.traits.list[?length(@) == length('é')]",
        "$.identity.traits[?match(@, $.identity.traits.u)]",
    ),
    "path:spelling": (
        "$.identity .traits.t", "$.identity [ 'identifier' ]", "$.identity['\\u0069dentifier']",
        "$.identity.traits['it\\'s']", '$.identity.traits["it\'s"]', "$.identity. identifier",
        "$.identity.identifier ", "$.", "$.1a", "$.identity.traits['']", "$.identity['traits'].t",
        "$.identity.traits.list[01]", "$.identity.traits.list[-0]", "$.identity.traits.a-b",
        "$.identity.é",
    ),
}  # fmt: skip
"""Paths by what they are about."""

_TRAITS: tuple[Json, ...] = ("a", "b", 1, 2, 1.5, True, None, "red", "green", "x", -15, "abc")


def drills(rng: random.Random) -> Iterator[Question]:
    """One path under an operator for which its value can match or not."""
    about = rng.choice(tuple(PATHS))
    path = rng.choice(PATHS[about])
    operator = rng.choice(("EQUAL", "EQUAL", "IN", "IS_SET", "IS_NOT_SET", "REGEX", "NOT_EQUAL"))
    values = ("a", "b", "1", "2", "1.5", "True", "red", "green", "a", ENVIRONMENT["name"], "7")
    value = rng.choice(values)
    if operator == "IN":
        value = rng.sample((*values, "Production", "other", "7", "control"), 5)
    off = rng.random() < 0.3
    rules = (negated if off else plain)(rng, condition(operator, path, value))
    weights = [
        {"value": "red", "weight": 10, "priority": 2},
        {"value": 1.5, "weight": 5.5, "priority": 1},
    ]
    features = [
        feature("other", "2", rng.random() < 0.5, rng.choice(("a", 1)), variants=weights),
        feature("flag", "1", False, "control"),
    ]
    segments = [segment("7", "red", rules, [feature("flag", "3", True, "b")])]
    build = rng.choice((engine_document, environment_document))
    document = build(features, segments)
    form = "form:context" if build is engine_document else "form:environment"
    for _ in range(8):
        identity = {"identifier": rng.choice(("a", "b", "red", "user-1")), "traits": _traits(rng)}
        context: Json = {"identity": identity} if rng.random() < 0.95 else {}
        yield Question(document, "flag", context, (about, form))


def _traits(rng: random.Random) -> Json:
    some: Json = {
        name: rng.choice(_TRAITS) for name in ("t", "u", "it's", "", "a-b") if rng.random() < 0.6
    }
    if rng.random() < 0.8:
        some["list"] = rng.choices(_TRAITS, k=rng.randint(0, 4))
    if rng.random() < 0.4:
        some["deep"] = [rng.choices(_TRAITS, k=2), "b"]
    if rng.random() < 0.7:
        leaves = rng.choices(_TRAITS, k=2)
        some["tree"] = {"left": {"leaf": leaves[0]}, "right": {"leaf": leaves[1], "more": [1]}}
    order = list(some)
    rng.shuffle(order)
    return {name: some[name] for name in order}
