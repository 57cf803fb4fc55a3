"""What holds for one request: values that a signed override gives, and the flags that it asked for.

A scope is bound by `contextvars`, so that a request's threads of work never see each other's.
Evaluations outside of requests cost nothing for it: clients look at scopes on the longer way only,
and are sent there while a scope is open that matters (`SCOPES`).
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.decision import Decision
from ..core.model import Json

if TYPE_CHECKING:
    from .serving import Serving

MAX_CHECKED = 1_000
"""How many flags of one request are noted; callers may make keys up without end."""


class Checked:
    """A flag that the request asked for: the last decision, and how often it was asked."""

    __slots__ = ("count", "decision")

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.count = 1


@dataclass(slots=True)
class Scope:
    """One request's. `values` are by flag, and `by` says who signed them.

    `checked` is None where nobody wants to know which flags were asked for. Once `open` is false it
    says nothing more: tasks that outlive the request are not part of it.
    """

    values: Mapping[str, Json] = field(default_factory=dict)
    by: str = ""
    checked: dict[str, Checked] | None = None
    open: bool = True

    @property
    def cause(self) -> str:
        """What decisions give as their cause."""
        return f"signed override by {self.by}"

    def note(self, decision: Decision) -> None:
        """Remember that a flag was asked for."""
        if self.checked is None:
            return
        known = self.checked.get(decision.flag)
        if known is not None:
            known.decision = decision
            known.count += 1
        elif len(self.checked) < MAX_CHECKED:
            self.checked[decision.flag] = Checked(decision)


SCOPE: ContextVar[Scope | None] = ContextVar("yardarm.scope", default=None)


def open_scope() -> Scope | None:
    """The scope of the request that runs here, if there is one."""
    scope = SCOPE.get()
    return scope if scope is not None and scope.open else None


class Scopes:
    """Sends every client of the process the longer way while `enter` outnumbers `leave`."""

    def __init__(self) -> None:
        self._entered = 0
        self._lock = threading.Lock()
        self._clients: weakref.WeakSet[Serving] = weakref.WeakSet()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._in_child)

    def join(self, serving: Serving) -> None:
        """A client is made: it is sent the way that holds, now and from now on."""
        with self._lock:
            self._clients.add(serving)
            serving.look_at_scopes(self._entered > 0)

    def enter(self) -> None:
        """Something has to be looked at from now on. In force when it returns."""
        self._step(1)

    def leave(self) -> None:
        """It need not be looked at any more."""
        self._step(-1)

    def _step(self, by: int) -> None:
        with self._lock:
            before, self._entered = self._entered, self._entered + by
            if (before > 0) != (self._entered > 0):
                for serving in list(self._clients):
                    serving.look_at_scopes(self._entered > 0)

    def _in_child(self) -> None:
        """Another thread of the parent may have held the lock. What is entered stays so."""
        self._lock = threading.Lock()


SCOPES = Scopes()
