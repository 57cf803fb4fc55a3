"""A document of LaunchDarkly that has everything, and what to put into it that makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = Any

_CLAUSES = [
    {"contextKind": "user", "attribute": "/a/b", "op": "in", "values": ["x", 1], "negate": True},
    {"attribute": "", "op": "segmentMatch", "values": ["s", "t"]},
    {"attribute": "v", "op": "semVerLessThan", "values": ["2.0"]},
    {"attribute": "m", "op": "matches", "values": ["^a"]},
]
_ROLLOUT = {
    "kind": "experiment", "contextKind": "user", "bucketBy": "a", "seed": 5,
    "variations": [{"variation": 0, "weight": 50_000, "untracked": True},
                   {"variation": 1, "weight": 50_000}],
}  # fmt: skip
GOOD = {
    "key": "good", "version": 1, "on": True, "variations": ["a", "b"],
    "fallthrough": {"variation": 1},
}  # fmt: skip
DOCUMENT: Json = {
    "flags": {
        "f": {
            "key": "f", "version": 1, "on": True, "variations": [True, False], "offVariation": 1,
            "fallthrough": {"rollout": _ROLLOUT}, "salt": "s",
            "prerequisites": [{"key": "g", "variation": 0}],
            "targets": [{"variation": 0, "values": ["a"]}],
            "contextTargets": [{"contextKind": "org", "variation": 1, "values": ["b"]}],
            "rules": [{"id": "r", "variation": 0, "clauses": _CLAUSES}],
            "clientSideAvailability": {"usingEnvironmentId": True}, "trackEvents": True,
        },
        "g": {"key": "g", "version": 1, "on": True, "variations": [1, 2.5],
              "fallthrough": {"variation": 0}},
        "good": GOOD,
    },
    "segments": {
        "s": {
            "key": "s", "version": 1, "included": ["a"], "excluded": ["b"], "salt": "x",
            "includedContexts": [{"contextKind": "org", "values": ["o"]}],
            "rules": [{"clauses": _CLAUSES[:1], "weight": 100, "bucketBy": "/a/b",
                       "rolloutContextKind": "org"}],
            "unbounded": False, "generation": 1,
        },
        "t": {"key": "t", "version": 1, "rules": [{"clauses": [_CLAUSES[1]]}]},
    },
}  # fmt: skip
GARBAGE: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 10**400, float("inf"), "", "x", "/", "f", "g", "\ud800",
    [], {}, [[]], [{}], {"a": 1}, [None], ["s", "s"], [1, "a", {}], {"key": "g", "variation": 0},
    {"variations": []}, {"values": None}, "a" * 3_000,
)  # fmt: skip
CONTEXTS: tuple[Json, ...] = (
    {"kind": "user", "key": "a", "a": {"b": "y"}, "v": "1.9"}, None,
    {"kind": "multi", "user": {"key": "a"}, "org": {"key": "o"}},
)  # fmt: skip


def places(value: Json) -> Iterator[tuple[Json, Any]]:
    """Every place in a JSON value: its container and its name or index there."""
    names = list(value) if isinstance(value, dict) else range(len(value))
    for name in names:
        yield value, name
        if isinstance(value[name], dict | list):
            yield from places(value[name])
