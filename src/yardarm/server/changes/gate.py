"""What may stand between a valid command and its being written: budgets, freezes, approval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from ..store.database import Transaction
from . import commands as c
from .errors import Refused
from .idempotency import Request
from .model import Submitted
from .rehearsal import Rehearsal

EMERGENCY = "emergency"
"""What the movement of a change has as true when nothing was asked for."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """What was judged, and may be written as long as it is still so.

    `versions` are the environments' versions that were looked at; when one has moved on, the
    command is judged again. `movement` is what each environment's change records of it.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    movement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class MovedOn(Exception):
    """What was judged is not what is there any more: judge again. Whoever passes a clearance to
    `Changes.submit` gets this; where the gate cleared, `submit` itself asks it again."""


Rehearse: TypeAlias = Callable[[], Awaitable[Rehearsal]]
Along: TypeAlias = Callable[[Transaction, Submitted], Awaitable[None]]
"""What is written in the same transaction as the changes, or not at all."""


class Gate(Protocol):
    """Judges commands before they are written."""

    async def asks(self, request: Request) -> bool:
        """Whether it may have anything to say about a request. Cheap, and asked for each."""

    async def clear(self, request: Request, rehearse: Rehearse) -> Clearance | None:
        """None where nothing is asked for. Raises what keeps the command from being written."""


def is_emergency(movement: Any) -> bool:
    """Whether a change, by the movement it recorded, was an emergency that no gate had judged.

    Whoever follows `Changes.subscribe` finds that movement in the change of the same version.
    """
    return isinstance(movement, Mapping) and movement.get(EMERGENCY) is True


def passes(request: Request) -> bool:
    """Whether a command waits for nobody: a kill, or an emergency.

    Raises `Refused` for an emergency without a reason.
    """
    if request.emergency and not request.reason.strip():
        raise Refused("reason-missing", "an emergency needs a reason", hint="say why, for the log")
    return request.emergency or isinstance(request.command, c.Kill)
