"""Taking changes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.server_world import PROJECT, World, open_world

from yardarm.core import model as m
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import Conflict, Refused

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        await made.create("a", "b")  # versions 1 and 2
        yield made


async def flag(world: World, key: str = "a", environment: str = "production") -> m.Flag:
    return (await world.changes.document(PROJECT, environment)).flags[key]


async def test_undo_is_a_change_of_its_own(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    done = await world.submit(c.Undo(3), "production", reason="too slow")
    change = done.changes[0]
    assert (change.version, change.command) == (4, {"type": "undo", "version": 3})
    assert change.reason == "too slow"
    assert not (await flag(world)).enabled
    assert (await flag(world)).version == 4


async def test_undoing_the_undo(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.Undo(3), "production")
    await world.submit(c.Undo(4), "production")
    assert (await flag(world)).enabled
    await world.submit(c.Undo(5), "production")
    assert not (await flag(world)).enabled


async def test_undo_leaves_alone_what_changed_beside_it(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.EditFlag("a", {"default": "off"}), "production")
    await world.submit(c.UpdateFlag("a", {"owner": "ann"}))
    await world.submit(c.SetEnabled("b", True), "production")
    await world.submit(c.Undo(3), "production")
    now = await flag(world)
    assert (now.enabled, now.default, now.owner) == (False, "off", "ann")


async def test_what_was_changed_again_is_a_conflict_that_names_the_versions(world: World) -> None:
    edit = c.EditFlag("a", {"default": "off"})
    await world.submit(edit, "production")
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.EditFlag("a", {"default": None}), "production")
    await world.submit(c.EditFlag("a", {"default": "on"}), "production")
    with pytest.raises(Conflict) as caught:
        await world.submit(c.Undo(3), "production")
    assert caught.value.changed_since == (5, 6)
    assert "5, 6" in str(caught.value)
    await world.submit(c.Undo(3, force=True), "production")
    assert (await flag(world)).default == "on"  # what it was before 3
    assert (await flag(world)).enabled


async def test_undoing_twice_is_a_conflict(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    await world.submit(c.Undo(3), "production")
    with pytest.raises(Conflict) as caught:
        await world.submit(c.Undo(3), "production")
    assert caught.value.changed_since == (4,)


async def test_undo_checks_the_base_too(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production")
    with pytest.raises(Conflict) as caught:
        await world.submit(c.Undo(3), at={"production": 2})
    assert (caught.value.current, caught.value.changed_since) == (3, ())


async def test_what_was_done_to_the_project_is_undone_everywhere(world: World) -> None:
    await world.submit(c.SetEnabled("b", True), "staging")  # the environments' versions part
    await world.submit(c.UpdateFlag("a", {"owner": "ann"}))
    done = await world.submit(c.Undo(3), "production")
    assert [(change.environment, change.version) for change in done.changes] == [
        ("production", 4), ("staging", 5),
    ]  # fmt: skip
    assert (await flag(world, environment="staging")).owner == ""
    assert (await flag(world, "b", "staging")).enabled


async def test_what_was_done_in_two_environments_is_undone_in_the_one_named(world: World) -> None:
    await world.submit(c.SetEnabled("a", True), "production", "staging")
    done = await world.submit(c.Undo(3), "staging")
    assert [change.environment for change in done.changes] == ["staging"]
    assert (await flag(world)).enabled


async def test_a_conflict_elsewhere_holds_back_the_whole_undo(world: World) -> None:
    await world.submit(c.CreateFlag({"key": "n"}))
    await world.submit(c.SetEnabled("n", True), "staging")
    with pytest.raises(Conflict) as caught:
        await world.submit(c.Undo(3), "production")
    assert (caught.value.environment, caught.value.changed_since) == ("staging", (4,))
    done = await world.submit(c.Undo(3, force=True), "production")
    assert len(done.changes) == 2
    assert "n" not in (await world.changes.document(PROJECT, "staging")).flags


async def test_a_creation_undone_and_the_undo_undone_is_the_flag_again(world: World) -> None:
    await world.submit(c.CreateFlag({"key": "n", "tags": ["x"]}, {"staging": {"enabled": True}}))
    await world.submit(c.Undo(3), "production")
    await world.submit(c.Undo(4), "production")
    assert (await flag(world, "n")).tags == ("x",)
    assert (await flag(world, "n", "staging")).enabled


async def test_archiving_and_restoring_are_undone(world: World) -> None:
    await world.submit(c.ArchiveFlag("a"))
    await world.submit(c.Undo(3), "staging")
    assert (await flag(world)).archived_at is None
    await world.submit(c.Undo(4), "staging")
    assert (await flag(world)).archived_at is not None


async def test_an_import_is_undone(world: World) -> None:
    before = await world.changes.document(PROJECT, "staging")
    document = {
        "flags": [{"key": "n", "type": "boolean", "variants": [{"key": "on", "value": True}]}],
        "segments": [{"key": "s"}],
    }
    await world.submit(c.ImportDocument(document, "replace", force=True), "staging")
    await world.submit(c.Undo(3), "staging")
    now = await world.changes.document(PROJECT, "staging")
    assert now.segments == {}
    assert set(now.flags) == {"a", "b"} == set(before.flags)
    assert {at.archived_at for at in now.flags.values()} == {None}


async def test_a_new_environment_cannot_be_emptied_by_undo(world: World) -> None:
    await world.submit(c.CreateEnvironment("test"))
    with pytest.raises(Refused):
        await world.submit(c.Undo(1, force=True), "test")


async def test_segments_are_undone(world: World) -> None:
    await world.submit(c.PutSegment({"key": "s", "included": [{"keys": ["u"]}]}), "production")
    await world.submit(c.PutSegment({"key": "s", "name": "S"}), "production")
    await world.submit(c.Undo(4), "production")
    document = await world.changes.document(PROJECT, "production")
    assert (document.segments["s"].name, len(document.segments["s"].included)) == ("", 1)
    await world.submit(c.RemoveSegment("s"), "production")
    await world.submit(c.Undo(6), "production")
    assert "s" in (await world.changes.document(PROJECT, "production")).segments
