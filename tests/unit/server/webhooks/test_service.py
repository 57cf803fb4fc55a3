"""Webhooks over real changes: what is told, signed, tried again, and given up."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world, until

from yardarm.server.access.model import local
from yardarm.server.changes import commands as c
from yardarm.server.guard import Unsafe
from yardarm.server.rollouts.model import Step
from yardarm.server.rollouts.service import Draft
from yardarm.server.store.errors import NotFound
from yardarm.server.webhooks.model import EVENTS, KEPT_DELIVERIES, Event, Webhook
from yardarm.server.webhooks.service import JOB

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def shown(world: World) -> Webhook:
    """The webhook, which is there."""
    found = await world.webhooks.find(PROJECT)
    assert found is not None
    return found


@dataclass
class Receiver:
    """Takes webhooks and answers with these statuses, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers["content-length"]))
        self.heard.append((headers, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        writer.write(b"HTTP/1.1 %d X\r\n\r\n" % status)
        await writer.drain()
        writer.close()

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]

    async def heard_so_many(self, count: int) -> None:
        async def enough() -> bool:
            return len(self.heard) >= count

        await until(enough)


@asynccontextmanager
async def opened(*statuses: int) -> AsyncIterator[tuple[World, Receiver]]:
    receiver = Receiver(list(statuses) or [200])
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with open_world() as world:
        await world.jobs.start()
        yield world, receiver
    server.close()


async def delivered(world: World, count: int) -> None:
    async def so_many() -> bool:
        return world.jobs.ended[JOB, "done"] >= count

    await until(so_many)


async def test_changes_are_told_and_signed() -> None:
    async with opened() as (world, receiver):
        await world.create("a")
        _, secret = await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        assert secret is not None
        assert secret.startswith("yw_")
        done = await world.submit(
            c.EditFlag("a", {"default": "off"}), "production", "staging", reason="why not"
        )
        await delivered(world, 1)
        headers, body = receiver.heard[0]
        stamp = int(world.clock().timestamp())
        mac = hmac.new(secret.encode(), b"%d." % stamp + body, "sha256").hexdigest()
        assert headers["yardarm-signature"] == f"t={stamp},v1={mac}"
        told = json.loads(body)
        assert headers["yardarm-delivery"] == told["id"]
        assert (told["event"], told["project"]) == ("change", PROJECT)
        data = told["data"]
        assert (data["actor"], data["reason"]) == ("tess", "why not")
        assert data["command"]["type"] == "edit_flag"
        assert [
            (change["environment"], change["version"], change["hash"]) for change in data["changes"]
        ] == [(change.environment, change.version, change.hash) for change in done.changes]
        found = (await shown(world)).deliveries
        assert [(d.state, d.status, d.attempts) for d in found] == [("delivered", 200, 1)]


async def test_kills_and_emergencies_are_told_as_such() -> None:
    async with opened() as (world, receiver):
        await world.create("a", enabled=True)
        wanted: list[Event] = ["kill", "emergency"]
        await world.webhooks.put("tess", PROJECT, receiver.url, wanted)
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")  # not asked for
        await world.submit(c.Kill("a"), "production")
        await world.submit(c.Kill("a"), "production")  # made no difference
        await world.submit(c.SetEnabled("a", True), "production", emergency=True, reason="it burns")
        await delivered(world, 2)
        assert [told["event"] for told in receiver.told()] == ["kill", "emergency"]
        assert receiver.told()[1]["data"]["changes"][0]["movement"]["emergency"] is True


async def test_what_was_not_written_is_not_told() -> None:
    async with opened() as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)

        async def fail(transaction: Any, submitted: Any) -> None:
            raise RuntimeError

        world.changes.witnesses.append(lambda t, r, s: fail(t, s))
        with pytest.raises(RuntimeError):
            await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        world.changes.witnesses.pop()
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        await delivered(world, 1)
        assert len(receiver.heard) == 1


async def test_changes_are_told_in_their_order() -> None:
    async with opened() as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        for number in range(12):
            variant = "off" if number % 2 == 0 else "on"
            await world.submit(c.EditFlag("a", {"default": variant}), "production")
        await delivered(world, 12)
        versions = [told["data"]["changes"][0]["version"] for told in receiver.told()]
        assert versions == sorted(versions)


async def test_a_delivery_that_fails_is_tried_again_with_the_same_id() -> None:
    async with opened(500, 302, 200) as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        for count, status in ((1, 500), (2, 302)):
            await receiver.heard_so_many(count)

            async def noted(count: int = count) -> bool:
                return world.jobs.ended[JOB, "failed"] == count

            await until(noted)
            [delivery] = (await shown(world)).deliveries
            assert (delivery.state, delivery.status) == ("retrying", status)
            world.clock.move(minutes=1)
            world.jobs.wake()
        await delivered(world, 1)
        [delivery] = (await shown(world)).deliveries
        assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 200, 3)
        assert len({told["id"] for told in receiver.told()}) == 1


