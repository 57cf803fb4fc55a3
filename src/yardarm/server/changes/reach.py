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
    if is_narrow(command) and not given:
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
    if is_narrow(command) or isinstance(command, c.Undo):
        return tuple(given or ())
    return tuple(rows)


def is_narrow(command: c.Command) -> bool:
    """Whether it has to be said for which environments the command is."""
    if isinstance(command, c.Together):
        return any(is_narrow(each) for each in command.each())
    return command.reach == "environment" or isinstance(command, c.ImportDocument)


def permit(request: Request, environment: str | None) -> None:
    """Raises `Forbidden`, also for who may not read what the command takes over from."""
    wanted, principal = scopes(request.command), request.principal
    if not principal.may_any(wanted, request.project, environment):
        raise Forbidden(principal.actor, wanted, request.project, environment or "")
    for source in sources_of(request.command):
        if not principal.may("read", request.project, source):
            raise Forbidden(principal.actor, ("read",), request.project, source)


def sources_of(command: c.Command) -> tuple[str, ...]:
    """The environments that a command takes over from."""
    match command:
        case c.CopyEnvironment(source=source) | c.PromoteFlag(source=source):
            return (source,)
        case c.CreateEnvironment(copy_from=str(source)):
            return (source,)
        case c.Together():
            return tuple(dict.fromkeys(s for each in command.each() for s in sources_of(each)))
        case _:
            return ()


def concerned(
    command: c.Command,
    rows: Mapping[str, EnvironmentRow],
    targets: tuple[str, ...],
    back: Iterable[str],
) -> list[str]:
    """The environments whose documents the command needs to see."""
    sources = () if isinstance(command, c.CreateEnvironment) else sources_of(command)
    for source in sources:
        if source not in rows:
            raise NotFound("environment", source)
        if source in targets:
            raise Refused("same-environment", "an environment cannot be copied onto itself")
    if command.reach == "project" or isinstance(command, c.RestoreEntries):
        return list(rows)  # flags are alike in all of them, which is checked
    return list(dict.fromkeys([*targets, *sources, *back]))
