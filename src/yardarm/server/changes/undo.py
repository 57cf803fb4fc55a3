"""What going back means: which entries are put back, in which environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yardarm.core import model as m
from yardarm.core.codec import flag_to_json
from yardarm.core.snapshot import to_document

from ..store.changes import ChangeRow
from ..store.database import Transaction
from ..store.errors import NotFound
from ..store.projects import EnvironmentRow
from . import commands as c
from .entries import overlap
from .errors import Conflict, Refused
from .history import past_snapshot
from .state import describe, off_loop

Back = dict[str, tuple[Mapping[str, Any], ...]]
"""Entries to put, in their order, by environment."""

MAX_RANGE = 1_000
"""How many versions are taken back at once."""


async def way_back(
    transaction: Transaction,
    command: c.Command,
    rows: Mapping[str, EnvironmentRow],
    targets: tuple[str, ...],
) -> Back:
    """For a command that restores the past, what to put back; nothing for other commands.

    Raises `NotFound`, `Refused` for a range that is none, and `Conflict` when a later version
    touched the same parts, unless forced.
    """
    if isinstance(command, c.Undo):
        return await _undone(transaction, command, rows, rows[targets[0]])
    flags: dict[int, list[str]] = {}
    for each in command.each() if isinstance(command, c.Together) else (command,):
        if isinstance(each, c.RestoreVersion):
            flags.setdefault(each.version, []).append(each.flag)
    back: Back = {}
    for version, keys in flags.items():
        for at in targets:
            found = await _as_they_were(transaction, rows[at], keys, version)
            back[at] = (*back.get(at, ()), *found)
    return back


async def _undone(
    transaction: Transaction,
    command: c.Undo,
    rows: Mapping[str, EnvironmentRow],
    row: EnvironmentRow,
) -> Back:
    """What a command did to the whole project is taken back in all of its change set."""
    taken = await _together(transaction, await _range(transaction, command, row))
    environments = {each.id: each for each in rows.values()}
    back: Back = {}
    for environment_id, changes in taken.items():
        environment = environments.get(environment_id)
        if environment is None:
            continue
        if not command.force:
            await _need_untouched(transaction, environment, changes)
        newest_first = sorted(changes, key=lambda change: -change.version)
        back[environment.key] = tuple(
            entry for change in newest_first for entry in change.inverse["entries"]
        )
    return back


async def _range(
    transaction: Transaction, command: c.Undo, row: EnvironmentRow
) -> Sequence[ChangeRow]:
    first, last = command.version, command.through or command.version
    if not first <= last < first + MAX_RANGE:
        raise Refused(
            "range",
            f"{first} to {last} is no range of changes that can be taken back",
            hint=f"the older version comes first, and at most {MAX_RANGE} go at once",
        )
    for version in (first, last):
        if version < 1 or version > row.version:
            raise NotFound("change", str(version), f"{row.project}/{row.key}")
    return await transaction.changes.after(row.id, first - 1, last - first + 1, last)


async def _together(
    transaction: Transaction, changes: Sequence[ChangeRow]
) -> dict[int, list[ChangeRow]]:
    """These changes, and for those of the whole project the others made with them."""
    taken: dict[int, dict[int, ChangeRow]] = {}
    for change in changes:
        made_by = c.COMMANDS.get(change.command.get("type", ""))
        whole = made_by is not None and made_by.reach == "project"
        made = await transaction.changes.in_change_set(change.change_set) if whole else [change]
        for each in made:
            taken.setdefault(each.environment_id, {})[each.version] = each
    return {at: list(by_version.values()) for at, by_version in taken.items()}


async def _need_untouched(
    transaction: Transaction, environment: EnvironmentRow, changes: Sequence[ChangeRow]
) -> None:
    versions = {change.version for change in changes}
    later = [
        (version, inverse.get("entries", ()))
        for version, inverse in await transaction.changes.inverses_after(
            environment.id, min(versions)
        )
        if version not in versions
    ]
    for change in changes:
        since = [
            version
            for version, entries in later
            if version > change.version and overlap(change.inverse["entries"], entries)
        ]
        if since:
            raise Conflict(
                environment.key, change.version, environment.version, changed_since=since
            )


async def _as_they_were(
    transaction: Transaction, row: EnvironmentRow, flags: Sequence[str], version: int
) -> list[dict[str, Any]]:
    """The entries that set flags back to a version, of which the past is read once."""
    if not 0 <= version <= row.version:
        raise NotFound("change", str(version), f"{row.project}/{row.key}")
    snapshot = await past_snapshot(transaction, row, version)
    found = (await off_loop(row.bytes, to_document, snapshot, describe(row))).flags
    for key in flags:
        if key not in found:
            raise NotFound("flag", key, f"{row.key} at version {version}")
    return [{"kind": "flag", "key": key, "fields": _fields(found[key])} for key in flags]


def _fields(flag: m.Flag) -> dict[str, Any]:
    body = flag_to_json(flag)
    return {name: body.get(name) for name in c.ENVIRONMENT_FIELDS}
