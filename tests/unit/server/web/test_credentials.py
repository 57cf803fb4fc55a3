"""Whose request it is; and whoever guesses is slowed down, nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from yardarm.server.web.credentials import KNOWN_SECONDS, Doorkeeper
from yardarm.server.web.pace import Pace
from yardarm.server.web.problems import Problem, RequestFailed


@dataclass(frozen=True)
class Key:
    kind: str
    id: int = 1
    project: str = "shop"
    environment: str = "production"
    name: str = ""


class Keys:
    """Two keys, and signatures that are only marks."""

    async def find_key(self, key: str) -> Key | None:
        return {"ys_good": Key("server"), "yc_good": Key("client")}.get(key)

    def sign(self, payload: str, expires_at: datetime) -> str:
        return f"signed {payload}"

    def verify(self, signed: str) -> str | None:
        return signed.removeprefix("signed ") if signed.startswith("signed ") else None


def scope(secret: str | None, address: str = "10.0.0.1") -> dict[str, Any]:
    headers = [] if secret is None else [(b"authorization", f"Bearer {secret}".encode())]
    return {"headers": headers, "client": (address, 1)}


def refusal(door: Doorkeeper, secret: str | None, address: str = "10.0.0.1") -> Problem:
    with pytest.raises(RequestFailed) as caught:
        asyncio.run(door.server_key(scope(secret, address)))
    return caught.value.problem


def test_a_key_opens() -> None:
    door = Doorkeeper(Keys())
    assert asyncio.run(door.server_key(scope("ys_good"))).kind == "server"
    assert asyncio.run(door.key(scope("yc_good"))).kind == "client"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (None, "send an SDK key"),
        ("ys_unknown", "a server key"),
        ("yc_unknown", "a client key"),
        ("yt_unknown", "an API token"),
        ("something", "not a key of ours"),
        ("", "not a key of ours"),
    ],
)
def test_a_wrong_key_is_told_what_it_looks_like(secret: str | None, words: str) -> None:
    found = refusal(Doorkeeper(Keys()), secret)
    assert (found.status, found.slug) == (401, "unauthorized")
    assert words in found.detail
    assert (b"www-authenticate", b'Bearer realm="yardarm"') in found.headers
    assert not secret or secret not in found.render().decode()


def test_a_client_key_is_told_where_it_belongs() -> None:
    found = refusal(Doorkeeper(Keys()), "yc_good")
    assert (found.status, found.slug) == (403, "wrong-key")
    assert "shop/production" in found.detail
    assert found.members == {
        "key_kind": "client", "project": "shop", "environment": "production"
    }  # fmt: skip


def test_who_guesses_is_slowed_down_and_nobody_else() -> None:
    now = [0.0]
    door = Doorkeeper(Keys(), Pace(burst=3, per_second=0.5, monotonic=lambda: now[0]))
    assert [refusal(door, "x").status for _ in range(5)] == [401, 401, 401, 429, 429]
    assert (b"retry-after", b"2") in refusal(door, "x").headers
    assert refusal(door, "x", "10.0.0.2").status == 401
    assert asyncio.run(door.server_key(scope("ys_good"))).kind == "server"
    now[0] = 2.0
    assert [refusal(door, "x").status for _ in range(2)] == [401, 429]


def test_a_key_that_was_found_is_known_again_for_a_while() -> None:
    class Counted(Keys):
        asked = 0

        async def find_key(self, key: str) -> Key | None:
            self.asked += 1
            return await super().find_key(key)

    now, keys = [100.0], Counted()
    door = Doorkeeper(keys, monotonic=lambda: now[0])
    for expected in (1, 1, 1):
        asyncio.run(door.key(scope("ys_good")))
        assert keys.asked == expected
    door.forget()
    asyncio.run(door.key(scope("ys_good")))
    now[0] += KNOWN_SECONDS
    asyncio.run(door.key(scope("ys_good")))
    assert keys.asked == 3
    for _ in range(3):
        refusal(door, "ys_wrong")
    assert keys.asked == 6, "what is not a key may become one"


def test_a_key_revoked_while_it_is_looked_up_is_not_known_again() -> None:
    class Slow(Keys):
        async def find_key(self, key: str) -> Key | None:
            found = await super().find_key(key)
            door.forget()  # the revocation comes after the look-up and before its answer
            return found

    door = Doorkeeper(Slow())
    asyncio.run(door.key(scope("ys_good")))
    assert door._known == {}


def test_pacing_remembers_few() -> None:
    pace = Pace(burst=1)
    for number in range(20_000):
        pace.fail(str(number))
    assert len(pace._left) <= 10_000


def test_signed_texts() -> None:
    door = Doorkeeper(Keys())
    assert door.verified(scope(None), "signed x") == "x"
    with pytest.raises(RequestFailed) as caught:
        door.verified(scope(None), "forged")
    assert caught.value.problem.status == 401
