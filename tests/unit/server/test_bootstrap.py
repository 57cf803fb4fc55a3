"""The server put together: it follows its own changes and those of other nodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from tests.live_server import flag
from tests.server_world import postgres_database

from yardarm.errors import OptionError
from yardarm.server.access.model import local
from yardarm.server.bootstrap import KNOWN, Application, Services, build
from yardarm.server.changes.commands import CreateEnvironment, ImportDocument, SetEnabled
from yardarm.server.delivery.channel import Block
from yardarm.server.delivery.hub import HubClosed
from yardarm.server.settings import Settings
from yardarm.server.store.errors import StoreError
from yardarm.server.web.problems import problem_of

pytestmark = pytest.mark.anyio
HAND = local("test")
AT = ("shop", "production")


class Reader:
    """The other end of a stream."""

    def __init__(self) -> None:
        self.got = b""
        self.ended = False

    def write(self, data: bytes) -> bool:
        self.got += data
        return True

    def end(self, data: bytes) -> None:
        self.ended = True

    def abort(self) -> None:
        self.ended = True


@asynccontextmanager
async def node(url: str) -> AsyncIterator[Services]:
    application: Application = await build(
        Settings(database_url=url, secret_key="only for these tests")
    )
    try:
        yield application.services
    finally:
        await application.close()


async def furnish(services: Services) -> None:
    await services.projects.create_project(HAND.actor, AT[0])
    await services.changes.submit(CreateEnvironment(AT[1]), HAND, project=AT[0], environments=None)
    await publish(services, ImportDocument({"flags": {"a": flag()}}))


async def publish(services: Services, command: ImportDocument | SetEnabled) -> None:
    await services.changes.submit(command, HAND, project=AT[0], environments={AT[1]: None})


def version(services: Services) -> int:
    current = services.snapshots.find(*AT)
    return -1 if current is None else current.snapshot.version


async def listen(services: Services, key_id: int = 0) -> Reader:
    reader = Reader()
    await services.snapshots.get(*AT)
    stream = services.hub.open("native", *AT, reader, since=None, packed=False, key_id=key_id)
    stream.begin(Block(0, b"hello\n"))
    return reader


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def test_a_change_is_current_when_its_submit_is_answered() -> None:
    async with node("sqlite:///:memory:") as services:
        await furnish(services)
        reader = await listen(services)
        before = version(services)
        await publish(services, SetEnabled("a", False))
        assert version(services) == before + 1
        await until(lambda: reader.got.count(b"event: patch") == 1)
        current = services.snapshots.find(*AT)
        assert current is not None
        assert current.snapshot == await services.changes.snapshot(*AT)


async def test_what_cannot_be_opened_is_said_in_one_line() -> None:
    with pytest.raises((OptionError, StoreError)) as caught:
        await build(Settings(database_url="sqlite:////proc/no/such.db", secret_key="x" * 20))
    assert "\n" not in str(caught.value)


def test_every_exception_of_the_packages_has_an_answer() -> None:
    assert problem_of(HubClosed(), KNOWN).status == 503
    assert problem_of(StoreError("the disk is full"), KNOWN).status == 503


@pytest.fixture
def shared() -> Iterator[str]:
    with postgres_database() as url:
        yield url


async def test_a_node_follows_what_another_publishes(shared: str) -> None:
    async with node(shared) as first:
        await furnish(first)
        async with node(shared) as second:
            assert version(second) == version(first) > 0
            reader = await listen(second)
            for on in (False, True, False):
                await publish(first, SetEnabled("a", on))
            await until(lambda: version(second) == version(first))
            await until(lambda: reader.got.count(b"event: patch") == 3)
            ours, theirs = (s.snapshots.find(*AT) for s in (first, second))
            assert ours is not None
            assert theirs is not None
            assert ours.snapshot == theirs.snapshot


async def test_a_node_closes_streams_of_keys_revoked_on_another(shared: str) -> None:
    async with node(shared) as first:
        await furnish(first)
        info, _ = await first.access.issue_key(HAND, *AT, "server")
        other, _ = await first.access.issue_key(HAND, *AT, "server")
        async with node(shared) as second:
            theirs, kept = await listen(second, info.id), await listen(second, other.id)
            await first.access.revoke_key(HAND, info.id)
            await until(lambda: theirs.ended)
            assert not kept.ended


async def test_an_environment_made_on_another_node_is_served(shared: str) -> None:
    async with node(shared) as first, node(shared) as second:
        await furnish(first)
        await until(lambda: version(second) == version(first) > 0)
        await listen(second)
