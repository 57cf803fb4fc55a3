"""One flag's function, and every outcome it can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import DocumentError, Problem
from .. import model as m
from ..bucketing import Answers, Splitter
from ..check_serve import check_serve
from ..decision import (
    DEFAULT,
    DISABLED,
    ERROR,
    GENERAL,
    PARSE_ERROR,
    SPLIT,
    STATIC,
    TARGETING_KEY_MISSING,
    TARGETING_MATCH,
)
from ..outcome import FALLBACK, Outcome
from ..values import fits
from .emitter import Abort, Emitter, Run, Unevaluable

# --- flags ------------------------------------------------------------------------------------

NEXT = Outcome(FALLBACK, None, ERROR)
"""What a splitter answers when a unit is not covered and the next rule is to be asked."""


class FlagEmitter:
    """One flag's function and every outcome it can have.

    `cycle` is the flag's place where it is in a cycle that is followed.
    """

    def __init__(
        self, flag: m.Flag, emitter: Emitter, cycle: tuple[str, str] | None = None
    ) -> None:
        self.flag = flag
        self.cycle = cycle
        self.emit = emitter
        self.outcomes: list[Outcome] = []
        self.values = {v.key: _typed(flag.type, v) for v in flag.variants}
        self.values |= {v.key: FALLBACK for v in flag.variants if v.withheld}
        self.skipped: dict[str, str] = {}
        self.raw: Run | None = None
        self.unforeseen = ""

    def function(self) -> Run:
        """Compile the flag.

        What is answered never raises; `raw`, for other flags to call, lets an `Abort` through.
        """
        self.raw = self._raw()
        if self.cycle is not None:
            from .cycles import CYCLE, once  # a dialect's business, rarely met

            self.raw = once(self.raw, self.cycle)
            self.emit.causes.add(CYCLE)
            self.unforeseen = CYCLE
        return self._guarded(self.raw) if self.emit.causes else self.raw

    def _guarded(self, raw: Run) -> Run:
        aborted = {
            cause: self.outcome(None, ERROR, error=PARSE_ERROR, cause=f"malformed: {cause}")
            for cause in sorted(self.emit.causes)
        }

        # Members of a cycle that are compiled after this one may have causes of their own.
        unforeseen = aborted.get(self.unforeseen) or next(iter(aborted.values()))

        def guarded(*arguments: Any) -> Outcome:
            try:
                return raw(*arguments)
            except Abort as abort:
                return aborted.get(abort.cause, unforeseen)

        return guarded

    def _raw(self) -> Run:
        flag, lines = self.flag, self.emit.lines
        if not flag.enabled:
            lines.append(f"return {self._bind(flag.off, DISABLED)}")
            return self.emit.finish("flag")
        for index, prerequisite in enumerate(flag.prerequisites):
            self._prerequisite(index, prerequisite)
        for index, target in enumerate(flag.targets):
            self._target(index, target)
        for index, rule in enumerate(flag.rules):
            if not rule.paused:
                self._rule(index, rule)
        self._default()
        return self.emit.finish("flag")

    def outcome(
        self,
        variant: str | None,
        reason: str,
        *,
        rule: str | None = None,
        error: str | None = None,
        cause: str | None = None,
        unit: tuple[str, tuple[str, ...]] | None = None,
        at: tuple[int | None, int | None] = (None, None),
        tracked: bool = True,
    ) -> Outcome:
        """An outcome of this flag. `at` is the index of the rule and of the arm that served it."""
        if variant is not None and variant not in self.values:
            raise _malformed(f"there is no variant {variant!r}")
        value = FALLBACK if variant is None else self.values[variant]
        made = Outcome(
            value, variant, reason, rule=rule, error=error, cause=cause, unit=unit, at=at,
            tracked=tracked,
        )  # fmt: skip
        self.outcomes.append(made)
        return made

    def _bind(self, variant: str | None, reason: str, **more: Any) -> str:
        return self.emit.constant(self.outcome(variant, reason, **more))

    def _prerequisite(self, index: int, prerequisite: m.Prerequisite) -> None:
        pointer = f"/prerequisites/{index}"
        key = prerequisite.flag
        off = self._bind(self.flag.off, DISABLED, cause=f"prerequisite:{key}")
        try:
            expression = self.emit.serves(key, prerequisite.variants)
            if prerequisite.enabled and not self.emit.neighbours.enabled(key):
                expression = "False"
        except Unevaluable as reason:
            self.skipped[pointer] = str(reason)
            expression = "False"
        expression = self.emit.noted(pointer, expression)
        self.emit.lines.append(f"if not {expression}: return {off}")

    def _target(self, index: int, target: m.Target) -> None:
        key = self.emit.attribute(target.kind, "key")
        keys = self.emit.constant(frozenset(target.keys))
        served = self._bind(target.variant, TARGETING_MATCH, cause="target")
        expression = self.emit.noted(f"/targets/{index}", f"({key} in {keys})")
        self.emit.lines.append(f"if {expression}: return {served}")

    def _rule(self, index: int, rule: m.Rule) -> None:
        pointer = f"/rules/{index}"
        start = len(self.emit.lines)
        try:
            expression = self.emit.condition(rule.when, f"{pointer}/when")
            self._serve(rule.serve, f"{pointer}/serve", index, rule)
        except Unevaluable as reason:
            self.skipped[pointer] = str(reason)
            del self.emit.lines[start:]
            return
        inner = self.emit.lines[start:]
        head = f"if {self.emit.noted(pointer, expression)}:"
        if len(inner) == 1:
            self.emit.lines[start:] = [f"{head} {inner[0]}"]
        else:
            self.emit.lines[start:] = [head, *(f"    {line}" for line in inner)]

    def _serve(self, serve: m.Serve | None, pointer: str, index: int, rule: m.Rule) -> None:
        """Lines that return what the rule serves, or pass on to the next one."""
        lines, served = self.emit.lines, _Served(rule.id, index)
        match serve:
            case str():
                lines.append(f"return {self._bind(serve, TARGETING_MATCH, **served.place())}")
            case None:
                more = served.place() | {"cause": "fallback"}
                lines.append(f"return {self._bind(None, TARGETING_MATCH, **more)}")
            case m.Fault(cause):
                lines.append(self.emit.abort(cause))
            case m.Logic():
                self._logic(serve, NEXT, served)
                lines.append(f"if o is not {self.emit.constant(NEXT)}: return o")
            case m.Split():
                self._split(serve, NEXT, NEXT, pointer, served)
                always = serve.outside is not None
                passed_on = self.emit.constant(NEXT)
                lines.append("return o" if always else f"if o is not {passed_on}: return o")

    def _default(self) -> None:
        flag, lines = self.flag, self.emit.lines
        served = _Served()
        match flag.default:
            case m.Split():
                uncovered = self.outcome(None, DEFAULT, cause="outside")
                keyless = self.outcome(
                    None, ERROR, error=TARGETING_KEY_MISSING, cause="no unit to split by"
                )
                self._split(flag.default, uncovered, keyless, "/default", served)
                lines.append("return o")
            case m.Logic():
                try:
                    self._logic(flag.default, self.outcome(None, DEFAULT), served)
                except Unevaluable as why:
                    raise DocumentError([Problem("/default", str(why))]) from None
                lines.append("return o")
            case m.Fault(cause):
                lines.append(self.emit.abort(cause))
            case _:
                plain = not (flag.rules or flag.targets or flag.prerequisites)
                reason = STATIC if plain and flag.default is not None else DEFAULT
                lines.append(f"return {self._bind(flag.default, reason)}")

    def _split(
        self, split: m.Split, uncovered: Outcome, keyless: Outcome, pointer: str, served: _Served
    ) -> None:
        """Lines that put the split's answer into `o`. Units outside of it get its `outside`, or
        `uncovered` and `keyless`."""
        problems = list(check_serve(split, self.values, pointer, last=served.rule is None))
        if problems:
            raise DocumentError(problems)
        by = (split.bucketing.kind, split.bucketing.by)
        unit = None if by == (m.DEFAULT_KIND, ("key",)) else by
        arms = [
            self.outcome(
                arm.variant,
                SPLIT,
                rule=served.rule,
                unit=unit,
                at=(served.rule_index, index),
                tracked=arm.tracked,
            )
            for index, arm in enumerate(split.arms)
        ]
        if split.outside is not None:
            uncovered = keyless = self.outcome(
                split.outside,
                SPLIT,
                rule=served.rule,
                cause="outside",
                at=(served.rule_index, None),
            )
        answers = Answers(arms, uncovered, keyless)
        splitter = Splitter(split, self.flag.key, answers, self.emit.budget)
        self.emit.lines.append(f"o = {self.emit.picked(splitter, split.bucketing)}")
        if self.emit.tracing:
            bucket = self.emit.bucket_of(splitter, split.bucketing)
            self.emit.lines.append(self.emit.noted(f"{pointer}/split", bucket))

    def _logic(self, logic: m.Logic, unnamed: Outcome, served: _Served) -> None:
        """Lines that put the outcome that JSONLogic names into `o`; `unnamed` for null."""
        named = {
            variant: self.outcome(variant, TARGETING_MATCH, **served.place())
            for variant in self.values
        }
        stranger = self.outcome(
            None, ERROR, error=GENERAL, cause="the logic names no variant", **served.place()
        )

        def choose(result: Any) -> Outcome:
            if result is None:
                return unnamed
            if type(result) is bool:
                result = "true" if result else "false"
            return named.get(str(result), stranger)

        chosen = f"{self.emit.constant(choose)}({self.emit.logic(logic.expression)})"
        self.emit.lines.append(f"o = {chosen}")


@dataclass(frozen=True, slots=True)
class _Served:
    """Where an outcome comes from."""

    rule: str | None = None
    rule_index: int | None = None

    def place(self) -> dict[str, Any]:
        return {"rule": self.rule, "at": (self.rule_index, None)}


def _typed(flag_type: m.FlagType, variant: m.Variant) -> m.Json:
    """A number flag always gives a float, as its callers expect, even where 2 was written."""
    value = variant.value
    if not fits(flag_type, value):
        raise _malformed(f"the value of variant {variant.key!r} is not of type {flag_type}")
    return float(value) if flag_type == "number" else value


def _malformed(message: str) -> DocumentError:
    return DocumentError([Problem("/variants", message)])
