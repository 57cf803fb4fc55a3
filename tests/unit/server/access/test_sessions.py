"""Signing in to the dashboard: a session stands for its token, and for no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.rest_api import PROJECT, Api, opened, project
from tests.server_world import World, open_world

from yardarm.server.access.errors import BadCredential
from yardarm.server.access.model import Grant
from yardarm.server.access.sessions import LINK_MINUTES, SESSION_HOURS

api = pytest.fixture(opened, scope="module")
OURS = {"Yardarm-Session": "1"}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


async def token(world: World, **more: object) -> str:
    _, text = await world.access.issue_token(world.me, "ann", "", [Grant("read")], **more)  # type: ignore[arg-type]
    return text


@pytest.mark.anyio
async def test_a_session_stands_for_its_token(world: World) -> None:
    secret, _ = await world.access.sessions.open_with_token(await token(world))
    found = await world.access.authenticate(secret)
    assert found is not None
    assert (found.actor, found.may("read"), found.may("edit")) == ("ann", True, False)


@pytest.mark.anyio
async def test_a_session_ends_by_itself_with_its_token_and_by_signing_out(world: World) -> None:
    text = await token(world)
    old, _ = await world.access.sessions.open_with_token(text)
    world.clock.move(hours=SESSION_HOURS + 1)
    assert await world.access.authenticate(old) is None
    secret, _ = await world.access.sessions.open_with_token(text)
    other, _ = await world.access.sessions.open_with_token(text)
    await world.access.sessions.end(secret)
    assert await world.access.authenticate(secret) is None
    principal = await world.access.authenticate(other)
    assert principal is not None
    assert principal.token_id is not None
    await world.access.revoke_token(world.me, principal.token_id)
    assert await world.access.authenticate(other) is None
    with pytest.raises(BadCredential):
        await world.access.sessions.open_with_token(text)


@pytest.mark.anyio
async def test_a_link_signs_in_once_and_not_for_long(world: World) -> None:
    sessions = world.access.sessions
    text = await token(world)
    code = await sessions.link(text)
    assert await world.access.authenticate(code) is None  # it opens the door and nothing else
    secret, _ = await sessions.open_with_link(code)
    assert await world.access.authenticate(secret) is not None
    with pytest.raises(BadCredential):
        await sessions.open_with_link(code)
    late = await sessions.link(text)
    world.clock.move(minutes=LINK_MINUTES + 1)
    with pytest.raises(BadCredential):
        await sessions.open_with_link(late)
    with pytest.raises(BadCredential):
        await sessions.open_with_link("yl_nobody")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(api: Api) -> None:
    text = api.token(Grant("edit", PROJECT))
    response = api.call("POST", "/session", {"token": text}, token="")
    assert response.status_code == 201
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert text not in response.text
    secret = response.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    mine = {"Cookie": f"yardarm_session={secret}"}
    assert api.call("GET", "/me", token="", headers=mine).status_code == 200
    flag = {"key": "by-session"}
    forged = api.call("POST", project("flags"), flag, token="", headers=mine)
    assert forged.status_code == 403
    made = api.call("POST", project("flags"), flag, token="", headers={**mine, **OURS})
    assert made.status_code in (200, 201)
    gone = api.call("DELETE", "/session", token="", headers={**mine, **OURS})
    assert gone.status_code == 200
    assert api.call("GET", "/me", token="", headers=mine).status_code == 401


def test_what_signs_nobody_in(api: Api) -> None:
    assert api.call("POST", "/session", {"token": "yt_nobody"}, token="").status_code == 401
    assert api.call("POST", "/session", {"code": "yl_nobody"}, token="").status_code == 401
    assert api.call("POST", "/session", {}, token="").status_code == 422
    both = {"token": "yt_a", "code": "yl_a"}
    assert api.call("POST", "/session", both, token="").status_code == 422


def test_a_link_is_made_with_a_token(api: Api) -> None:
    code = api.do("POST", "/session/link", None)["code"]
    opened_ = api.call("POST", "/session", {"code": code}, token="")
    assert opened_.status_code == 201
    assert api.call("POST", "/session", {"code": code}, token="").status_code == 401


def signed_in(api: Api, token: str, agent: str) -> dict[str, str]:
    """The headers of a browser that is signed in."""
    response = api.call(
        "POST", "/session", {"token": token}, token="", headers={"User-Agent": agent}
    )
    secret = response.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    return {"Cookie": f"yardarm_session={secret}", **OURS}


def test_one_sees_and_ends_ones_own_sessions_and_an_admin_everybodys(api: Api) -> None:
    text = api.token(Grant("read"), actor="bea")
    desk = signed_in(api, text, "Desk " + "x" * 500)
    phone = signed_in(api, text, "Phone")
    mine = api.get("/sessions", token="", headers=phone)["items"]
    assert [(one["actor"], one["agent"][:5], one["current"]) for one in mine] == [
        ("bea", "Phone", True),
        ("bea", "Desk ", False),
    ]
    assert len(mine[1]["agent"]) == 300
    assert mine[0]["address"] == "127.0.0.1"
    assert mine[0]["token"] == "test"
    first = api.get("/sessions?limit=1", token="", headers=phone)
    again = api.get(f"/sessions?limit=1&cursor={first['next_cursor']}", token="", headers=phone)
    assert [*first["items"], *again["items"]] == mine
    stranger = api.token(Grant("admin", PROJECT), actor="cid")
    assert api.get("/sessions", token=stranger)["items"] == []
    api.refused(404, "DELETE", f"/sessions/{mine[1]['id']}", token=stranger)
    api.refused(404, "DELETE", "/sessions/nobody")
    everybody = api.get("/sessions")["items"]
    assert {one["id"] for one in mine} <= {one["id"] for one in everybody}
    assert not any(one["current"] for one in everybody)
    gone = api.call("DELETE", f"/sessions/{mine[1]['id']}", token="", headers=phone)
    assert gone.status_code == 204
    assert api.call("GET", "/me", token="", headers=desk).status_code == 401
    assert api.call("DELETE", f"/sessions/{mine[0]['id']}").status_code == 204
    assert api.call("GET", "/me", token="", headers=phone).status_code == 401
    last = api.get("/audit")["items"][0]
    assert (last["action"], last["details"]["actor"]) == ("session.ended", "bea")
    api.refused(404, "DELETE", f"/sessions/{mine[0]['id']}")
