"""The row of an environment that is being made."""

from __future__ import annotations

from datetime import datetime

from ..projects.model import check_key, check_name
from ..store.projects import EnvironmentRow, ProjectRow
from .commands import CreateEnvironment
from .history import empty
from .model import GENESIS
from .prepare import size_of


def new_row(
    command: CreateEnvironment, project: ProjectRow, at: datetime, *, epoch: str
) -> EnvironmentRow:
    """The environment at version 0, not stored yet. Raises `DocumentError` for a key or a name."""
    key, nothing = check_key(command.key), empty(epoch)
    return EnvironmentRow(
        id=0,
        project_id=project.id,
        project=project.key,
        key=key,
        name=check_name(command.name, key),
        epoch=epoch,
        version=0,
        root=nothing.root,
        head=GENESIS,
        bytes=size_of(nothing),
        created_at=at,
    )
