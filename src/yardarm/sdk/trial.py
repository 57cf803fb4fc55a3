"""What tests say to every client of the process; `yardarm.testing` speaks to it.

One `Trial` holds at a time. Clients join when they are made, and are told when it changes: values
that go before everything, a document that is served instead of their own, no flags at all, and a
hook that sees each evaluation. Outside of tests there is an empty one, which costs nothing.

A program that a test starts finds the values in the variable `YARDARM_TEST_FLAGS`.
"""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.model import Json
from .hooks import Hook

if TYPE_CHECKING:
    from ..core.snapshot import Snapshot
    from .serving import Serving

VARIABLE = "YARDARM_TEST_FLAGS"
"""The environment variable that carries a trial to programs that a test starts."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What holds. `values` are by flag; with `bare` clients have no flags but those.

    `snapshot` is served instead of what a client's source has.
    """

    values: Mapping[str, Json] = field(default_factory=dict)
    bare: bool = False
    snapshot: Snapshot | None = None
    hooks: tuple[Hook, ...] = ()

    def to_text(self) -> str:
        """What a program that is started needs to know, as JSON."""
        return json.dumps({"values": dict(self.values), "bare": self.bare})

    @classmethod
    def from_text(cls, text: str) -> Trial:
        """What the program that started this one says; nothing, where it makes no sense."""
        try:
            found = json.loads(text)
            values, bare = found["values"], found["bare"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return cls()
        return cls(values if isinstance(values, dict) else {}, bare is True)


class Trials:
    """Tells the clients of the process. `now` is what holds."""

    def __init__(self) -> None:
        self.now = Trial.from_text(os.environ.get(VARIABLE, ""))
        self._lock = threading.Lock()
        self._clients: weakref.WeakSet[Serving] = weakref.WeakSet()

    def join(self, serving: Serving) -> None:
        """A client is made: it is told what holds, now and from now on."""
        with self._lock:
            self._clients.add(serving)
        if self.now != Trial():
            serving.try_out(self.now)

    def hold(self, trial: Trial) -> Trial:
        """Have this hold from now on; gives what held before. In force when it returns."""
        with self._lock:
            before, self.now = self.now, trial
            clients = list(self._clients)
        for serving in clients:
            serving.try_out(trial)
        return before


TRIALS = Trials()
