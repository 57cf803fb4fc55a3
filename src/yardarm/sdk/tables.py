"""Which function answers a flag asked for as a type: what an evaluation looks up.

One `Tables` belongs to one version. A table is filled on first use: the flag is compiled, and
whatever speaks against using it (no such flag, another type) becomes a function that answers the
caller's fallback, so that an evaluation itself has no special cases.
"""

from __future__ import annotations

from typing import Any, cast

from ..core.decision import FLAG_NOT_FOUND, GENERAL, PROVIDER_NOT_READY, TYPE_MISMATCH
from ..core.evaluate import ACCEPTS
from ..core.model import FlagType
from ..core.program import Program
from .counting import Counting
from .seen import Answer, Counted

MAX_FAILING = 10_000
"""How many failing keys a table keeps functions for; callers may make keys up without end."""


class Table(dict[str, Answer]):
    """The functions of one type, by flag key. `failures` are the outcomes of those that fail."""

    __slots__ = ("_accepted", "_counting", "_program", "_wanted", "failures")

    def __init__(self, program: Program | None, wanted: FlagType, counting: Counting) -> None:
        super().__init__()
        self._program = program
        self._wanted = wanted
        self._accepted = ACCEPTS[wanted]
        self._counting = counting
        self.failures: dict[str, Counted] = {}

    def __missing__(self, key: str) -> Answer:
        if type(key) is not str:
            if not issubclass(type(key), str):
                raise TypeError("a flag key is text")
            return self[str.__str__(key)]  # a StrEnum's member
        answer, failure = self._find(key)
        if failure is None:
            self[key] = answer
        elif len(self.failures) < MAX_FAILING:
            self.failures[key] = failure
            self[key] = answer
        return answer

    def _find(self, key: str) -> tuple[Answer, Counted | None]:
        if self._program is None:
            return self._fail(key, PROVIDER_NOT_READY, "no flags have been received yet")
        try:
            compiled = self._program.compiled(key)
        except KeyError:
            return self._fail(key, FLAG_NOT_FOUND, "there is no flag with this key")
        except Exception as error:
            cause = f"the flag cannot be compiled: {type(error).__name__}"
            return self._fail(key, GENERAL, cause)
        if compiled.type is not None and compiled.type not in self._accepted:
            cause = f"the flag is of type {compiled.type}, asked for as {self._wanted}"
            return self._fail(key, TYPE_MISMATCH, cause)
        return cast(Answer, compiled.run), None

    def _fail(self, key: str, error: str, cause: str) -> tuple[Answer, Counted]:
        outcome = self._counting.stranger(key, error, cause)

        def answer(u: Any, kinds: Any, now: Any) -> Counted:
            return outcome

        return answer, outcome


class Tables:
    """The tables of one version. Immutable but for what they compile on first use."""

    __slots__ = ("boolean", "integer", "json", "number", "program", "string")

    def __init__(self, program: Program | None, counting: Counting) -> None:
        self.program = program
        self.boolean = Table(program, "boolean", counting)
        self.string = Table(program, "string", counting)
        self.integer = Table(program, "integer", counting)
        self.number = Table(program, "number", counting)
        self.json = Table(program, "json", counting)

    def of(self, wanted: FlagType) -> Table:
        """The table for a type."""
        table: Table = getattr(self, wanted)
        return table


class Closed(Table):
    """A table in which nothing is ever found, so that every evaluation takes the longer way."""

    __slots__ = ()

    def __missing__(self, key: str) -> Answer:
        raise KeyError(key)
