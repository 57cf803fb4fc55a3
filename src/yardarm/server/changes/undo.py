"""What taking a version back means: which entries go back, in which environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..store.changes import ChangeRow
from ..store.database import Transaction
from ..store.errors import NotFound
from ..store.projects import EnvironmentRow
from . import commands as c
from .entries import overlap
from .errors import Conflict


@dataclass(frozen=True, slots=True)
class Step:
    """Entries to put back in one environment."""

    environment: str
    entries: tuple[Mapping[str, Any], ...]


async def steps_back(
    transaction: Transaction,
    command: c.Command,
    rows: Mapping[str, EnvironmentRow],
    targets: tuple[str, ...],
) -> list[Step]:
    """For an `Undo`, what to put back; nothing for other commands.

    What a command did to the whole project is taken back in every environment of its change set.
    Raises `NotFound`, and `Conflict` when a later version touched the same parts, unless forced.
    """
    if not isinstance(command, c.Undo):
        return []
    row = rows[targets[0]]
    change = await transaction.changes.find(row.id, command.version)
    if change is None:
        raise NotFound("change", str(command.version), f"{row.project}/{row.key}")
    changes = [change]
    made_by = c.COMMANDS.get(change.command.get("type", ""))
    if made_by is not None and made_by.reach == "project":
        changes = list(await transaction.changes.in_change_set(change.change_set))
    environments = {each.id: each for each in rows.values()}
    steps = []
    for each in changes:
        environment = environments.get(each.environment_id)
        if environment is not None:
            if not command.force:
                await _need_untouched(transaction, environment, each)
            steps.append(Step(environment.key, tuple(each.inverse["entries"])))
    return steps


async def _need_untouched(
    transaction: Transaction, environment: EnvironmentRow, change: ChangeRow
) -> None:
    entries = change.inverse["entries"]
    later = await transaction.changes.inverses_after(environment.id, change.version)
    since = [version for version, inverse in later if overlap(entries, inverse.get("entries", ()))]
    if since:
        raise Conflict(environment.key, change.version, environment.version, changed_since=since)
