"""Which environments a request is about, and whether its caller may change them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..access.errors import Forbidden
from ..store.projects import EnvironmentRow
from . import commands as c
from .errors import NotFound, Refused
from .idempotency import Request
from .policy import scopes


def check_targets(command: c.Command, given: Mapping[str, int | None] | None) -> None:
    """Refuses what no correct caller asks for."""
    if isinstance(command, c.Undo) and (given is None or len(given) != 1):
        raise ValueError("Undo is submitted for exactly one environment")
    if isinstance(command, c.CreateEnvironment) and given is not None:
        raise ValueError("CreateEnvironment is submitted with environments=None")
    needs = command.reach == "environment" or isinstance(command, c.ImportDocument)
    if needs and not given:
        raise ValueError(f"{command.type} is submitted for one or more environments")


def targets_of(
    command: c.Command,
    given: Mapping[str, int | None] | None,
    rows: Mapping[str, EnvironmentRow],
    project: str,
) -> tuple[str, ...]:
    """The environments that the command is for. Raises `NotFound`."""
    if isinstance(command, c.CreateEnvironment):
        return (command.key,)
    for key in given or ():
        if key not in rows:
            raise NotFound("environment", key, project)
    narrow = command.reach == "environment" or isinstance(command, c.ImportDocument | c.Undo)
    return tuple(given or ()) if narrow else tuple(rows)


def permit(request: Request, environment: str | None) -> None:
    """Raises `Forbidden`, also for who may not read what the command takes over from."""
    wanted, principal = scopes(request.command), request.principal
    if not principal.may_any(wanted, request.project, environment):
        raise Forbidden(principal.actor, wanted, request.project, environment or "")
    source = source_of(request.command)
    if source is not None and not principal.may("read", request.project, source):
        raise Forbidden(principal.actor, ("read",), request.project, source)


def source_of(command: c.Command) -> str | None:
    """The environment that a command takes over from."""
    match command:
        case c.CopyEnvironment(source=source) | c.PromoteFlag(source=source):
            return source
        case c.CreateEnvironment(copy_from=source):
            return source
        case _:
            return None


def concerned(
    command: c.Command,
    rows: Mapping[str, EnvironmentRow],
    targets: tuple[str, ...],
    back: Iterable[str],
) -> list[str]:
    """The environments whose documents the command needs to see."""
    if isinstance(command, c.CopyEnvironment | c.PromoteFlag):
        if command.source not in rows:
            raise NotFound("environment", command.source)
        if command.source in targets:
            raise Refused("same-environment", "an environment cannot be copied onto itself")
        return list(dict.fromkeys([*targets, command.source]))
    if command.reach == "project" or isinstance(command, c.RestoreEntries):
        return list(rows)  # flags are alike in all of them, which is checked
    return list(dict.fromkeys([*targets, *back]))
