"""Random flags, switches and samples of django-waffle, and requests."""

from __future__ import annotations

import random
from typing import Any

Json = Any
GROUPS = (1, 2, 3)
USERS = (1, 2, 3, 4, 5)
LANGUAGES = ("en", "nl", "de-at")


def flags(rng: random.Random) -> list[Json]:
    """The fields of a few flags."""
    return [flag(rng, f"flag{number}") for number in range(rng.randint(1, 4))]


def flag(rng: random.Random, name: str) -> dict[str, Json]:
    def coin(share: float) -> bool:
        return rng.random() < share

    return {
        "name": name,
        "everyone": rng.choice((None, None, None, None, None, None, True, False)),
        "percent": rng.choice((None, None, "0.0", "10.0", "12.5", "50.0", "99.9")),
        "testing": coin(0.3),
        "superusers": coin(0.5),
        "staff": coin(0.3),
        "authenticated": coin(0.15),
        "languages": rng.choice(("", "", "", "nl", "en, de-at")),
        "rollout": coin(0.3),
        "note": rng.choice(("", "used by the basket")),
        "groups": rng.sample(GROUPS, rng.choice((0, 0, 0, 1, 2))),
        "users": rng.sample(USERS, rng.choice((0, 0, 0, 1, 2))),
    }


def dump(made: list[Json]) -> list[Json]:
    return [{"model": "waffle.flag", "pk": n, "fields": one} for n, one in enumerate(made, 1)]


def tables(made: list[Json]) -> Json:
    rows, groups, users = [], [], []
    for number, one in enumerate(made, 1):
        rows.append({"id": number} | {k: v for k, v in one.items() if k not in ("groups", "users")})
        groups += [{"id": len(groups) + i, "flag_id": number, "group_id": group}
                   for i, group in enumerate(one["groups"], 1)]  # fmt: skip
        users += [{"id": len(users) + i, "flag_id": number, "user_id": user}
                  for i, user in enumerate(one["users"], 1)]  # fmt: skip
    return {"tables": {
        "waffle_flag": rows, "waffle_flag_groups": groups, "waffle_flag_users": users,
        "waffle_switch": [], "waffle_sample": [],
    }}  # fmt: skip


def request(rng: random.Random, names: list[str]) -> dict[str, Json]:
    """A request in our shape."""
    made: dict[str, Json] = {"language": rng.choice(LANGUAGES)}
    if rng.random() < 0.7:
        made["key"] = str(rng.choice(USERS))
        made["authenticated"] = True
        made["staff"] = rng.random() < 0.3
        made["superuser"] = rng.random() < 0.2
        made["groups"] = rng.sample(GROUPS, rng.choice((0, 1, 2)))
    cookies, query, headers = {}, {}, {}
    for name in names:
        if rng.random() < 0.35:
            cookies[f"dwf_{name}"] = rng.choice(("True", "False", "true"))
        if rng.random() < 0.15:
            cookies[f"dwft_{name}"] = rng.choice(("True", "False"))
        if rng.random() < 0.15:
            query[f"dwft_{name}"] = rng.choice(("1", "0", ""))
        if rng.random() < 0.1:
            query[name] = rng.choice(("1", "0"))
        if rng.random() < 0.1:
            headers[f"dwft-{name}"] = rng.choice(("1", "0"))
    return {**made, "cookies": cookies, "query": query, "headers": headers}
