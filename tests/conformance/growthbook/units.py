"""Drills about rules: rollouts, experiments, prerequisites, inputs of one evaluation."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.growthbook.drills import FLAG, Drill, Make, feature

Json = Any

IDS: tuple[Json, ...] = (
    "1", "2", "3", "user-1", "user-2", "élan", "😀", "𝒳y", "alice", 3, 42, 1.5, 1e21, "", 0, None,
    True, False, [1, 2], ["a"], {"a": 1}, "a b", "\ue000", -7,
)  # fmt: skip
SEEDS = ("seed", "s", "é", "yd-rollout", "", None, "a" * 40)


def unit(rng: random.Random) -> Json:
    """A value that names a unit, mostly."""
    return f"user-{rng.randrange(10_000)}" if rng.random() < 0.75 else rng.choice(IDS)


def people(rng: random.Random, *cells: str, count: int = 5, more: Json = None) -> Any:
    """Contexts of users with several identifiers, some of them missing."""
    found = []
    for _ in range(count):
        attributes = {
            name: unit(rng) for name in ("id", "anonId", "company") if rng.random() < 0.85
        }
        attributes["country"] = rng.choice(("NL", "BE", "US"))
        found.append(({"attributes": attributes, **(more or {})}, cells))
    return tuple(found)


def placed(rng: random.Random) -> Json:
    """Members that say how units are placed."""
    found: Json = {}
    if rng.random() < 0.5:
        found["hashVersion"] = rng.choice((1, 2, 2, 2.0, 0, None, 99, "2"))
    if rng.random() < 0.4:
        found["seed"] = rng.choice(SEEDS)
    if rng.random() < 0.3:
        found["hashAttribute"] = rng.choice(("id", "anonId", "company", "", "missing"))
    if rng.random() < 0.15:
        found["fallbackAttribute"] = rng.choice(("anonId", "company"))
    return found


def share(rng: random.Random) -> float:
    """A share of the units."""
    return rng.choice((0.5, 0.25, 0.3, 0.7, 0.1, 1, 0, 1.0, 1.5, -0.1, round(rng.random(), 4)))


def coverage_drill(version: int) -> Make:
    """A force rule with a coverage."""

    def make(rng: random.Random) -> Drill:
        rule = {"force": True, **placed(rng), "coverage": share(rng), "hashVersion": version}
        if rng.random() < 0.05:
            rule["coverage"] = rng.choice((None, "0.5", True))
        return Drill(feature(rule), people(rng, f"split:coverage v{version}"))

    return make


def range_drill(rng: random.Random) -> Drill:
    """A force rule with a range; a coverage beside it does not count."""
    start = rng.choice((0, 0.1, 0.5))
    rule = {"force": True, **placed(rng), "range": [start, start + rng.random() / 2 + 0.2]}
    if rng.random() < 0.3:
        rule["coverage"] = 0.01
    return Drill(feature(rule), people(rng, "split:range"))


def experiment(rng: random.Random, count: int | None = None) -> Json:
    """An experiment rule of a random shape."""
    count = rng.choice((2, 2, 3, 4)) if count is None else count
    rule: Json = {"variations": [f"v{index}" for index in range(count)], **placed(rng)}
    roll = rng.random()
    if roll < 0.3:
        cuts = sorted(rng.random() for _ in range(count - 1))
        rule["weights"] = [round(b - a, 3) for a, b in zip([0, *cuts], [*cuts, 1], strict=True)]
    elif roll < 0.4:
        rule["weights"] = [rng.random() for _ in range(rng.choice((count, count + 1)))]
    elif roll < 0.45:
        rule["weights"] = [1.2, *[0] * (count - 2), -0.2]
    if rng.random() < 0.5:
        rule["coverage"] = share(rng)
    if rng.random() < 0.5:
        rule["key"] = rng.choice(("exp", "exp-2", "", "ü"))
    if rng.random() < 0.4:
        rule["meta"] = [{"key": f"k{index}", "name": f"Arm {index}"} for index in range(count)]
    return rule


def weights_drill(version: int) -> Make:
    """An experiment by weights and coverage."""

    def make(rng: random.Random) -> Drill:
        rule = {**experiment(rng), "hashVersion": version}
        rule.setdefault("coverage", share(rng))
        return Drill(feature(rule), people(rng, f"split:weights v{version}"))

    return make


def ranges_drill(rng: random.Random) -> Drill:
    """An experiment by ranges: with gaps, overlaps, and more ranges than variations."""
    rule = experiment(rng)
    count = len(rule["variations"]) + rng.choice((0, 0, 0, -1, 1))
    starts = [rng.random() * 0.8 for _ in range(count)]
    rule["ranges"] = [[start, start + rng.random() * 0.4] for start in starts]
    if rng.random() < 0.5:
        edge = round(rng.random(), 2)
        rule["ranges"] = [[0, edge], [edge, 1.0]][:count]
    return Drill(feature(rule), people(rng, "split:ranges"))


def passing_drill(rng: random.Random) -> Drill:
    """A holdout: one of its variations passes on to the next rule."""
    holdout = experiment(rng, 2) | {"key": "holdout", "hashVersion": 2, "coverage": 1}
    holdout["meta"] = [{}, {"passthrough": True, "key": "in"}]
    if rng.random() < 0.5:
        holdout["ranges"] = [[0, 0.6], rng.choice(([0.6, 1.0], [0.3, 1.0]))]
        if rng.random() < 0.3:
            holdout["meta"].reverse()
    second = rng.choice(({"force": "rest"}, experiment(rng)))
    rules = [holdout, second] if rng.random() < 0.7 else [holdout]
    return Drill(feature(*rules), people(rng, "split:passthrough"))


def namespace_drill(rng: random.Random) -> Drill:
    """A namespace around an experiment."""
    start = rng.choice((0, 0.2, 0.5))
    rule = experiment(rng) | {"coverage": 1, "hashVersion": rng.choice((1, 2))}
    rule["namespace"] = [rng.choice(("pricing", "ns", "é")), start, start + rng.random() / 2 + 0.3]
    return Drill(feature(rule), people(rng, "split:namespace"))


def filters_drill(rng: random.Random) -> Drill:
    """Filters, on a force rule or on an experiment."""

    def one() -> Json:
        made: Json = {"seed": rng.choice(("s", "seed", "é")), "ranges": [[0, rng.random() + 0.3]]}
        if rng.random() < 0.3:
            made["ranges"] = [[0, 0.2], [0.4, 0.9]]
        if rng.random() < 0.4:
            made["attribute"] = rng.choice(("id", "anonId", "company"))
        if rng.random() < 0.4:
            made["hashVersion"] = rng.choice((1, 2, 0, 99))
        return made

    rule = {"force": True} if rng.random() < 0.5 else experiment(rng) | {"coverage": 1}
    rule["filters"] = [one() for _ in range(rng.choice((0, 1, 1, 2)))]
    if rng.random() < 0.2:
        rule["namespace"] = ["ns", 0, 0.1]
    return Drill(feature(rule), people(rng, "split:filters"))


def bandit_drill(rng: random.Random) -> Drill:
    """A contextual bandit: leaves with weights of their own."""
    rule = experiment(rng, 2)
    rule["contextualVariations"] = rule.pop("variations")
    rule |= {"contextualBanditRef": rng.choice(("cb", "cb", "cb", "none")), "hashVersion": 2}
    rule["coverage"] = rng.choice((1, 0.5))
    contexts = [
        {"leafId": index, "condition": condition, "weights": weights}
        for index, (condition, weights) in enumerate(
            rng.choice(
                (
                    [({"country": "NL"}, [1, 0]), ({"country": {"$ne": "US"}}, [0, 1])],
                    [({"country": "NL"}, [0.3, 0.7]), ({}, [0.9, 0.1])],
                    [({"id": {"$exists": True}}, [0.5, 0.4]), ({}, [0.2, 0.8])],
                    [],
                )
            )
        )
    ]
    document = feature(rule)
    document["contextualBandits"] = {
        "cb": {"banditVersion": rng.choice((1, 7)), "contexts": contexts}
    }
    if rng.random() < 0.2:
        del document["contextualBandits"]["cb"]["banditVersion"]
    return Drill(document, people(rng, "split:bandit"))


# --- prerequisites ----------------------------------------------------------------------------


def prerequisite_drill(depth: int) -> Make:
    """A chain of prerequisites, gates and others, at times a circle."""

    def make(rng: random.Random) -> Drill:
        features: Json = {}
        kind = rng.choice(("gate", "gate", "rule"))
        for level in range(depth):
            name = FLAG if level == 0 else f"p{level}"
            parent: Json = {"id": f"p{level + 1}", "gate": kind == "gate"}
            if rng.random() < 0.9:
                parent["condition"] = {
                    "value": rng.choice(
                        (
                            True,
                            True,
                            True,
                            {"$eq": True},
                            {"$eq": True},
                            {"$in": [True, "x", 1]},
                            {"$ne": False},
                            {"$exists": True},
                        )
                    )
                }
            rule = {"parentConditions": [parent]}
            if kind == "rule":
                rule["force"] = True
            rules = [rule]
            if kind == "gate" and rng.random() < 0.3:
                rules.append({"condition": {"country": "BE"}, "force": "x"})
            features[name] = {"defaultValue": kind == "gate", "rules": rules}
        last = rng.choice(
            (
                {"condition": {"country": "NL"}, "force": True},
                {"coverage": 0.3, "force": True, "hashVersion": 2},
                {"variations": [True, False], "key": "exp"},
                {"variations": [None, True], "key": "exp"},
                {"variations": [True, False], "condition": {"country": "NL"}},
            )
        )
        features[f"p{depth}"] = {"defaultValue": rng.choice((False, None)), "rules": [last]}
        return Drill({"features": features}, people(rng, f"prerequisite depth {depth}"))

    return make


def circle_drill(rng: random.Random) -> Drill:
    """Prerequisites in a circle that some users break out of."""
    way_out = {"condition": {"country": {"$ne": "US"}}, "force": rng.choice((True, "x"))}

    def asks(other: str) -> Json:
        condition = rng.choice(({"value": True}, {"value": {"$ne": 5}}, {"value": "x"}))
        parent = {"id": other, "condition": condition, "gate": rng.random() < 0.5}
        return {"parentConditions": [parent], "force": True}

    size = rng.choice((1, 2, 3))
    features: Json = {}
    for index in range(size):
        name = FLAG if index == 0 else f"c{index}"
        following = FLAG if index == size - 1 else f"c{index + 1}"
        rules = [asks(following)]
        if rng.random() < 0.6:
            rules.insert(0, way_out)
        features[name] = {"defaultValue": True, "rules": rules}
    return Drill({"features": features}, people(rng, "prerequisite circle"))


def parent_drill(rng: random.Random) -> Drill:
    """Several prerequisites, unknown features, values of every type."""
    parents: Json = {
        "text": {
            "defaultValue": "green",
            "rules": [{"condition": {"country": "NL"}, "force": "red"}],
        },
        "number": {"defaultValue": 0, "rules": [{"coverage": 0.5, "force": 2}]},
        "object": {
            "defaultValue": {"a": 1},
            "rules": [{"condition": {"country": "BE"}, "force": {}}],
        },
        "empty": {},
        "null": {"defaultValue": None, "rules": [{"condition": {"country": "US"}, "force": 1}]},
        "mixed": {"defaultValue": 1, "rules": [{"variations": [None, "1", True], "key": "m"}]},
    }

    def ask() -> Json:
        name = rng.choice((*parents, "absent"))
        value = rng.choice(
            (
                "green",
                "red",
                {"$ne": "red"},
                {"$ne": 5},
                {"$nin": ["a"]},
                {"$gt": 1},
                {"a": 1},
                {},
                None,
                {"$exists": False},
                {"$exists": True},
                True,
                False,
                0,
                1,
                {"$in": [1, "1"]},
                {"$not": {"$eq": 1}},
            )
        )
        return {"id": name, "condition": {"value": value}, "gate": rng.random() < 0.4}

    rule = {"parentConditions": [ask() for _ in range(rng.choice((1, 1, 2)))], "force": True}
    gate = {"parentConditions": [ask() | {"gate": True}]}
    rules = [gate, rule] if rng.random() < 0.3 else [rule]
    document = {"features": {**parents, FLAG: {"defaultValue": False, "rules": rules}}}
    return Drill(document, people(rng, "prerequisite values"))


# --- inputs of one evaluation -----------------------------------------------------------------


def forced_drill(kind: str) -> Make:
    """Forced variations, overrides in the address, forced features, switched-off experiments."""

    def make(rng: random.Random) -> Drill:
        rule = experiment(rng) | {"key": "exp", "coverage": rng.choice((0.3, 0.6))}
        if rng.random() < 0.5:
            rule["condition"] = {"country": "NL"}
        if rng.random() < 0.3:
            rule["filters"] = [{"seed": "s", "ranges": [[0, 0.7]]}]
        if rng.random() < 0.2:
            rule["meta"] = [{"passthrough": rng.random() < 0.5} for _ in rule["variations"]]
        document = feature(rule, {"condition": {"country": "BE"}, "force": "late"})
        asked = rng.choice(("0", "1", "2", "9", "1x", "", "-1", "a", " 1"))
        url = f"https://example.com/?x=1&exp={asked}"
        more: Json = {
            "forced variation": {
                "forcedVariations": {
                    rng.choice(("exp", "exp", "other")): rng.choice((0, 1, 2, -1, 9, 1.0))
                }
            },
            "query string": {"url": rng.choice((url, url, url + "#x?exp=1", "exp=1", ""))},
            "forced feature": {
                "forcedFeatures": rng.choice(
                    (
                        {FLAG: rng.choice((True, None, 0, "x", {"a": 1}))},
                        [[FLAG, False]],
                        {"other": 1},
                    )
                )
            },
            "disabled": {"enabled": rng.choice((True, False))},
            "QA mode": {"qaMode": rng.random() < 0.6},
            "overrides": {
                "overrides": {
                    rng.choice(("exp", "exp", "exp", "x")): rng.choice(
                        (
                            {"status": "stopped"},
                            {"status": "draft"},
                            {"active": False},
                            {"force": 1},
                            {"force": 0, "coverage": 1},
                            {"coverage": 1},
                            {"coverage": 0},
                            {"weights": [0.5, 0.5]},
                            {"condition": {"country": "BE"}},
                            {"namespace": ["ns", 0, 0.5]},
                            {"groups": ["beta"]},
                            {"url": "/home"},
                        )
                    )
                },
                "groups": rng.choice(({"beta": True}, {"beta": False})),
                "url": rng.choice(("https://example.com/home", "https://example.com/other")),
            },
        }[kind]
        if kind != "query string" and rng.random() < 0.1:
            more = {**more, "url": url}
        if kind == "QA mode" and rng.random() < 0.4:
            more = {**more, "forcedVariations": {"exp": 1}}
        return Drill(document, people(rng, f"input:{kind}", more=more))

    return make


def sticky_drill(kind: str) -> Make:
    """Sticky buckets: found, shut out, with a fallback, switched off, on the way."""

    def make(rng: random.Random) -> Drill:
        rule = experiment(rng, 3) | {
            "key": "exp",
            "hashVersion": 2,
            "coverage": rng.choice((1, 0.5)),
        }
        rule["meta"] = [{"key": f"k{index}"} for index in range(3)]
        rule["fallbackAttribute"] = "anonId"
        rule["hashAttribute"] = rng.choice(("id", "company"))
        rule["bucketVersion"] = rng.choice((0, 1, 2))
        if rng.random() < 0.5:
            rule["condition"] = {"country": "NL"}
        if rng.random() < 0.3:
            rule["namespace"] = ["ns", 0, 0.5]
        if kind == "blocked":
            rule["minBucketVersion"] = rng.choice((1, 2))
        if kind == "switched off":
            rule["disableStickyBucketing"] = rng.random() < 0.7
        rules = [rule]
        document = feature(*rules)
        if kind == "on the way":
            rule["meta"][0]["passthrough"] = True
            other = experiment(rng, 2) | {"key": "parent"}
            document["features"]["p"] = {"defaultValue": "v0", "rules": [other]}
            asked = {"id": "p", "condition": {"value": rng.choice(("v0", "v1"))}}
            rules.append({"parentConditions": [asked], "force": "late"})
            document["features"][FLAG]["rules"] = rules
        contexts = []
        for context, cells in people(rng, f"sticky:{kind}"):
            docs = []
            for name in ("id", "anonId", "company"):
                value = context["attributes"].get(name)
                if isinstance(value, str) and rng.random() < 0.5:
                    version = rng.choice((rule["bucketVersion"], 0, 1))
                    known = {f"exp__{version}": rng.choice(("k0", "k1", "k2", "k9"))}
                    docs.append(
                        {"attributeName": name, "attributeValue": value, "assignments": known}
                    )
            held: Json = docs
            if rng.random() < 0.5:
                held = {f"{d['attributeName']}||{d['attributeValue']}": d for d in docs}
            contexts.append(({**context, "stickyBucketAssignmentDocs": held}, cells))
        return Drill(document, tuple(contexts))

    return make


def inline_drill(kind: str) -> Make:
    """An experiment of the caller's own."""

    def make(rng: random.Random) -> Drill:
        made = experiment(rng) | {"key": "exp", "hashVersion": rng.choice((1, 2))}
        made["coverage"] = rng.choice((1, 1, 0.6))
        more: Json = {}
        if kind == "status":
            made |= rng.choice(
                (
                    {"status": "draft"},
                    {"status": "stopped"},
                    {"status": "running"},
                    {"active": False},
                    {"active": True},
                    {"force": 1},
                    {"force": 7},
                    {"force": 0, "status": "stopped"},
                )
            )
        elif kind == "conditions":
            made |= rng.choice(
                (
                    {"condition": {"country": {"$in": ["NL", "US"]}}},
                    {"groups": ["beta"]},
                    {"namespace": ["ns", 0, 0.6]},
                    {"filters": [{"seed": "x", "ranges": [[0, 0.7]]}]},
                    {"parentConditions": [{"id": "p", "condition": {"value": True}}]},
                    {"parentConditions": [{"id": "circle", "condition": {"value": True}}]},
                )
            )
            more = {"groups": {"beta": rng.random() < 0.6}}
        elif kind == "address":
            made["urlPatterns"] = [
                {
                    "type": rng.choice(("simple", "simple", "regex")),
                    "include": rng.choice((True, True, False)),
                    "pattern": rng.choice(
                        (
                            "/home",
                            "*",
                            "*",
                            "https://example.com/*",
                            "*/home*",
                            "example.com/*",
                            ".",
                            "example.com/home?x=1",
                            "^/h",
                            "/a#b",
                            "*.example.com/home",
                            "http://EXAMPLE.com/home/",
                            "home$",
                            "(",
                        )
                    ),
                }
                for _ in range(rng.choice((1, 1, 2)))
            ]
            more = {
                "url": rng.choice(
                    (
                        "https://example.com/home",
                        "http://example.com/home?x=1#b",
                        "/home",
                        "",
                        "https://www.example.com/home/",
                        "https://example.com/a#b",
                        "https://example.com/?exp=1",
                    )
                )
            }
        elif kind == "sticky":
            made |= {"meta": [{"key": f"k{i}"} for i in range(len(made["variations"]))]}
            made |= {"minBucketVersion": rng.choice((0, 1)), "bucketVersion": 1}
            made["fallbackAttribute"] = "anonId"
            made["condition"] = {"country": {"$ne": "BE"}}
        document = {
            "features": {
                "p": {"defaultValue": True, "rules": [{"coverage": 0.5, "force": False}]},
                "circle": {
                    "defaultValue": True,
                    "rules": [{"parentConditions": [{"id": "circle", "condition": {"value": 1}}]}],
                },
            }
        }
        contexts = []
        for context, cells in people(rng, f"experiment:{kind}", more=more):
            if kind == "sticky":
                held = {
                    f"{name}||{value}": {
                        "attributeName": name,
                        "attributeValue": value,
                        "assignments": {
                            f"exp__{rng.choice((0, 1, 1))}": rng.choice(("k0", "k1", "k9"))
                        },
                    }
                    for name, value in context["attributes"].items()
                    if name != "country" and isinstance(value, str) and rng.random() < 0.5
                }
                context = {**context, "stickyBucketAssignmentDocs": held}
            contexts.append((context, cells))
        return Drill(document, tuple(contexts), None, made)

    return make


def rules() -> Iterator[Make]:
    """Every drill about rules."""
    yield from (coverage_drill(1), coverage_drill(2), range_drill)
    yield from (weights_drill(1), weights_drill(2), ranges_drill, passing_drill)
    yield from (namespace_drill, filters_drill, bandit_drill)
    yield from map(prerequisite_drill, (1, 3, 4))
    yield from (circle_drill, parent_drill)
    for kind in (
        "forced variation", "query string", "forced feature", "disabled", "QA mode", "overrides",
    ):  # fmt: skip
        yield forced_drill(kind)
    for kind in ("found", "blocked", "switched off", "on the way"):
        yield sticky_drill(kind)
    for kind in ("plain", "status", "conditions", "address", "sticky"):
        yield inline_drill(kind)
