"""A flag without its splits: what it answers wherever no unit has to be placed.

Every split and share is replaced by a fault that names it. Asked about a context, such a flag
answers what the flag would answer, or says that a unit has to be placed first. Where two documents
come to the same split, nobody moves, and nobody has to be placed to know it.
"""

from __future__ import annotations

from dataclasses import replace

from . import model as m
from .bucketing.algorithms import arm_ranges
from .compile import Unevaluable
from .outcome import Outcome
from .program import Program
from .references import Source

_SPLIT = "\0split:"
_UNIT = "\0unit"
_CAUSE = "malformed: "
_FAULT = m.Fault("fault")  # a document's own cause might read like one of ours

Same = tuple[int, bool]
"""A split by its number, and whether contexts without a unit are passed on by it."""

UNPLACED: Same = (-1, True)
"""What is answered depends on the unit in a way that is not looked into."""


class Skeleton:
    """The source of one flag, and of all that it needs, without splits.

    `program` is the whole document's; what it cannot evaluate is left as it is. `splits` numbers
    the splits of the flag; both sides of a change share it, so that equal splits have one number.
    """

    __slots__ = ("_key", "_program", "_splits")

    def __init__(self, program: Program, key: str, splits: dict[str, int]) -> None:
        self._program = program
        self._key = key
        self._splits = splits

    def flag(self, key: str) -> m.Flag:
        compiled = self._program.compiled(key)
        flag = self._program.source.flag(key)
        if compiled.flag is None:
            return flag
        rules = tuple(
            rule
            if f"/rules/{index}" in compiled.skipped
            else replace(rule, when=_condition(rule.when), serve=self._serve(flag, rule.serve))
            for index, rule in enumerate(flag.rules)
        )
        return replace(flag, rules=rules, default=self._serve(flag, flag.default, last=True))

    def segment(self, key: str) -> m.Segment:
        segment = self._program.source.segment(key)
        try:
            self._program.member(key)
        except Unevaluable:
            return segment
        return segment if segment.when is None else replace(segment, when=_condition(segment.when))

    def _serve(self, flag: m.Flag, serve: m.Serve | None, *, last: bool = False) -> m.Serve | None:
        if isinstance(serve, m.Fault):
            return _FAULT
        if not isinstance(serve, m.Split):
            return serve
        closed = last or serve.outside is not None
        if flag.key != self._key or not (closed or _covers_everybody(serve)):
            return m.Fault(_UNIT)
        served = {arm.variant for arm in serve.arms} | {serve.outside}
        values = [(v.key, v.value, v.withheld) for v in flag.variants if v.key in served]
        name = repr((flag.type, serve, values))
        number = self._splits.setdefault(name, len(self._splits))
        return m.Fault(f"{_SPLIT}{number}{'' if closed else '?'}")


def same_of(outcome: Outcome) -> Same | None:
    """The split that a skeleton came to; None where it answered what the flag answers."""
    cause = outcome.cause
    if cause is None or not cause.startswith(_CAUSE):
        return None
    cause = cause.removeprefix(_CAUSE)
    if cause.startswith(_SPLIT):
        number = cause.removeprefix(_SPLIT)
        return int(number.rstrip("?")), number.endswith("?")
    return UNPLACED if cause == _UNIT else None


def skeletons(programs: tuple[Program, Program], key: str) -> tuple[Source, Source]:
    """The flag's source without splits, before and after a change."""
    splits: dict[str, int] = {}
    before, after = (Skeleton(program, key, splits) for program in programs)
    return before, after


def _condition(condition: m.Condition) -> m.Condition:
    match condition:
        case m.All(inner):
            return m.All(tuple(map(_condition, inner)))
        case m.AnyOf(inner):
            return m.AnyOf(tuple(map(_condition, inner)))
        case m.Not(inner):
            return m.Not(_condition(inner))
        case m.Share():
            return m.Fault(_UNIT)
        case m.Fault():
            return _FAULT
        case _:
            return condition


def _covers_everybody(split: m.Split) -> bool:
    """Whether every context that names its unit gets one of the arms, as far as can be told."""
    bucketing = split.bucketing
    if bucketing.algorithm != "yardarm" or bucketing.layer or len(bucketing.by) != 1:
        return False
    end: float = 0
    for start, stop in sorted(pair for ranges in arm_ranges(split.arms) for pair in ranges):
        if start > end:
            return False
        end = max(end, stop)
    return end >= m.PARTS
