"""Flags that need each other as LaunchDarkly's SDK walks through them, one after the other.

It looks for flags and segments under the key that they stand under, and goes by the one that they
call themselves to notice that it comes round: it takes two segments that call themselves alike for
one, and misses a cycle of flags whose names are none that anybody asks for, until Python has enough
of it. It also follows longer chains than one compiled function does. Natively a cycle is one of
what refers to each other; this is for answers as the SDK gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...core import model as m
from ...core.compile import Abort
from ...core.compile.cycles import CYCLE
from ...core.outcome import FALLBACK, Outcome
from ...core.references import MAX_COST, Reference, Source
from .fields import own_key

PREREQUISITE = "prerequisite:"
"""How the cause of an outcome begins where a prerequisite is not met, before its key."""

_DEEPEST = 400
"""How deep flags are followed. The SDK fails somewhat below 500, by what its caller has left of
Python's stack."""


def own_name(item: m.Flag | m.Segment) -> str:
    """What a flag or segment calls itself."""
    return own_key(item.key, (item.origin or {}).get("raw", {}), "")


def flags_are_misnamed(document: m.Document) -> bool:
    """Whether prerequisites have to be asked by a `Walk`."""
    return any(own_name(flag) != key for key, flag in document.flags.items())


def places(document: m.Document) -> Mapping[str, Reference]:
    """The segments' own names, as the places by which a `Program` notices a cycle.

    None where every segment stands under its own.
    """
    named = {key: ("segment", own_name(segment)) for key, segment in document.segments.items()}
    return {} if all(key == own for key, (_, own) in named.items()) else named


class Alone:
    """A source whose flags have no prerequisites."""

    __slots__ = ("_source",)

    def __init__(self, source: Source) -> None:
        self._source = source

    def flag(self, key: str) -> m.Flag:
        return replace(self._source.flag(key), prerequisites=())

    def segment(self, key: str) -> m.Segment:
        return self._source.segment(key)


@dataclass(slots=True)
class Walk:
    """One evaluation of a flag and what it needs. `run` evaluates a flag `Alone`, or aborts."""

    flags: Mapping[str, m.Flag]
    run: Callable[[str], Outcome]
    first: str
    """What the flag that was asked for calls itself."""
    stack: list[str]
    depth: int = 0
    asked: int = 0

    def outcome(self, key: str) -> Outcome:
        """What the flag under this key serves. Raises what fails the whole evaluation."""
        flag = self.flags[key]
        self.asked += 1
        if self.asked > MAX_COST:
            raise Abort(f"one evaluation asks more than {MAX_COST} flags")
        failed = self._failed(flag) if flag.enabled else None
        if failed is None:
            return self.run(key)
        off = (variant.value for variant in flag.variants if variant.key == flag.off)
        return Outcome(next(off, FALLBACK), flag.off, "DISABLED", cause=PREREQUISITE + failed)

    def _failed(self, flag: m.Flag) -> str | None:
        """The key of the prerequisite that is not met."""
        own = own_name(flag)
        if own != self.first:
            self.stack.append(own)
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RecursionError("flags that need each other without an end")
        try:
            for needed in flag.prerequisites:
                if needed.flag == self.first or needed.flag in self.stack:
                    raise Abort(CYCLE)
                other = self.flags.get(needed.flag)
                if other is None:
                    return needed.flag
                served = self.outcome(needed.flag)
                if not other.enabled or served.variant not in needed.variants:
                    return needed.flag
            return None
        finally:
            self.depth -= 1
            if self.stack:  # one that calls itself like the first takes away another's name
                self.stack.pop()
