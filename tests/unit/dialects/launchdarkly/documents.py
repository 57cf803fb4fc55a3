"""A sane document of LaunchDarkly, as its server SDKs receive it."""

from __future__ import annotations

from typing import Any

Json = Any

CHECKOUT: Json = {
    "key": "new-checkout",
    "version": 12,
    "on": True,
    "variations": [True, False],
    "offVariation": 1,
    "salt": "5a1d",
    "prerequisites": [{"key": "new-nav", "variation": 1}],
    "targets": [{"variation": 0, "values": ["user-1"]}],
    "contextTargets": [
        {"contextKind": "org", "variation": 1, "values": ["acme"]},
        {"contextKind": "user", "variation": 0, "values": []},
    ],
    "rules": [
        {
            "id": "r-country",
            "variation": 0,
            "trackEvents": True,
            "clauses": [
                {"contextKind": "user", "attribute": "/address/country", "op": "in",
                 "values": ["NL", "BE"], "negate": False},
                {"contextKind": "user", "attribute": "plan", "op": "in", "values": ["free"],
                 "negate": True},
            ],
        },
        {
            "id": "r-beta",
            "rollout": {
                "kind": "experiment",
                "contextKind": "user",
                "seed": 61,
                "variations": [
                    {"variation": 0, "weight": 10_000},
                    {"variation": 1, "weight": 10_000},
                    {"variation": 1, "weight": 80_000, "untracked": True},
                ],
            },
            "clauses": [{"attribute": "", "op": "segmentMatch", "values": ["beta", "staff"]}],
        },
    ],
    "fallthrough": {
        "rollout": {
            "contextKind": "user",
            "bucketBy": "account",
            "variations": [{"variation": 0, "weight": 20_000}, {"variation": 1, "weight": 80_000}],
        }
    },
    "clientSideAvailability": {"usingEnvironmentId": True, "usingMobileKey": False},
    "trackEvents": False,
    "debugEventsUntilDate": None,
}  # fmt: skip
NAV: Json = {
    "key": "new-nav",
    "version": 3,
    "on": True,
    "variations": ["old", "new"],
    "offVariation": 0,
    "fallthrough": {"variation": 1},
    "salt": "77",
    "rules": [],
}
BETA: Json = {
    "key": "beta",
    "version": 5,
    "included": ["user-2"],
    "excluded": ["user-3"],
    "includedContexts": [{"contextKind": "org", "values": ["acme"]}],
    "salt": "99",
    "rules": [
        {
            "id": "s-rule",
            "clauses": [{"attribute": "email", "op": "endsWith", "values": ["@example.com"]}],
            "weight": 50_000,
            "bucketBy": "email",
        }
    ],
}
STAFF: Json = {"key": "staff", "version": 1, "included": [], "excluded": [], "salt": "1",
               "rules": [{"clauses": []}]}  # fmt: skip
DOCUMENT: Json = {
    "flags": {"new-checkout": CHECKOUT, "new-nav": NAV},
    "segments": {"beta": BETA, "staff": STAFF},
}


def one(**fields: Json) -> Json:
    """A document with one flag, `f`, that has these fields."""
    flag = {
        "key": "f", "version": 1, "on": True, "variations": [True, False], "offVariation": 1,
        "fallthrough": {"variation": 1}, "salt": "s",
    }  # fmt: skip
    return {"flags": {"f": flag | fields}, "segments": {}}
