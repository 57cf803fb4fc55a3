"""Actors, tokens, keys and the first set-up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.server.access.errors import BadCredential, Forbidden, SetupClosed
from yardarm.server.access.model import Grant, Principal, SdkKey
from yardarm.server.access.service import Access
from yardarm.server.projects.errors import AlreadyExists, NotFound

pytestmark = pytest.mark.anyio

EVERYTHING = (Grant("admin"),)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


def admin_of(project: str = PROJECT, environment: str = "*", name: str = "pat") -> Principal:
    return Principal(name, (Grant("admin", project, environment),))


async def actions(world: World) -> list[str]:
    return [entry.action for entry in await world.audit.list_entries(100)][:-3]


# --- tokens -----------------------------------------------------------------------------------


async def test_a_token_says_who_holds_it(world: World) -> None:
    grants = (Grant("edit", PROJECT, "staging"), Grant("read"))
    info, secret = await world.access.issue_token(world.me, "ann", "laptop", grants)
    assert secret.startswith("yt_")
    assert info.prefix == secret[:7]
    principal = await world.access.authenticate(secret)
    assert principal == Principal("ann", grants, info.id)
    assert await world.access.authenticate(secret + "x") is None
    assert await world.access.authenticate("") is None
    assert await actions(world) == ["token.issued", "actor.created"]


async def test_a_revoked_token_is_nobody_at_once(world: World) -> None:
    info, secret = await world.access.issue_token(world.me, "ann", "", EVERYTHING)
    assert await world.access.authenticate(secret)
    await world.access.revoke_token(world.me, info.id)
    assert await world.access.authenticate(secret) is None
    with pytest.raises(NotFound):
        await world.access.revoke_token(world.me, info.id)
    assert (await actions(world))[0] == "token.revoked"


async def test_a_token_expires_while_it_is_remembered(world: World) -> None:
    until = world.clock.now + timedelta(seconds=2)
    _, secret = await world.access.issue_token(world.me, "ann", "", EVERYTHING, until)
    assert await world.access.authenticate(secret)
    world.clock.move(seconds=2)
    assert await world.access.authenticate(secret) is None
    with pytest.raises(BadCredential):
        await world.access.issue_token(world.me, "ann", "", EVERYTHING, world.clock.now)


async def test_a_given_token_is_taken_once(world: World) -> None:
    await world.access.issue_token(world.me, "ann", "", EVERYTHING, token="demo")
    assert await world.access.authenticate("demo")
    for again in ("demo", "abc", "has space"):
        with pytest.raises(BadCredential):
            await world.access.issue_token(world.me, "bob", "", EVERYTHING, token=again)
    assert "bob" not in {actor.name for actor in await world.access.list_actors(world.me)}


async def test_nobody_gives_what_they_do_not_have(world: World) -> None:
    staging = admin_of(environment="staging")
    for grants in (
        EVERYTHING,
        (Grant("read"),),
        (Grant("read", PROJECT),),
        (Grant("read", PROJECT, "staging"), Grant("read", PROJECT, "production")),
        (Grant("read", "*", "staging"),),
    ):
        with pytest.raises(Forbidden):
            await world.access.issue_token(staging, "eve", "", grants)
    await world.access.issue_token(staging, "eve", "", (Grant("admin", PROJECT, "staging"),))
    editor = Principal("ed", (Grant("edit"),))
    with pytest.raises(Forbidden):
        await world.access.issue_token(editor, "ed", "", (Grant("read"),))


async def test_a_project_administrator_does_not_act_as_others(world: World) -> None:
    await world.access.issue_token(world.me, "root", "", EVERYTHING)
    pat, grants = admin_of(), (Grant("read", PROJECT),)
    with pytest.raises(Forbidden):
        await world.access.issue_token(pat, "root", "", grants)
    await world.access.issue_token(pat, "robot", "", grants)
    await world.access.issue_token(pat, "robot", "", grants)
    await world.access.issue_token(pat, "pat", "", grants)


async def test_a_token_needs_grants_and_a_sensible_name(world: World) -> None:
    for actor, name, grants in (
        ("ann", "", ()),
        ("", "", EVERYTHING),
        ("a" * 101, "", EVERYTHING),
        ("an\u200bn", "", EVERYTHING),
        ("ann", "line\nbreak", EVERYTHING),
    ):
        with pytest.raises(BadCredential):
            await world.access.issue_token(world.me, actor, name, grants)


async def test_tokens_are_listed_to_administrators_and_their_actor(world: World) -> None:
    ann, _ = await world.access.issue_token(world.me, "ann", "a", (Grant("read"),))
    bob, _ = await world.access.issue_token(world.me, "bob", "b", EVERYTHING)
    everything = await world.access.list_tokens(world.me)
    assert [token.id for token in everything] == [bob.id, ann.id]
    own = await world.access.list_tokens(Principal("ann", ann.grants))
    assert [token.id for token in own] == [ann.id]
    with pytest.raises(Forbidden):
        await world.access.revoke_token(Principal("ann", ann.grants), bob.id)
    with pytest.raises(Forbidden):
        await world.access.revoke_token(Principal("ann", ann.grants), 999)
    await world.access.revoke_token(Principal("ann", ann.grants), ann.id)


async def test_the_last_use_of_a_token_is_noted(world: World) -> None:
    info, secret = await world.access.issue_token(world.me, "ann", "", EVERYTHING)
    assert info.last_used_at is None
    world.clock.move(hours=1)
    await world.access.authenticate(secret)
    await world.access.flush()
    assert (await world.access.list_tokens(world.me))[0].last_used_at == world.clock.now


async def test_actors_have_one_name(world: World) -> None:
    await world.access.create_actor(world.me, " Zo\u0065\u0308 ")
    with pytest.raises(AlreadyExists):
        await world.access.create_actor(world.me, "Zo\u00eb")
    assert [actor.name for actor in await world.access.list_actors(world.me)] == ["Zo\u00eb"]
    with pytest.raises(Forbidden):
        await world.access.list_actors(admin_of())
    with pytest.raises(Forbidden):
        await world.access.create_actor(admin_of(), "x")


# --- SDK keys ---------------------------------------------------------------------------------


async def test_a_key_opens_its_environment(world: World) -> None:
    info, secret = await world.access.issue_key(world.me, PROJECT, "staging", "server", "api")
    assert secret.startswith("ys_")
    assert await world.access.find_key(secret) == SdkKey(
        info.id, PROJECT, "staging", "server", "api", secret[:7]
    )
    assert await world.access.find_key("ys_unknown") is None
    assert (await actions(world))[0] == "key.issued"


async def test_a_revoked_key_opens_nothing_at_once(world: World) -> None:
    info, secret = await world.access.issue_key(world.me, PROJECT, "staging", "client")
    assert secret.startswith("yc_")
    assert await world.access.find_key(secret)
    await world.access.revoke_key(world.me, info.id)
    assert await world.access.find_key(secret) is None
    with pytest.raises(NotFound):
        await world.access.revoke_key(world.me, info.id)
    assert (await world.access.list_keys(world.me, PROJECT, "staging"))[0].revoked_at


async def test_client_keys_can_be_shown_again_and_server_keys_cannot(world: World) -> None:
    client, text = await world.access.issue_key(world.me, PROJECT, "staging", "client")
    server, _ = await world.access.issue_key(world.me, PROJECT, "staging", "server")
    kept, clear = await world.access.issue_key(
        world.me, PROJECT, "staging", "server", key="dev-key", revealable=True
    )
    assert (client.revealable, server.revealable, kept.revealable) == (True, False, True)
    assert await world.access.reveal_key(world.me, client.id) == text
    assert await world.access.reveal_key(world.me, server.id) is None
    assert await world.access.reveal_key(world.me, kept.id) == clear == "dev-key"
    assert (await actions(world))[:2] == ["key.revealed", "key.revealed"]
    other = Access(world.database, world.audit, "another secret key, as long")
    assert await other.reveal_key(world.me, client.id) is None


async def test_keys_belong_to_the_administrators_of_their_environment(world: World) -> None:
    info, _ = await world.access.issue_key(world.me, PROJECT, "production", "client")
    for stranger, error in (
        (admin_of(environment="staging"), NotFound),
        (admin_of("blog"), NotFound),
        (Principal("ed", (Grant("edit", PROJECT),)), Forbidden),
    ):
        with pytest.raises(error):
            await world.access.revoke_key(stranger, info.id)
        with pytest.raises(error):
            await world.access.reveal_key(stranger, info.id)
        with pytest.raises(Forbidden):
            await world.access.issue_key(stranger, PROJECT, "production", "client")
        with pytest.raises(Forbidden):
            await world.access.list_keys(stranger, PROJECT, "production")
    own = admin_of(environment="production")
    assert await world.access.list_keys(own, PROJECT, "production")
    await world.access.revoke_key(own, info.id)


async def test_a_key_needs_an_environment_and_a_kind(world: World) -> None:
    with pytest.raises(NotFound):
        await world.access.issue_key(world.me, PROJECT, "moon", "client")
    with pytest.raises(BadCredential):
        await world.access.issue_key(world.me, PROJECT, "staging", "both")  # type: ignore[arg-type]


async def test_the_database_holds_no_usable_secret(tmp_path: Path) -> None:
    path = tmp_path / "yardarm.db"
    async with open_world(f"sqlite:///{path}") as world:
        secrets = [(await world.access.issue_token(world.me, "ann", "", EVERYTHING))[1]]
        for kind in ("server", "client"):
            issued = await world.access.issue_key(world.me, PROJECT, "staging", kind)  # type: ignore[arg-type]
            secrets.append(issued[1])
        code = await world.access.setup_link()
        assert code is None
    dump = path.read_bytes()
    assert b"token.issued" in dump
    for secret in secrets:
        assert secret[10:].encode() not in dump


async def test_what_is_shown_of_credentials_is_no_secret(world: World) -> None:
    info, secret = await world.access.issue_key(world.me, PROJECT, "staging", "client")
    found = await world.access.find_key(secret)
    assert secret not in repr((info, found, world.access))


# --- first set-up -----------------------------------------------------------------------------


async def test_the_first_administrator_comes_by_a_code(world: World) -> None:
    code = await world.access.setup_link()
    assert code is not None
    info, token = await world.access.redeem(code, "ann")
    assert info.grants == EVERYTHING
    principal = await world.access.authenticate(token)
    assert principal is not None
    assert principal.may("admin")
    assert await world.access.admin_exists()
    assert await world.access.setup_link() is None
    assert (await actions(world))[:2] == ["token.issued", "actor.created"]
    with pytest.raises(SetupClosed):
        await world.access.redeem(code, "eve")


async def test_a_code_lasts_fifteen_minutes(world: World) -> None:
    code = await world.access.setup_link()
    assert code is not None
    world.clock.move(minutes=15)
    with pytest.raises(SetupClosed):
        await world.access.redeem(code, "ann")


async def test_a_newer_code_voids_the_older(world: World) -> None:
    older, newer = await world.access.setup_link(), await world.access.setup_link()
    assert older is not None
    assert newer is not None
    for wrong in (older, "", "guess"):
        with pytest.raises(SetupClosed):
            await world.access.redeem(wrong, "ann")
    await world.access.redeem(newer, "ann")


async def test_of_two_who_redeem_at_once_one_succeeds(world: World) -> None:
    code = await world.access.setup_link()
    assert code is not None
    done = await asyncio.gather(
        *(world.access.redeem(code, f"a{i}") for i in range(5)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SetupClosed) for outcome in done) == 4


async def test_a_code_is_void_once_there_is_an_administrator(world: World) -> None:
    code = await world.access.setup_link()
    assert code is not None
    await world.access.issue_token(world.me, "ann", "", (Grant("admin", PROJECT),))
    assert not await world.access.admin_exists()
    await world.access.issue_token(world.me, "ann", "", EVERYTHING)
    with pytest.raises(SetupClosed):
        await world.access.redeem(code, "eve")


async def test_a_bad_name_does_not_use_up_the_code(world: World) -> None:
    code = await world.access.setup_link()
    assert code is not None
    with pytest.raises(BadCredential):
        await world.access.redeem(code, " ")
    await world.access.redeem(code, "ann")


async def test_without_a_token_in_force_there_is_no_administrator(world: World) -> None:
    until = world.clock.now + timedelta(hours=1)
    await world.access.issue_token(world.me, "ann", "", EVERYTHING, until)
    info, _ = await world.access.issue_token(world.me, "ann", "", EVERYTHING)
    await world.access.revoke_token(world.me, info.id)
    assert await world.access.admin_exists()
    world.clock.move(hours=1)
    assert not await world.access.admin_exists()
    assert await world.access.setup_link()


# --- signatures -------------------------------------------------------------------------------


async def test_stream_tokens_end(world: World) -> None:
    signed = world.access.sign("shop/production", world.clock.now + timedelta(seconds=30))
    assert world.access.verify(signed) == "shop/production"
    world.clock.move(seconds=30)
    assert world.access.verify(signed) is None
