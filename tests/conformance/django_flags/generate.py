"""Random conditions of django-flags, and requests."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Json = Any
NOW = 1_795_000_000
USERS = ("alice", "bob", "carol")
PATHS = ("/", "/beta", "/beta/", "/shop/12/", "/shop/", "/über", "/shop\n", "/BETA")
PATTERNS = (
    r"^/beta", r"/shop/\d+", "shop/$", r"^/b.t[a-z]$", "x|beta", r"\w+", "(?i)^/beta$", "/über",
    r"^/(shop|beta)/?\Z",
)  # fmt: skip


def settings(rng: random.Random) -> dict[str, list[Json]]:
    return {f"FLAG{n}": conditions(rng) for n in range(rng.randint(1, 4))}


def conditions(rng: random.Random) -> list[Json]:
    return [condition(rng) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4)))]


def condition(rng: random.Random) -> Json:
    name = rng.choice(
        ("boolean", "user", "user", "anonymous", "parameter", "parameter", "path matches",
         "path matches", "after date", "before date")
    )  # fmt: skip
    required = rng.random() < 0.3
    return {"condition": name, "value": value(rng, name)} | ({"required": True} if required else {})


def value(rng: random.Random, name: str) -> Json:
    match name:
        case "boolean":
            return rng.choice((True, False, "True", "off", " yes ", "0", 1, 0, None))
        case "anonymous":
            return rng.choice((True, False, "true", " NO ", "on", 0))
        case "user":
            return rng.choice(USERS)
        case "parameter":
            return rng.choice(
                ("beta", "beta=True", "beta=1", "a=b=c", "x=", "a/b~c=1", "beta=False")
            )
        case "path matches":
            return rng.choice(PATTERNS)
    return date(rng)


def date(rng: random.Random) -> Json:
    moment = datetime.fromtimestamp(NOW, UTC) + timedelta(hours=rng.choice((-9000, -1, 0, 1, 9000)))
    shown = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return rng.choice((
        f"{shown}Z", f"{shown}+00:00", f"{shown}.250Z", f"{shown}+01:00", f"{shown}-0530",
        moment.strftime("%Y-%m-%d %H:%MZ"), shown, moment.strftime("%Y-%m-%d"), "soon", 5,
    ))  # fmt: skip


def rows(made: dict[str, list[Json]]) -> list[Json]:
    """The same as rows of the table, where every value is text."""
    found: list[Json] = []
    for name, conditions in made.items():
        for one in conditions:
            found.append({
                "id": len(found) + 1, "name": name, "condition": one["condition"],
                "value": str(one["value"]), "required": one.get("required", False),
            })  # fmt: skip
    return found


def request(rng: random.Random) -> dict[str, Json]:
    """A request in our shape."""
    made: dict[str, Json] = {"path": rng.choice(PATHS), "parameters": {}}
    if rng.random() < 0.7:
        made["key"] = rng.choice(USERS)
    for name in ("beta", "a=b=c", "x", "a/b~c"):
        if rng.random() < 0.4:
            made["parameters"][name] = rng.choice(("True", "1", "", "False"))
    return made
