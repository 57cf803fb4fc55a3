"""Previews over real populations: what is counted, kept, cancelled, and believed by who judges."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.server_world import PROJECT, World, open_world, until

from yardarm.core.observed import PLACES
from yardarm.errors import DocumentError
from yardarm.sdk.version import VERSION
from yardarm.server.changes import commands as c
from yardarm.server.previews.model import Preview
from yardarm.server.previews.service import Previews
from yardarm.server.store.errors import NotFound
from yardarm.server.store.reporters import ReporterRow

pytestmark = pytest.mark.anyio

COUNTRIES = ("NL", "BE", "DE", "FR")
DUTCH = {"attribute": "country", "op": "equals", "values": ["NL"]}
TO_THE_DUTCH = c.EditFlag("nav", {"rules": [{"when": DUTCH, "serve": "on"}]})


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("nav", enabled=True, default="off")
        yield made


def people(count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"context": {"key": f"u{i}", "country": COUNTRIES[i % 4], **more}, "weight": 2}
        for i in range(count)
    ]


async def fill(world: World, contexts: list[dict[str, Any]]) -> None:
    await world.population.import_contexts(PROJECT, "production", contexts, "tess")


async def preview(world: World, *commands: c.Command, **more: Any) -> Preview:
    environments = more.pop("environments", {"production": None})
    started = await world.previews.start(
        commands, world.me, project=PROJECT, environments=environments, **more
    )
    return await world.previews.finished(PROJECT, started.id)


async def environment_id(world: World) -> int:
    async with world.database.read() as transaction:
        row = await transaction.projects.find_environment(PROJECT, "production")
    assert row is not None
    return row.id


async def test_it_says_who_would_move_and_changes_nothing(world: World) -> None:
    await fill(world, people(40))
    found = await preview(world, TO_THE_DUTCH)
    assert (found.state, found.progress, found.error) == ("done", 1.0, "")
    movement = found.movement["production"]
    assert (movement["contexts"], movement["moved"], movement["exact"]) == (40, 10, True)
    flag = movement["flags"]["nav"]
    assert flag["matrix"] == [{"from": "off", "to": "on", "count": 10, "interval": [10, 10]}]
    assert flag["traffic"] == 20
    assert (flag["exposed"], flag["not_exposed"]) == (0, 10)
    assert len(flag["examples"]) == 10
    for example in flag["examples"]:
        assert example["context"]["country"] == "NL"
        assert [trace["outcome"] for trace in example["traces"]] == ["off", "on"]
    document = await world.changes.document(PROJECT, "production")
    assert document.flags["nav"].rules == ()
    assert found.versions == {"production": document.version}


async def test_commands_follow_one_another(world: World) -> None:
    await fill(world, people(40))
    found = await preview(world, TO_THE_DUTCH, c.SetEnabled("nav", False))
    assert found.movement["production"]["moved"] == 0
    found = await preview(
        world, c.SetEnabled("nav", False), TO_THE_DUTCH, c.SetEnabled("nav", True)
    )
    assert found.movement["production"]["moved"] == 10


async def test_on_an_older_version(world: World) -> None:
    await fill(world, people(40))
    base = (await world.changes.document(PROJECT, "production")).version
    await world.submit(TO_THE_DUTCH, "production")
    again = await preview(world, TO_THE_DUTCH)
    then = await preview(world, TO_THE_DUTCH, environments={"production": base})
    assert again.movement.get("production", {"moved": 0})["moved"] == 0
    assert then.movement["production"]["moved"] == 10
    assert then.versions == {"production": base}


async def test_where_no_context_is_known_nothing_is_said_to_stay(world: World) -> None:
    async with world.database.write() as transaction:
        await transaction.observations.add_usage([
            {
                "environment_id": await environment_id(world), "flag": "nav",
                "application": "shop", "last_evaluated_at": world.clock.now,
            }
        ])  # fmt: skip
    movement = (await preview(world, TO_THE_DUTCH)).movement["production"]
    assert movement["population"] == "none"
    assert "import a population" in movement["hint"]
    assert movement["silent_reporters"] == ["shop"]
    assert movement["affected"] == {"nav": ["direct"]}
    assert "moved" not in movement


async def test_a_sample_says_how_certain_it_is(world: World) -> None:
    await fill(world, people(400))
    where = await environment_id(world)
    async with world.database.write() as transaction:
        await transaction.population.remove_from(where, PLACES // 2)
        row = await transaction.population.lock(where)
        kept = [p async for page in transaction.population.read_since(where) for p in page]
        row = type(row)(len(kept), PLACES // 2, row.sequence, row.generation + 1)
        await transaction.population.save(where, row)
    movement = (await preview(world, TO_THE_DUTCH)).movement["production"]
    assert (movement["sample_rate"], movement["exact"]) == (0.5, False)
    assert movement["estimate"] == 2 * movement["moved"]
    low, high = movement["interval"]
    assert low <= 100 <= high
    flag = movement["flags"]["nav"]
    assert flag["interval"] == flag["matrix"][0]["interval"] == [low, high]


async def test_who_was_exposed_before_is_told_from_who_is_new(world: World) -> None:
    await fill(world, people(40))
    where = await environment_id(world)
    async with world.database.write() as transaction:
        await transaction.observations.add_exposures([
            {
                "environment_id": where, "flag": "nav", "version": 1, "kind": "user", "unit": unit,
                "variant": "off", "rule": None, "at": world.clock.now, "attributes": {},
                "application": "shop",
            }
            for unit in ("u0", "u1", "u4", "nobody")
        ])  # fmt: skip
    flag = (await preview(world, TO_THE_DUTCH)).movement["production"]["flags"]["nav"]
    assert (flag["exposed"], flag["not_exposed"]) == (2, 8)


async def test_what_changed_since_is_counted_once(world: World) -> None:
    await fill(world, people(40))
    await preview(world, TO_THE_DUTCH)
    moved_house = [{"context": {"key": "u1", "country": "NL"}}, {"context": {"key": "u99"}}]
    await fill(world, moved_house)
    movement = (await preview(world, TO_THE_DUTCH)).movement["production"]
    assert (movement["contexts"], movement["moved"]) == (41, 11)
    await world.population.forget(PROJECT, "production", "user", "u0", "tess")
    movement = (await preview(world, TO_THE_DUTCH)).movement["production"]
    assert (movement["contexts"], movement["moved"]) == (40, 10)


async def test_findings_are_those_of_the_change(world: World) -> None:
    await fill(world, people(4))
    never = {"all": [DUTCH, {"attribute": "country", "op": "equals", "values": ["BE"]}]}
    found = await preview(world, c.EditFlag("nav", {"rules": [{"when": never, "serve": "on"}]}))
    kinds = {finding["kind"] for finding in found.movement["production"]["findings"]}
    assert "rule-never-matches" in kinds
    again = await preview(world, c.SetEnabled("nav", False))
    assert again.movement["production"]["findings"] == []


async def test_it_is_kept_for_a_week(world: World) -> None:
    await fill(world, people(4))
    found = await preview(world, TO_THE_DUTCH)
    again = Previews(world.database, world.changes, clock=world.clock)
    assert (await again.get(PROJECT, found.id)).to_json() == found.to_json()
    with pytest.raises(NotFound):
        await again.get("another", found.id)
    world.clock.move(days=7, seconds=1)
    with pytest.raises(NotFound):
        await again.get(PROJECT, found.id)


async def test_who_judges_takes_a_preview_only_while_it_holds(world: World) -> None:
    await fill(world, people(40))
    command = c.SetEnabled("nav", False)
    await world.submit(c.EditFlag("nav", {"default": "on"}), "production")
    found = await preview(world, command)

    async def measured(named: str | None) -> Any:
        rehearsal = await world.changes.rehearse(
            [command], project=PROJECT, environments={"production": None}
        )
        return (await world.previews.measure(rehearsal, named))["production"]

    taken, counted = await measured(found.id), await measured(None)
    assert taken["moved"] == counted["moved"] == 40
    assert "findings" in taken  # it is the preview itself
    assert "findings" not in counted
    await fill(world, [{"context": {"key": "one more"}}])
    assert (await measured(found.id))["moved"] == 41
    await world.submit(TO_THE_DUTCH, "production")
    assert (await measured(found.id))["contexts"] == 41


async def test_what_cannot_be_rehearsed_is_told_at_once(world: World) -> None:
    with pytest.raises(DocumentError):
        await preview(world, c.EditFlag("nav", {"default": "purple"}))
    with pytest.raises(NotFound):
        await preview(world, c.SetEnabled("nav", True), environments={"nowhere": None})
    with pytest.raises(DocumentError) as caught:
        await preview(world, TO_THE_DUTCH, environments=None)
    assert caught.value.problems[0].pointer == "/environments"


async def test_it_is_cancelled(world: World) -> None:
    await fill(world, people(4_000))
    started = [
        await world.previews.start(
            [TO_THE_DUTCH], world.me, project=PROJECT, environments={"production": None}
        )
        for _ in range(2)
    ]
    for each in started:
        found = await world.previews.cancel(PROJECT, each.id)
        assert found.state in ("cancelled", "done")
    assert "cancelled" in {each.state for each in started}
    assert (await preview(world, TO_THE_DUTCH)).state == "done"


async def test_the_job_of_a_dead_worker_is_done_by_another(world: World) -> None:
    await fill(world, people(400))
    assert (await preview(world, TO_THE_DUTCH)).state == "done"
    worker = world.previews._worker
    rehearsal = await world.changes.rehearse(
        [TO_THE_DUTCH], project=PROJECT, environments={"production": None}
    )
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(world.previews.measure(rehearsal))

    async def has_its_turn() -> bool:
        return worker._answer is not None

    await until(has_its_turn)
    os.kill(worker.pid, signal.SIGKILL)
    assert (await waiting)["production"]["moved"] == 100


async def test_two_at_once_and_time_as_rules_see_it(world: World) -> None:
    await fill(world, people(40))
    now = {"attribute": "now", "op": "gt", "values": [2_000_000_000], "kind": "$"}
    command = c.EditFlag("nav", {"rules": [{"when": now, "serve": "on"}]})
    later = world.clock.now + timedelta(days=36_500)
    one, other = await asyncio.gather(preview(world, command), preview(world, command, at=later))
    assert one.movement["production"]["moved"] == 0
    assert other.movement["production"]["moved"] == 40


async def test_it_says_what_is_edited_and_which_connected_sdk_cannot_evaluate_it(
    world: World,
) -> None:
    await fill(world, people(8))
    at, production = world.clock(), await environment_id(world)
    async with world.database.write() as transaction:
        for application, version, days in (
            ("web", VERSION, 0),
            ("kiosk", "0.0.9", 0),
            ("old", "0.0.1", 2),
        ):
            row = ReporterRow(application, "yardarm-python", version, 0, at - timedelta(days=days))
            await transaction.reporters.note(production, row)
    found = await preview(world, TO_THE_DUTCH)
    (edit,) = found.edits["production"]
    words = "".join(part["text"] for part in edit["words"])
    assert (edit["key"], words) == (
        "nav",
        "Rule 1 is added: on to those whose country is NL",
    )
    (sdk,) = found.movement["production"]["sdks"]
    assert (sdk["application"], sdk["verdict"]) == ("kiosk", "older")
    assert sdk["lacks"] == {"nav": ["operator equals"]}
    again = await world.previews.get(PROJECT, found.id)
    assert again.edits == found.edits, "kept with it"
