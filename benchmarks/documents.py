"""10,000 realistic flags, told once and written in LaunchDarkly's and in the native form.

Two or three rules of one or two clauses per flag, targets on some, a rollout on some. The form of
LaunchDarkly leaves out the fields that are false or empty and comes to about 6 MB; what its service
sends is longer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FLAGS = 10_000

_MIDDLE = 5001

#: The flag that the first evaluation asks for: near the middle, switched on, with three rules.
ASKED = f"area-{_MIDDLE % 40}.feature-{_MIDDLE}"

_COUNTRIES = ("NL", "DE", "FR", "US", "BR", "JP", "IN", "ZA", "SE", "PL", "IT", "ES")
_PLANS = ("free", "starter", "pro", "team", "enterprise")
_SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Test:
    """One clause: `operator` is the native name."""

    attribute: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean flag: targets switched on, rules that switch on, and a share of the rest."""

    key: str
    enabled: bool
    targets: tuple[str, ...]
    rules: tuple[tuple[Test, ...], ...]
    share: int
    tags: tuple[str, ...]


def flags(count: int = FLAGS) -> Iterator[Flag]:
    """The same flags in every run."""
    chance = random.Random(_SEED)
    for number in range(count):
        targets = 0 if chance.random() < 0.7 else chance.randint(1, 5)
        yield Flag(
            key=f"area-{number % 40}.feature-{number}",
            enabled=chance.random() < 0.8,
            targets=tuple(f"user-{chance.randrange(10**6)}" for _ in range(targets)),
            rules=tuple(_tests(chance) for _ in range(chance.randint(2, 3))),
            share=chance.choice((0, 0, 10_000, 50_000, 100_000)),
            tags=(f"team-{number % 25}", "web"),
        )


def _tests(chance: random.Random) -> tuple[Test, ...]:
    domain = f"@customer-{chance.randrange(500)}.example.com"
    kinds = (
        Test("country", "in", tuple(chance.sample(_COUNTRIES, chance.randint(1, 4)))),
        Test("plan", "in", tuple(chance.sample(_PLANS, chance.randint(1, 2)))),
        Test("email", "ends_with", (domain,)),
        Test("age", "gte", (chance.randint(18, 65),)),
    )
    return tuple(chance.sample(kinds, 1 if chance.random() < 0.7 else 2))


def native(count: int = FLAGS) -> dict[str, Any]:
    """The native document, as a value."""
    return {
        "format": 1,
        "environment": {"project": "bench", "key": "bench"},
        "flags": {flag.key: _native_flag(flag) for flag in flags(count)},
        "segments": {},
    }


def _native_flag(flag: Flag) -> dict[str, Any]:
    arms = [
        {"variant": "on", "weight": flag.share},
        {"variant": "off", "weight": 100_000 - flag.share},
    ]
    written: dict[str, Any] = {
        "type": "boolean",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
        "enabled": flag.enabled,
        "off": "off",
        "rules": [
            {
                "id": f"rule-{number}",
                "when": {
                    "all": [
                        {
                            "attribute": test.attribute,
                            "op": test.operator,
                            "values": list(test.values),
                        }
                        for test in tests
                    ]
                },
                "serve": "on",
            }
            for number, tests in enumerate(flag.rules)
        ],
        "default": {"split": {"arms": arms, "by": ["key"]}} if flag.share else "off",
        "tags": list(flag.tags),
    }
    if flag.targets:
        written["targets"] = [{"variant": "on", "keys": list(flag.targets)}]
    return written


_LAUNCHDARKLY = {"in": "in", "ends_with": "endsWith", "gte": "greaterThanOrEqual"}


def launchdarkly(count: int = FLAGS) -> dict[str, Any]:
    """The answer of LaunchDarkly's polling endpoint, as a value."""
    return {"flags": {flag.key: _launchdarkly_flag(flag) for flag in flags(count)}, "segments": {}}


def _launchdarkly_flag(flag: Flag) -> dict[str, Any]:
    arms = [
        {"variation": 0, "weight": flag.share},
        {"variation": 1, "weight": 100_000 - flag.share},
    ]
    written: dict[str, Any] = {
        "key": flag.key,
        "on": flag.enabled,
        "rules": [
            {
                "id": f"rule-{number}",
                "variation": 0,
                "clauses": [
                    {
                        "contextKind": "user",
                        "attribute": test.attribute,
                        "op": _LAUNCHDARKLY[test.operator],
                        "values": list(test.values),
                    }
                    for test in tests
                ],
            }
            for number, tests in enumerate(flag.rules)
        ],
        "fallthrough": {"rollout": {"variations": arms}} if flag.share else {"variation": 1},
        "offVariation": 1,
        "variations": [True, False],
        "salt": _salt(flag.key),
        "version": 7,
    }
    if flag.targets:
        written["targets"] = [{"values": list(flag.targets), "variation": 0}]
    return written


def _salt(key: str) -> str:
    return random.Random(key).randbytes(16).hex()
