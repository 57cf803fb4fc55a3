"""Which function answers a flag asked for as a type: what an evaluation looks up.

One `Tables` belongs to one version. A table is filled on first use: the flag is compiled, and
whatever speaks against using it (no such flag, another type) becomes a function that answers the
caller's fallback, so that an evaluation itself has no special cases.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

from ..core.decision import FLAG_NOT_FOUND, GENERAL, PROVIDER_NOT_READY, STATIC, TYPE_MISMATCH
from ..core.evaluate import ACCEPTS
from ..core.model import FLAG_TYPES, FlagType
from ..core.outcome import Outcome
from ..core.program import Program
from .counting import Counting
from .local import NOTHING_LOCAL, LocalValues, value_as, variant_word
from .seen import Answer, Counted

Wanted: TypeAlias = FlagType | Literal["variant"]
"""What a flag is asked for as: a type, or the variant of whatever type it is."""

MAX_FAILING = 10_000
"""How many failing keys a table keeps functions for; callers may make keys up without end."""


def accepted(wanted: Wanted) -> frozenset[FlagType]:
    """The types of flags that answer when they are asked for as this."""
    return frozenset(FLAG_TYPES) if wanted == "variant" else ACCEPTS[wanted]


class Table(dict[str, Answer]):
    """The functions of one type, by flag key. `failures` are the outcomes of those that fail."""

    __slots__ = ("_accepted", "_counting", "_local", "_program", "_wanted", "failures")

    def __init__(
        self, program: Program | None, wanted: Wanted, counting: Counting,
        local: LocalValues = NOTHING_LOCAL,
    ) -> None:  # fmt: skip
        super().__init__()
        self._local = local
        self._program = program
        self._wanted = wanted
        self._accepted = accepted(wanted)
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
            return self._unknown(key, PROVIDER_NOT_READY, "no flags have been received yet")
        try:
            compiled = self._program.compiled(key)
        except KeyError:
            return self._unknown(key, FLAG_NOT_FOUND, "there is no flag with this key")
        except Exception as error:
            cause = f"the flag cannot be compiled: {type(error).__name__}"
            return self._fail(key, GENERAL, cause)
        if compiled.type is not None and compiled.type not in self._accepted:
            cause = f"the flag is of type {compiled.type}, asked for as {self._wanted}"
            return self._fail(key, TYPE_MISMATCH, cause)
        return cast(Answer, compiled.run), None

    def _unknown(self, key: str, error: str, cause: str) -> tuple[Answer, Counted | None]:
        """The answer for a flag that no document has: its local value, if it has one."""
        said = self._local.find(key) if self._local else None
        if said is None:
            return self._fail(key, error, cause)
        fits, value = value_as(self._wanted, said.value)
        if not fits:
            cause = f"{said.source} says {said.value!r:.100}, asked for as {self._wanted}"
            return self._fail(key, TYPE_MISMATCH, cause)
        made = Outcome(value, variant_word(said.value), STATIC, cause=said.source)
        outcome = self._counting.local(key, made)

        def answer(u: Any, kinds: Any, now: Any) -> Counted:
            return outcome

        return answer, None

    def _fail(self, key: str, error: str, cause: str) -> tuple[Answer, Counted]:
        outcome = self._counting.stranger(key, error, cause)

        def answer(u: Any, kinds: Any, now: Any) -> Counted:
            return outcome

        return answer, outcome


class Tables:
    """The tables of one version. Immutable but for what they compile on first use."""

    __slots__ = ("boolean", "integer", "json", "number", "program", "string", "variant")

    def __init__(
        self, program: Program | None, counting: Counting, local: LocalValues = NOTHING_LOCAL
    ) -> None:
        self.program = program
        self.boolean = Table(program, "boolean", counting, local)
        self.string = Table(program, "string", counting, local)
        self.integer = Table(program, "integer", counting, local)
        self.number = Table(program, "number", counting, local)
        self.json = Table(program, "json", counting, local)
        self.variant = Table(program, "variant", counting, local)

    def of(self, wanted: Wanted) -> Table:
        """The table for a type."""
        table: Table = getattr(self, wanted)
        return table


class Closed(Table):
    """A table in which nothing is ever found, so that every evaluation takes the longer way."""

    __slots__ = ()

    def __missing__(self, key: str) -> Answer:
        raise KeyError(key)