async def test_after_a_day_it_is_given_up() -> None:
    async with opened(503) as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        for _ in range(2):
            await receiver.heard_so_many(1)

            async def ended() -> bool:
                return sum(world.jobs.ended.values()) >= 1

            await until(ended)
            world.clock.move(hours=25)
            world.jobs.wake()

        async def given_up() -> bool:
            return world.jobs.ended[JOB, "given_up"] == 1

        await until(given_up)
        [delivery] = (await shown(world)).deliveries
        assert (delivery.state, delivery.status) == ("failed", 503)
        async with world.database.read() as transaction:
            [row] = await transaction.jobs.all(JOB)
        assert (row.due_at, row.error) == (None, "the receiver answered 503")


async def test_a_new_secret_signs_from_then_on() -> None:
    async with opened() as (world, receiver):
        _, old = await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        _, again = await world.webhooks.put("tess", PROJECT, receiver.url, ["kill"])
        assert again is None
        new = await world.webhooks.rotate_secret("tess", PROJECT)
        assert new != old
        await world.webhooks.test("tess", PROJECT)
        headers, body = receiver.heard[0]
        stamp, _, mac = headers["yardarm-signature"].partition(",v1=")
        signed = stamp.removeprefix("t=").encode() + b"." + body
        assert mac == hmac.new(new.encode(), signed, "sha256").hexdigest()


async def test_a_test_says_how_it_ended_and_is_remembered() -> None:
    async with opened(200, 404) as (world, receiver):
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        assert (await world.webhooks.test("tess", PROJECT)).state == "delivered"
        found = await world.webhooks.test("tess", PROJECT)
        assert (found.event, found.state, found.status) == ("test", "failed", 404)
        for _ in range(KEPT_DELIVERIES + 3):
            await world.webhooks.test("tess", PROJECT)
        assert len((await shown(world)).deliveries) == KEPT_DELIVERIES


async def test_removing_it_drops_what_waits() -> None:
    async with opened(500) as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        await world.submit(c.EditFlag("a", {"default": "off"}), "production")
        await receiver.heard_so_many(1)
        await world.webhooks.remove("tess", PROJECT)
        assert await world.webhooks.find(PROJECT) is None
        with pytest.raises(NotFound):
            await world.webhooks.test("tess", PROJECT)

        async def failed() -> bool:
            return world.jobs.ended[JOB, "failed"] == 1

        await until(failed)
        world.clock.move(hours=1)
        world.jobs.wake()
        await delivered(world, 1)
        assert len(receiver.heard) == 1


async def test_the_secret_is_nowhere_in_the_database() -> None:
    async with opened() as (world, receiver):
        _, secret = await world.webhooks.put("tess", PROJECT, receiver.url, EVENTS)
        assert secret is not None
        async with world.database.read() as transaction:
            row = await transaction.webhooks.find(PROJECT)
        assert row is not None
        assert secret.encode() not in row.sealed
        actions = [entry.action for entry in await world.audit.list_entries(1)]
        assert actions == ["webhook.set"]
        assert all(
            secret not in json.dumps(entry.to_json()) for entry in await world.audit.list_entries()
        )


async def test_an_unsafe_address_is_refused() -> None:
    async with opened() as (world, _):
        for url in ("https://10.0.0.1/", "http://93.184.215.14/", "https://169.254.169.254/"):
            with pytest.raises(Unsafe):
                await world.webhooks.put("tess", PROJECT, url, EVENTS)
        with pytest.raises(NotFound):
            await world.webhooks.put("tess", "nowhere", "https://93.184.215.14/", EVENTS)


async def test_plans_are_told() -> None:
    async with opened() as (world, receiver):
        await world.create("a")
        await world.webhooks.put("tess", PROJECT, receiver.url, ["plan"])
        command = c.command_to_json(c.EditFlag("a", {"default": "off"}))
        due = world.clock() + timedelta(hours=1)
        draft = Draft([Step((command,), ("production",), at=due)], "later")
        plan = await world.plans.create(local("tess"), PROJECT, draft)
        await world.plans.pause(local("tess"), PROJECT, plan.id, "wait")
        await delivered(world, 2)
        told = receiver.told()
        assert [each["data"]["event"] for each in told] == ["created", "paused"]
        assert told[1]["data"]["why"] == "tess paused it: wait"
        assert told[1]["data"]["plan"] == plan.id
