"""Properties of histories: what is taken back is as before, nothing is lost, nothing is hidden."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.generated_commands import COMMANDS, KEYS, REFUSALS, STEPS, targets
from tests.oracle.generate import documents
from tests.server_world import ENVIRONMENTS, PROJECT, World, open_world

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.codec import document_to_json
from yardarm.server.changes import commands as c
from yardarm.server.changes.apply import apply
from yardarm.server.changes.entries import inverse_entries, restored, touched
from yardarm.server.changes.occasion import Occasion
from yardarm.server.changes.past import Moment
from yardarm.server.changes.prepare import following


def bare(document: m.Document) -> Any:
    """The document without the numbers that tell when something changed."""
    value = document_to_json(document)
    for kind in ("flags", "segments"):
        for item in value[kind].values():
            item.pop("version", None)
    return value["flags"], value["segments"]


def back_from(after: m.Document, before: m.Document) -> tuple[dict[str, Any], ...]:
    return inverse_entries(before, after, touched(before, after))


# --- the way back -----------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents(), documents())
def test_the_inverse_of_any_difference_leads_back(before: m.Document, after: m.Document) -> None:
    entries = back_from(after, before)
    command = c.command_from_json(c.command_to_json(c.RestoreEntries(entries)))
    assert isinstance(command, c.RestoreEntries)
    assert bare(restored(after, command.entries)) == bare(before)
    assert (entries == ()) == (bare(before) == bare(after))


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(st.lists(COMMANDS, max_size=6), COMMANDS)
def test_apply_then_inverse_is_identity(history: list[c.Command], command: c.Command) -> None:
    documents_ = {at: m.Document(epoch=at) for at in ENVIRONMENTS}
    for earlier in history:
        documents_ |= applied(earlier, documents_)
    after = applied(command, documents_)
    assume(after)
    for at, document in after.items():
        before = documents_[at]
        assert document.version == before.version + 1
        inverse = c.RestoreEntries(back_from(document, before))
        back = apply(inverse, {at: document}, Occasion((at,), "", str))[at]
        assert bare(back) == bare(before)
        assert back.version == before.version + 2
        again = c.RestoreEntries(back_from(back, document))
        assert bare(apply(again, {at: back}, Occasion((at,), "", str))[at]) == bare(document)


def applied(command: c.Command, given_: dict[str, m.Document]) -> dict[str, m.Document]:
    try:
        numbers = iter(range(1_000))
        occasion = Occasion(("staging",), "2026-03-01T00:00:00Z", lambda: f"r{next(numbers)}")
        return apply(command, given_, occasion)
    except REFUSALS:
        return {}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(documents(), documents())
def test_a_snapshot_made_from_the_difference_is_the_whole_one(
    before: m.Document, after: m.Document
) -> None:
    before = replace(before, epoch="e", version=4)
    after = replace(after, epoch="e", version=5)
    made = following(s.from_document(before), after, touched(before, after))
    assert made == s.from_document(after)
    assert s.apply(s.from_document(before), s.between(s.from_document(before), made)) == made


# --- whole histories --------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_any_history_is_gapless_linked_and_replayable(
    steps: list[tuple[c.Command, str]],
) -> None:
    asyncio.run(_history(steps))


async def _history(steps: list[tuple[c.Command, str]]) -> None:
    async with open_world() as world:
        for key in KEYS[:2]:
            await world.create(key)
        kept: dict[tuple[str, int], s.Snapshot] = {}
        for command, environment in steps:
            world.clock.move(seconds=1)
            before = {at: await world.changes.snapshot(PROJECT, at) for at in ENVIRONMENTS}
            try:
                done = await world.submit(command, *targets(command, environment))
            except REFUSALS:
                after = {at: await world.changes.snapshot(PROJECT, at) for at in ENVIRONMENTS}
                assert after == before  # what is refused changes nothing
                continue
            for change in done.changes:
                assert change.version == before[change.environment].version + 1
                now = await world.changes.snapshot(PROJECT, change.environment)
                kept[(change.environment, change.version)] = now
        await _check_history(world, kept)


async def _check_history(world: World, kept: dict[tuple[str, int], s.Snapshot]) -> None:
    told: dict[str, list[int]] = {at: [] for at in ENVIRONMENTS}
    for published in world.told:
        told[published.environment].append(published.version)
    for at in ENVIRONMENTS:
        report = await world.changes.verify_chain(PROJECT, at)
        assert report.faults == ()
        assert told[at] == list(range(1, report.length + 1))
    for (at, version), snapshot in kept.items():
        assert await world.changes.snapshot(PROJECT, at, version) == snapshot
    keys = [(await world.changes.document(PROJECT, at)).flags.keys() for at in ENVIRONMENTS]
    assert keys[0] == keys[1]


# --- ranges taken back, and what a comparison says leads from here to there ------------------


HISTORIES = st.lists(STEPS, min_size=3, max_size=10)
_SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


async def _lived(world: World, steps: list[tuple[c.Command, str]]) -> int:
    """A history; the version that it leads production to."""
    for key in KEYS[:2]:
        await world.create(key)
    for command, environment in steps:
        world.clock.move(seconds=1)
        with suppress(*REFUSALS):
            await world.submit(command, *targets(command, environment))
    return (await world.changes.document(PROJECT, "production")).version


def run(work: Any) -> None:
    """Run what may find nothing to do: such an example counts as none."""
    assume(asyncio.run(work) is not False)


@_SLOW
@given(HISTORIES, st.integers(0, 20))
def test_everything_since_a_version_taken_back_is_that_version_again(
    steps: list[tuple[c.Command, str]], back: int
) -> None:
    run(_everything_since(steps, back))


async def _everything_since(steps: list[tuple[c.Command, str]], back: int) -> bool:
    async with open_world() as world:
        last = await _lived(world, steps)
        first = max(2, last - back)  # 1 made the flag that the environment began with
        before = await world.changes.document(PROJECT, "production")
        try:
            done = await world.submit(c.Undo(first, through=last, force=True), "production")
        except REFUSALS:
            return False  # the other environment stands in the way
        then = await world.changes.document(PROJECT, "production", first - 1)
        now = await world.changes.document(PROJECT, "production")
        assert bare(now) == bare(then)
        if any(change.environment == "production" for change in done.changes):
            await world.submit(c.Undo(now.version, force=True), "production")
            again = await world.changes.document(PROJECT, "production")
            assert bare(again) == bare(before)
    return True


@_SLOW
@given(HISTORIES, st.integers(0, 20), st.integers(0, 3))
def test_a_range_takes_back_exactly_what_it_did(
    steps: list[tuple[c.Command, str]], where: int, more: int
) -> None:
    run(_exactly(steps, where, more))


async def _exactly(steps: list[tuple[c.Command, str]], where: int, more: int) -> bool:
    async with open_world() as world:
        newest = await _lived(world, steps)
        before = parts(await world.changes.document(PROJECT, "production"))
        for offset in range(newest - 1):  # the first range that nothing stands in the way of
            first = 2 + (where + offset) % (newest - 1)
            last = min(first + more, newest)
            with suppress(*REFUSALS):
                await world.submit(c.Undo(first, through=last), "production")
                await _check_range(world, before, first, last)
                return True
    return False


async def _check_range(
    world: World, before: dict[tuple[str, str, str], Any], first: int, last: int
) -> None:
    then = parts(await world.changes.document(PROJECT, "production", first - 1))
    now = parts(await world.changes.document(PROJECT, "production"))
    did = set()
    for version in range(first, last + 1):
        change = await world.changes.get_change(PROJECT, "production", version)
        for entry in change.inverse["entries"]:
            at = (entry["kind"], entry["key"])
            names = {name for *on, name in {*then, *now, *before} if tuple(on) == at}
            did |= {(*at, name) for name in (names if "body" in entry else entry["fields"])}
    for part in {*then, *now, *before}:
        expected = then if part in did else before
        assert now.get(part) == expected.get(part), part


def parts(document: m.Document) -> dict[tuple[str, str, str], Any]:
    """Every field of every flag and segment, as text that tells true from 1."""
    return {
        (kind, key, name): json.dumps(value, sort_keys=True)
        for kind, items in zip(("flag", "segment"), bare(document), strict=True)
        for key, item in items.items()
        for name, value in item.items()
    }


@_SLOW
@given(HISTORIES, st.sampled_from(ENVIRONMENTS), st.integers(0, 12) | st.none())
def test_what_a_comparison_proposes_leads_there(
    steps: list[tuple[c.Command, str]], environment: str, version: int | None
) -> None:
    run(_leads_there(steps, Moment(environment, version)))


async def _leads_there(steps: list[tuple[c.Command, str]], there: Moment) -> bool:
    async with open_world() as world:
        await _lived(world, steps)
        here = Moment("production")
        try:
            _, other, found = await world.past.compare(PROJECT, here, there)
        except REFUSALS:
            return False  # there was no such version
        if not found.commands:
            return not found.edits
        (command,) = found.commands
        assert isinstance(command, c.CopyEnvironment | c.PromoteFlag | c.RestoreVersion
                          | c.RestoreEntries)  # fmt: skip
        try:
            await world.submit(replace(command, force=True), "production")
        except REFUSALS:
            return False  # what is needed there is not here any more
        # What was copied may be asked for as it was, whatever the source is now.
        then = Moment(there.environment, other.document.version)
        _, _, left = await world.past.compare(PROJECT, here, then)
        assert left.commands == ()
    return True


# --- tampering --------------------------------------------------------------------------------

COLUMNS = {
    "changes": ["version", "change_set", "command", "actor", "reason", "at", "movement", "inverse",
                "root", "patch_hash", "prev_hash", "hash", "patch"],
    "lines": ["kind", "key", "body"],
    "audit_entries": ["number", "at", "actor", "action", "details", "reason", "prev_hash", "hash"],
}  # fmt: skip


@pytest.fixture(scope="module")
def history() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "yardarm.db"
        asyncio.run(_make_history(path))
        yield path


async def _make_history(path: Path) -> None:
    async with open_world(f"sqlite:///{path}", "production") as world:
        await world.create("a", "b")
        await world.submit(c.PutSegment({"key": "s"}), "production")
        for number in range(9):
            world.clock.move(seconds=1)
            await world.submit(c.SetEnabled(KEYS[number % 2], number % 4 < 2), "production")
        for number in range(5):
            await world.projects.create_project("ann", f"project-{number}")


@contextmanager
def copy_of(path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        source, target = sqlite3.connect(path), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        yield copy, target


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_tampering_with_a_row_is_found(history: Path, data: st.DataObject) -> None:
    with copy_of(history) as (copy, connection):
        table = data.draw(st.sampled_from(sorted(COLUMNS)))
        rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table}")]
        row = data.draw(st.sampled_from(rows))
        column = data.draw(st.sampled_from([*COLUMNS[table], "DELETE"]))
        if column == "DELETE":
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        else:
            (was,) = connection.execute(
                f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)
            ).fetchone()
            altered = data.draw(alterations(was))
            try:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (altered, row)
                )
            except sqlite3.IntegrityError:
                assume(False)
        connection.commit()
        connection.close()
        assert not asyncio.run(_whole(copy))


def alterations(was: Any) -> st.SearchStrategy[Any]:
    """Other values of the same type: a flipped bit, a cut, an insertion, another number."""
    if isinstance(was, int):
        return st.integers(0, 1_000).filter(lambda now: now != was)
    text = was.encode() if isinstance(was, str) else was

    def alter(position: int, how: str, byte: int) -> bytes:
        at = position % (len(text) + 1)
        if how == "insert":
            return bytes(text[:at] + bytes([byte]) + text[at:])
        if how == "cut":
            return bytes(text[:at] + text[at + 1 :])
        return bytes(text[:at] + bytes([byte]) + text[at + 1 :])

    made = st.builds(
        alter,
        st.integers(0, 10_000),
        st.sampled_from(["insert", "cut", "put"]),
        st.integers(33, 126),
    ).filter(lambda now: now != text)
    return made.map(lambda now: now.decode()) if isinstance(was, str) else made


async def _whole(path: Path) -> bool:
    """Whether nothing is found in either chain."""
    async with open_world(f"sqlite:///{path}", "production") as world:
        system = await world.audit.verify()
        return system.whole and (await world.changes.verify_chain(PROJECT, "production")).whole
