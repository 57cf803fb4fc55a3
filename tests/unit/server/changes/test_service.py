"""The one door: what a submit does, refuses and leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest
from tests.server_world import ENVIRONMENTS, PROJECT, World, open_world

from yardarm.core.jsontext import canonical
from yardarm.core.snapshot import apply, decode_patch
from yardarm.errors import DocumentError
from yardarm.server.access.errors import Forbidden
from yardarm.server.access.model import Grant, Principal, Scope
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import AlreadyExists, Conflict, KeyReused, NotFound, Refused
from yardarm.server.changes.model import GENESIS

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as made:
        yield made


def who(scope: Scope, environment: str = "*") -> Principal:
    return Principal("ann", (Grant(scope, PROJECT, environment),))


async def versions(world: World) -> dict[str, int]:
    found = await world.projects.list_environments(PROJECT)
    return {environment.key: environment.version for environment in found}


# --- changes ----------------------------------------------------------------------------------


async def test_a_command_for_the_project_is_one_change_in_each_environment(world: World) -> None:
    done = await world.submit(c.CreateFlag({"key": "a"}), reason="we need it")
    assert [change.environment for change in done.changes] == list(ENVIRONMENTS)
    assert {change.change_set for change in done.changes} == {done.change_set}
    assert done.versions == await versions(world) == {"production": 1, "staging": 1}
    first = done.changes[0]
    assert (first.actor, first.reason, first.at) == ("tess", "we need it", world.clock.now)
    assert first.prev_hash == GENESIS
    assert await world.changes.get_change(PROJECT, "production", 1) == first


async def test_versions_are_gapless_and_changes_are_linked(world: World) -> None:
    await world.create("a")
    for on in (True, False, True):
        await world.submit(c.SetEnabled("a", on), "production")
    found = await world.changes.list_changes(PROJECT, "production")
    assert [change.version for change in found] == [4, 3, 2, 1]
    assert [change.prev_hash for change in found] == [*(later.hash for later in found[1:]), GENESIS]
    page = await world.changes.list_changes(PROJECT, "production", 2, before_version=3)
    assert [change.version for change in page] == [2, 1]
    assert (await versions(world))["staging"] == 1


async def test_a_change_can_be_checked_with_nothing_but_its_json(world: World) -> None:
    await world.create("a")
    done = await world.submit(c.SetEnabled("a", True), "production")
    value = done.changes[0].to_json()
    assert (
        value["hash"]
        == sha256(canonical({k: v for k, v in value.items() if k != "hash"})).hexdigest()
    )
    assert value["patch_hash"] == sha256(done.changes[0].patch).hexdigest()
    assert value["command"] == {"type": "set_enabled", "flag": "a", "enabled": True}
    assert value["inverse"]["entries"] == [
        {"kind": "flag", "key": "a", "fields": {"enabled": False}}
    ]


async def test_the_patch_leads_from_one_snapshot_to_the_next(world: World) -> None:
    await world.create("a", "b")
    before = await world.changes.snapshot(PROJECT, "production")
    done = await world.submit(c.SetEnabled("a", True), "production")
    after = await world.changes.snapshot(PROJECT, "production")
    assert apply(before, decode_patch(done.changes[0].patch)) == after
    assert after.root == done.changes[0].root
    environment = await world.projects.get_environment(PROJECT, "production")
    assert environment.bytes == len(after.encode())


async def test_what_makes_no_difference_makes_no_change(world: World) -> None:
    await world.create("a")
    done = await world.submit(c.SetEnabled("a", False), *ENVIRONMENTS)
    assert done.changes == ()
    assert done.versions == {"production": 1, "staging": 1}


async def test_several_environments_change_together_or_not_at_all(world: World) -> None:
    await world.create("a")
    done = await world.submit(c.SetEnabled("a", True), *ENVIRONMENTS)
    assert {change.environment for change in done.changes} == set(ENVIRONMENTS)
    with pytest.raises(DocumentError) as caught:
        await world.submit(c.EditFlag("a", {"default": "maybe"}), *ENVIRONMENTS)
    assert caught.value.problems[0].pointer == "/flags/a/default"
    assert "in 'production'" in caught.value.problems[0].message
    assert await versions(world) == {"production": 2, "staging": 2}


async def test_an_imported_document_is_recorded_by_its_hash(world: World) -> None:
    document = {"flags": {"a": {"type": "json", "variants": [{"key": "x", "value": {}}]}}}
    done = await world.submit(c.ImportDocument(document), "staging")
    recorded = done.changes[0].command["document"]
    assert recorded == {
        "sha256": sha256(canonical(document)).hexdigest(),
        "flags": 1,
        "segments": 0,
    }
    assert {change.environment for change in done.changes} == set(ENVIRONMENTS)


async def test_instants_never_go_back(world: World) -> None:
    await world.create("a")
    world.clock.move(hours=-5)
    done = await world.submit(c.SetEnabled("a", True), "production")
    first = await world.changes.get_change(PROJECT, "production", 1)
    assert done.changes[0].at == first.at


async def test_a_warning_does_not_stand_in_the_way() -> None:
    async with open_world(max_document_bytes=600) as world:
        await world.create("a")
        done = await world.submit(c.UpdateFlag("a", {"description": "x" * 100}))
        assert [warning.severity for warning in done.warnings] == ["warning"] * 2


# --- concurrency ------------------------------------------------------------------------------


async def test_an_old_base_is_a_conflict_that_says_what_differs(world: World) -> None:
    await world.create("a")
    await world.submit(c.SetEnabled("a", True), at={"production": 1})
    with pytest.raises(Conflict) as caught:
        await world.submit(c.EditFlag("a", {"off": None}), at={"production": 1})
    conflict = caught.value
    assert (conflict.environment, conflict.base, conflict.current) == ("production", 1, 2)
    assert [(edit.key, edit.pointer) for edit in conflict.edits] == [("a", "/enabled")]
    assert await versions(world) == {"production": 2, "staging": 1}


@pytest.mark.parametrize("base", [-1, 0, 3, 10**12])
async def test_any_other_base_is_a_conflict_too(world: World, base: int) -> None:
    await world.create("a")
    with pytest.raises(Conflict):
        await world.submit(c.SetEnabled("a", True), at={"production": base})


async def test_one_stale_environment_holds_back_all(world: World) -> None:
    await world.create("a")
    await world.submit(c.SetEnabled("a", True), "staging")
    with pytest.raises(Conflict) as caught:
        await world.submit(c.SetEnabled("a", True), at={"production": 1, "staging": 1})
    assert caught.value.environment == "staging"
    assert await versions(world) == {"production": 1, "staging": 2}


async def test_of_many_on_the_same_base_one_wins(world: World) -> None:
    await world.create("a")
    tasks = [
        world.submit(c.EditFlag("a", {"targets": [{"variant": "on", "keys": [f"u{i}"]}]}),
                     at={"production": 1})
        for i in range(20)
    ]  # fmt: skip
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19
    assert (await versions(world))["production"] == 2


async def test_none_is_lost_among_many_without_a_base(world: World) -> None:
    await world.create(*(f"f{i}" for i in range(20)))
    before = (await versions(world))["production"]
    tasks = [world.submit(c.SetEnabled(f"f{i}", True), "production") for i in range(20)]
    done = await asyncio.gather(*tasks)
    numbers = sorted(submitted.changes[0].version for submitted in done)
    assert numbers == list(range(before + 1, before + 21))
    document = await world.changes.document(PROJECT, "production")
    assert all(flag.enabled for flag in document.flags.values())
    assert (await world.changes.verify_chain(PROJECT, "production")).whole


async def test_whoever_gives_up_does_not_stop_the_submit(world: World) -> None:
    await world.create("a")
    task = asyncio.ensure_future(world.submit(c.SetEnabled("a", True), "production"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await world.changes.close()  # waits for what was begun
    assert (await versions(world))["production"] == 2
    assert world.told[-1].version == 2


# --- idempotency ------------------------------------------------------------------------------


async def test_the_same_key_and_request_gets_the_same_answer(world: World) -> None:
    command = c.CreateFlag({"key": "a", "rules": [{"when": {"always": True}, "serve": "on"}]})
    first = await world.submit(command, idempotency_key="k")
    again = await world.submit(command, idempotency_key="k")
    assert (again.change_set, again.changes, again.versions) == (
        first.change_set, first.changes, first.versions
    )  # fmt: skip
    assert (first.replayed, again.replayed) == (False, True)
    assert await versions(world) == {"production": 1, "staging": 1}


async def test_a_repeated_request_is_answered_although_its_base_is_old_by_then(
    world: World,
) -> None:
    await world.create("a")
    for _ in range(2):
        done = await world.submit(
            c.SetEnabled("a", True), at={"production": 1}, idempotency_key="k"
        )
        assert done.changes[0].version == 2


async def test_the_same_key_for_another_request_is_refused(world: World) -> None:
    await world.create("a")
    await world.submit(c.SetEnabled("a", True), "production", idempotency_key="k")
    for command, environment, reason in (
        (c.SetEnabled("a", False), "production", ""),
        (c.SetEnabled("a", True), "staging", ""),
        (c.SetEnabled("a", True), "production", "other"),
    ):
        with pytest.raises(KeyReused):
            await world.submit(command, environment, idempotency_key="k", reason=reason)
    await world.submit(c.SetEnabled("a", False), "production", idempotency_key="k", by=who("edit"))


async def test_a_key_counts_from_success_on_and_for_a_week(world: World) -> None:
    with pytest.raises(NotFound):
        await world.submit(c.SetEnabled("a", True), "production", idempotency_key="k")
    await world.create("a")
    done = await world.submit(c.SetEnabled("a", True), "production", idempotency_key="k")
    assert not done.replayed
    world.clock.move(days=8)
    await world.submit(c.SetEnabled("a", True), "staging", idempotency_key="other")
    again = await world.submit(c.SetEnabled("a", True), "production", idempotency_key="k")
    assert (again.replayed, again.changes) == (False, ())


async def test_twins_at_once_are_one(world: World) -> None:
    command = c.CreateFlag({"key": "a"})
    done = await asyncio.gather(*(world.submit(command, idempotency_key="k") for _ in range(8)))
    assert len({submitted.change_set for submitted in done}) == 1
    assert sum(not submitted.replayed for submitted in done) == 1


# --- who may ----------------------------------------------------------------------------------


async def test_scopes_are_needed_in_every_environment_that_changes(world: World) -> None:
    await world.create("a")
    await world.submit(c.SetEnabled("a", True), "staging", by=who("edit", "staging"))
    for command, environments in (
        (c.SetEnabled("a", True), ("production",)),
        (c.SetEnabled("a", True), ENVIRONMENTS),
        (c.UpdateFlag("a", {"owner": "x"}), ()),
        (c.UpdateFlag("a", {"owner": "x"}), ("staging",)),
        (c.CreateFlag({"key": "b"}), ()),
        (c.ImportDocument({"flags": [{"key": "n", "type": "json", "variants": [
            {"key": "x", "value": 1}]}]}), ("staging",)),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            await world.submit(command, *environments, by=who("edit", "staging"))
    assert await versions(world) == {"production": 1, "staging": 2}


async def test_kill_turns_off_and_nothing_else(world: World) -> None:
    await world.create("a", enabled=True)
    await world.submit(c.SetEnabled("a", False), "production", by=who("kill"))
    for command in (c.SetEnabled("a", True), c.EditFlag("a", {"off": None}), c.Undo(2)):
        with pytest.raises(Forbidden):
            await world.submit(command, "production", by=who("kill"))


@pytest.mark.parametrize("scope", ["read", "approve"])
async def test_reading_and_approving_change_nothing(world: World, scope: Scope) -> None:
    await world.create("a")
    for command in (c.SetEnabled("a", False), c.SetEnabled("a", True)):
        with pytest.raises(Forbidden):
            await world.submit(command, "production", by=who(scope))


async def test_environments_are_made_by_administrators(world: World) -> None:
    with pytest.raises(Forbidden):
        await world.submit(c.CreateEnvironment("test"), by=who("edit"))
    with pytest.raises(Forbidden):
        await world.submit(c.CreateEnvironment("test"), by=who("admin", "staging"))
    await world.submit(c.CreateEnvironment("test"), by=who("admin"))


async def test_an_undo_needs_the_scope_wherever_it_reaches(world: World) -> None:
    await world.create("a")
    with pytest.raises(Forbidden):
        await world.submit(c.Undo(1), "staging", by=who("edit", "staging"))
    await world.submit(c.Undo(1), "staging", by=who("edit"))


# --- guards and validation --------------------------------------------------------------------


async def test_a_flag_in_use_is_not_archived(world: World) -> None:
    await world.create("a", "b", "c")
    world.observe.count(_Origin("production"), "a", "on", "STATIC", "checkout")
    with pytest.raises(Refused) as caught:
        await world.submit(c.ArchiveFlag("a"))
    assert caught.value.reason == "flag-in-use"
    assert "checkout" in caught.value.details[0]
    await world.submit(c.ArchiveFlag("b"))
    world.clock.move(hours=73)
    await world.submit(c.ArchiveFlag("a"))


async def test_the_hours_of_the_guard_are_a_setting() -> None:
    async with open_world(archive_guard_hours=0) as world:
        await world.create("a")
        world.observe.count(_Origin("production"), "a", "on", "STATIC", "checkout")
        await world.submit(c.ArchiveFlag("a"))


class _Origin:
    project = PROJECT

    def __init__(self, environment: str) -> None:
        self.environment = environment


async def test_undoing_a_creation_is_guarded_like_archiving(world: World) -> None:
    await world.create("a", "b")
    world.observe.count(_Origin("staging"), "a", "on", "STATIC", "checkout")
    with pytest.raises(Refused) as caught:
        await world.submit(c.Undo(1), "production")
    assert caught.value.reason == "flag-in-use"
    await world.submit(c.Undo(1, force=True), "production")
    assert list((await world.changes.document(PROJECT, "staging")).flags) == ["b"]


async def test_an_archived_key_is_not_used_again(world: World) -> None:
    await world.create("a")
    await world.submit(c.ArchiveFlag("a"))
    with pytest.raises(AlreadyExists):
        await world.create("a")
    await world.submit(c.RestoreFlag("a"))
    document = await world.changes.document(PROJECT, "staging")
    assert document.flags["a"].archived_at is None


async def test_a_document_beyond_the_limit_is_not_published() -> None:
    async with open_world(max_document_bytes=2_000) as world:
        await world.create("a")
        with pytest.raises(DocumentError) as caught:
            await world.submit(c.UpdateFlag("a", {"description": "x" * 2_000}))
        assert "the limit is 2000" in caught.value.problems[0].message
        assert await versions(world) == {"production": 1, "staging": 1}


async def test_environments_cannot_be_made_to_differ(world: World) -> None:
    await world.create("a")
    for entry in (
        {"kind": "flag", "key": "a", "body": None},
        {"kind": "flag", "key": "a", "fields": {"owner": "x"}},
    ):
        with pytest.raises(Refused) as caught:
            await world.submit(c.RestoreEntries((entry,), force=True), "staging")
        assert caught.value.reason == "environments-differ"


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (c.UpdateFlag("a", {"description": "\ud800"}), {}),
        (c.UpdateFlag("a", {"metadata": {"x": float("nan")}}), {}),
        (c.UpdateFlag("a", {"metadata": {"x": {1, 2}}}), {}),
        (c.UpdateFlag("a", {}), {"reason": "x" * 10_001}),
        (c.UpdateFlag("a", {}), {"reason": "\0"}),
        (c.UpdateFlag("a", {}), {"idempotency_key": ""}),
        (c.UpdateFlag("a", {}), {"idempotency_key": "a\nb"}),
    ],
)
async def test_what_cannot_be_written_down_is_refused(
    world: World, command: c.Command, more: dict[str, str]
) -> None:
    await world.create("a")
    with pytest.raises(DocumentError):
        await world.submit(command, **more)
    assert await versions(world) == {"production": 1, "staging": 1}


@pytest.mark.parametrize(
    ("command", "environments"),
    [
        (c.SetEnabled("a", True), ()),
        (c.ImportDocument({}), ()),
        (c.Undo(1), ()),
        (c.Undo(1), ENVIRONMENTS),
        (c.CreateEnvironment("x"), ("staging",)),
    ],
)
async def test_callers_name_the_environments(
    world: World, command: c.Command, environments: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="submitted"):
        await world.submit(command, *environments)


async def test_what_does_not_exist_is_not_found(world: World) -> None:
    await world.create("a")
    for command, environment in (
        (c.SetEnabled("a", True), "moon"),
        (c.SetEnabled("b", True), "production"),
        (c.Undo(9), "production"),
        (c.CopyEnvironment("moon"), "production"),
    ):
        with pytest.raises(NotFound):
            await world.submit(command, environment)
    with pytest.raises(NotFound):
        await world.changes.submit(
            c.SetEnabled("a", True), world.me, project="moon", environments={"production": None}
        )
    with pytest.raises(Refused):
        await world.submit(c.CopyEnvironment("staging"), "staging")


# --- environments -----------------------------------------------------------------------------


async def test_a_new_environment_is_version_one_and_audited(world: World) -> None:
    await world.create("a", enabled=True)
    done = await world.submit(c.CreateEnvironment("test", "Test", "staging"), reason="for us")
    assert [(change.environment, change.version) for change in done.changes] == [("test", 1)]
    assert (await world.changes.document(PROJECT, "test")).flags["a"].enabled
    entry = (await world.audit.list_entries(1))[0]
    assert (entry.action, entry.details["environment"]) == ("environment.created", "test")
    assert entry.reason == "for us"
    with pytest.raises(AlreadyExists):
        await world.submit(c.CreateEnvironment("test"))
    with pytest.raises(DocumentError):
        await world.submit(c.CreateEnvironment("No Key"))


async def test_a_failed_creation_leaves_no_environment(world: World) -> None:
    with pytest.raises(NotFound):
        await world.submit(c.CreateEnvironment("test", copy_from="moon"))
    assert "test" not in await versions(world)
    assert len(await world.audit.list_entries()) == 3  # the project and two environments


async def test_epochs_are_never_shared(world: World) -> None:
    found = await world.projects.list_environments(PROJECT)
    assert len({environment.epoch for environment in found}) == 2
    assert all(len(environment.epoch) == 16 for environment in found)


# --- telling ----------------------------------------------------------------------------------


async def test_subscribers_are_told_in_order_and_only_of_commits(world: World) -> None:
    await world.create("a")
    with pytest.raises(DocumentError):
        await world.submit(c.EditFlag("a", {"default": "maybe"}), "production")
    tasks = [world.submit(c.SetEnabled("a", i % 2 == 0), "production") for i in range(10)]
    await asyncio.gather(*tasks)
    told = [published.version for published in world.told if published.environment == "production"]
    assert told == list(range(1, 12))
    snapshot = await world.changes.snapshot(PROJECT, "production", 1)
    for published in world.told:
        if published.environment == "production" and published.version > 1:
            snapshot = apply(snapshot, decode_patch(published.patch))
    assert snapshot == await world.changes.snapshot(PROJECT, "production")


async def test_what_was_published_can_be_asked_for(world: World) -> None:
    await world.create("a")
    for on in (True, False, True):
        await world.submit(c.SetEnabled("a", on), "production")
    since = await world.changes.published_since(PROJECT, "production", 1)
    told = [published for published in world.told if published.environment == "production"]
    assert since == told[1:]
    few = await world.changes.published_since(PROJECT, "production", 0, limit=2)
    assert [published.version for published in few] == [1, 2]


def test_commands_know_how_far_they_reach() -> None:
    reach: dict[str, Any] = {name: command.reach for name, command in c.COMMANDS.items()}
    assert {name for name, value in reach.items() if value == "environment"} == {
        "edit_flag", "set_enabled", "kill", "put_segment", "remove_segment", "copy_environment",
        "promote_flag", "restore_version", "restore_entries",
    }  # fmt: skip


@pytest.mark.parametrize("command", [c.CopyEnvironment("staging"), c.PromoteFlag("a", "staging")])
async def test_nobody_takes_over_from_what_they_may_not_read(
    world: World, command: c.Command
) -> None:
    await world.create("a")
    with pytest.raises(Forbidden) as caught:
        await world.submit(command, "production", by=who("edit", "production"))
    assert caught.value.environment == "staging"
