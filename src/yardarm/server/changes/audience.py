"""Who gets what of a flag, and why, of the contexts of a population. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yardarm.core.ambient import Ambient
from yardarm.core.context import Context
from yardarm.core.decision import Decision
from yardarm.core.evaluate import evaluate
from yardarm.core.observed import is_hashed, withheld_of
from yardarm.core.opened import Doubts, Opened
from yardarm.core.program import Program
from yardarm.core.reads import Name
from yardarm.core.snapshot import Snapshot, SnapshotSource

from ..population.model import Held

PARTS = ("target", "default", "off", "failed")
"""Parts of a flag that take contexts besides its rules, which go by their ids."""


@dataclass(frozen=True, slots=True)
class Member:
    """A context and its answer.

    `withheld` are the attributes that it was seen with and that were not reported. `unknown`: the
    answer depends on one of them, so that `decision` may not be what was really served.
    """

    held: Held
    decision: Decision
    withheld: tuple[str, ...]
    unknown: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are asked for; None asks for any.

    `variant` "" is the caller's fallback. `part` is a rule's id or one of `PARTS`. `value` is
    compared with the attribute as text, as it is written in JSON.
    """

    variant: str | None = None
    part: str | None = None
    attribute: str | None = None
    value: str | None = None
    unknown: bool | None = None

    def admits(self, member: Member) -> bool:
        """Whether a member is one of them. Nobody knows what one whose answer is unknown got."""
        if self.unknown is not None and member.unknown != self.unknown:
            return False
        decided = self.variant is not None or self.part is not None
        if decided and member.unknown:
            return False
        if self.variant is not None and (member.decision.variant or "") != self.variant:
            return False
        if self.part is not None and part_of(member.decision) != self.part:
            return False
        return self.attribute is None or self._has_attribute(member.held.context)

    def _has_attribute(self, context: Mapping[str, Any]) -> bool:
        for attributes in Context.of(context).by_kind().values():
            found = attributes.get(self.attribute or "")
            if found is None or is_hashed(found):
                continue
            if self.value is None or self.value in _texts(found):
                return True
        return False


def _texts(value: Any) -> Iterable[str]:
    """What one may type for a value; for a list, for any of its members."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [value if isinstance(value, str) else repr(value)]


def part_of(decision: Decision) -> str:
    """Which part of the flag took the context: a rule's id or one of `PARTS`."""
    if decision.error is not None:
        return "failed"
    if decision.cause == "target":
        return "target"
    if decision.rule is not None:
        return decision.rule
    return "off" if decision.reason == "DISABLED" else "default"


class Audience:
    """Asks one flag of one snapshot about contexts, at one instant (seconds since 1970)."""

    def __init__(self, snapshot: Snapshot, flag: str, now: float) -> None:
        source = SnapshotSource(snapshot)
        self._flag = flag
        self._ambient = Ambient.at(now)
        self._source = source
        self._program = Program(source)
        self._doubts = Doubts((self._program, self._program), self._ambient)
        self._opened: dict[frozenset[Name], Opened] = {}

    def members(self, contexts: Iterable[Held], wanted: Wanted) -> list[Member]:
        """Those of the contexts that are wanted, each with its answer, in their order."""
        return [member for member in map(self._member, contexts) if wanted.admits(member)]

    def _member(self, held: Held) -> Member:
        context = Context.of(held.context)
        decision = evaluate(self._program, self._flag, context, None, ambient=self._ambient)
        withheld = withheld_of(context)
        names = tuple(sorted({name for _, name in withheld}))
        return Member(held, decision, names, self._depends(context, withheld))

    def _depends(self, context: Context, withheld: frozenset[Name]) -> bool:
        """Whether what was withheld may decide."""
        relevant = self._doubts.relevant(self._flag, withheld)
        if not relevant:
            return False
        opened = self._opened.get(relevant)
        if opened is None:
            opened = self._opened[relevant] = Opened((self._source, self._source), relevant)
        return not opened.settles(self._flag, context.user, context.by_kind(), self._ambient)
