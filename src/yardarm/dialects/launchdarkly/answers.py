"""LaunchDarkly's answers as its server SDKs say them: value, index of the variation, reason."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ...core import model as m
from ...core.ambient import Ambient
from ...core.compile import Abort
from ...core.context import Context
from ...core.decision import (
    ERROR,
    FLAG_NOT_FOUND,
    GENERAL,
    INVALID_CONTEXT,
    PARSE_ERROR,
    Decision,
)
from ...core.evaluate import to_decision
from ...core.outcome import FALLBACK, Outcome
from ...core.program import Compiled, DocumentSource, Program
from ...core.references import Source
from ..base import Answer, Asked, Options
from .clauses import EXCEPTION
from .contexts import read_context
from .fields import kind_of
from .misnamed import PREREQUISITE, Alone, Walk, flags_are_misnamed, own_name, places
from .read import read
from .serving import EXPERIMENT, named_index, there

_BIG = "a big segment was asked"


class _Programs(NamedTuple):
    """What is asked, and what asks the same and breaks off where a big segment is asked."""

    program: Program
    watch: Program | None
    alone: bool
    """Whether its flags have no prerequisites, which a `Walk` asks instead."""


class Evaluated:
    """A document of LaunchDarkly, ready for questions.

    Cycles of prerequisites and of segments are followed, and fail only who comes round.
    """

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self._misnamed = flags_are_misnamed(document)
        self._places = places(document)
        self._big = frozenset(
            ("segment", key) for key, segment in document.segments.items() if _is_big(segment)
        )
        self._whole = self._programs(alone=False)
        self._alone = self._programs(alone=True)

    def _programs(self, *, alone: bool) -> _Programs:
        def program(source: Source) -> Program:
            source = Alone(source) if alone else source
            return Program(source, follow_cycles=True, places=self._places)

        watch = program(_Watched(self.document)) if self._big else None
        return _Programs(program(DocumentSource(self.document)), watch, alone)

    def _programs_for(self, key: str) -> _Programs:
        """Those that answer for the flag. Raises `KeyError` when there is none."""
        if self._misnamed:
            return self._alone
        found = self._whole.program.compiled(key).found
        too_much = found.fault and not found.cyclic  # for one function, though not for the SDK
        return self._alone if too_much else self._whole

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer; without a flag the answers of all flags, by key."""
        context = read_context(asked.context)
        if asked.flag is None:
            return Answer(
                None,
                {key: self._answer(key, context, asked, ambient).vendor for key in self._keys()},
            )
        return self._answer(asked.flag, context, asked, ambient)

    def _keys(self) -> list[str]:
        return list(self.document.flags)

    def _answer(self, key: str, context: Context | None, asked: Asked, ambient: Ambient) -> Answer:
        fallback = asked.fallback
        if context is None:
            why = "not a context of LaunchDarkly"
            return _failed(key, fallback, "USER_NOT_SPECIFIED", INVALID_CONTEXT, why)
        try:
            programs = self._programs_for(key)
            compiled = programs.program.compiled(key)
        except KeyError:
            why = "there is no flag with this key"
            return _failed(key, fallback, "FLAG_NOT_FOUND", FLAG_NOT_FOUND, why)
        asked_keys: list[str] = []
        try:
            outcome = self._outcome(programs, key, context, ambient, asked_keys)
        except Exception as error:  # noqa: BLE001 - what fails the evaluation there, fails it here
            why = f"evaluation failed: {type(error).__name__}"
            return _failed(key, fallback, "EXCEPTION", GENERAL, why)
        index, reason = _detail(compiled, outcome, context)
        if not outcome.error and any(
            self._asked_big(programs, asked_key, context, ambient) for asked_key in asked_keys
        ):
            reason["bigSegmentsStatus"] = "NOT_CONFIGURED"
        value = fallback
        if index is not None and compiled.flag is not None:
            value = compiled.flag.variants[index].value
        vendor = {"value": value, "variationIndex": index, "reason": reason}
        return Answer(to_decision(compiled, outcome, fallback), vendor)

    def _outcome(
        self,
        programs: _Programs,
        key: str,
        context: Context,
        ambient: Ambient,
        asked_keys: list[str],
    ) -> Outcome:
        """What the flag serves; `asked_keys` gets the keys of the flags that were run for it."""

        def run(key: str) -> Outcome:
            asked_keys.append(key)
            return _unguarded(programs.program.compiled(key), context, ambient)

        try:
            if not programs.alone:
                return run(key)
            flags = self.document.flags
            return Walk(flags, run, own_name(flags[key]), []).outcome(key)
        except Abort as abort:
            cause = f"malformed: {abort.cause}"
            return Outcome(FALLBACK, None, ERROR, error=PARSE_ERROR, cause=cause)

    def _asked_big(self, programs: _Programs, key: str, context: Context, ambient: Ambient) -> bool:
        """Whether the evaluation of this flag came to a big segment."""
        program, watch, _ = programs
        if watch is None or self._big.isdisjoint(program.compiled(key).needs):
            return False
        try:
            _unguarded(watch.compiled(key), context, ambient)
        except Abort as abort:
            return abort.cause == _BIG
        return False


def evaluation(source: m.Json, options: Options) -> Evaluated:
    """The document made ready. Raises `DocumentError` for what is none of LaunchDarkly's."""
    return Evaluated(read(source, options).document)


def _unguarded(compiled: Compiled, context: Context, ambient: Ambient) -> Outcome:
    """What the flag serves. Raises `Abort` with the very cause."""
    return (compiled.raw or compiled.run)(context.user, context.kinds, ambient)


# --- reasons ----------------------------------------------------------------------------------


def _failed(key: str, fallback: m.Json, kind: str, error: str, cause: str) -> Answer:
    decision = Decision(key, fallback, None, ERROR, error=error, cause=cause)
    return Answer(decision, {"value": fallback, "variationIndex": None, "reason": _error(kind)})


def _error(kind: str) -> dict[str, m.Json]:
    return {"kind": "ERROR", "errorKind": kind}


def _detail(
    compiled: Compiled, outcome: Outcome, context: Context
) -> tuple[int | None, dict[str, m.Json]]:
    """The variation's index and the reason."""
    flag = compiled.flag
    if outcome.error is not None or flag is None:
        cause = outcome.cause or ""
        unforeseen = cause.startswith(f"malformed: {EXCEPTION}")
        return None, _error("EXCEPTION" if unforeseen else "MALFORMED_FLAG")
    if outcome.variant is None and not (outcome.reason == "DISABLED" and _may_be_off(flag)):
        return None, _error("MALFORMED_FLAG")
    index = None
    if outcome.variant is not None:
        index = next(i for i, v in enumerate(flag.variants) if v.key == outcome.variant)
        index = _as_named(flag, outcome, index)
    return index, _reason(flag, outcome, context)


def _as_named(flag: m.Flag, outcome: Outcome, index: int) -> int:
    """The variation's index as what served it names it: a boolean is an index, and is answered."""
    raw = (flag.origin or {}).get("raw", {})
    if outcome.reason == "DISABLED":
        said: int = raw["offVariation"]
        return said
    at, arm = outcome.at
    if at is None:
        if outcome.cause == "target":
            return index
        return named_index(raw["fallthrough"], index, arm, len(flag.variants))
    metadata = flag.rules[at].metadata
    if metadata.get("target"):
        named: int = metadata.get("named", index)
        return named
    return named_index(raw["rules"][metadata.get("index", at)], index, arm, len(flag.variants))


def _may_be_off(flag: m.Flag) -> bool:
    """Whether a flag that is off may serve the caller's default: no off variation is named."""
    raw = (flag.origin or {}).get("raw", {})
    return raw.get("offVariation") is None


def _reason(flag: m.Flag, outcome: Outcome, context: Context) -> dict[str, m.Json]:
    cause = outcome.cause or ""
    if outcome.reason == "DISABLED":
        if cause.startswith(PREREQUISITE):
            needed = cause[len(PREREQUISITE) :]
            return {"kind": "PREREQUISITE_FAILED", "prerequisiteKey": needed}
        return {"kind": "OFF"}
    at, arm = outcome.at
    serve = flag.default
    reason: dict[str, m.Json] = {"kind": "FALLTHROUGH"}
    if at is not None:
        rule = flag.rules[at]
        serve = rule.serve
        if rule.metadata.get("target"):
            return {"kind": "TARGET_MATCH"}
        reason = {
            "kind": "RULE_MATCH",
            "ruleIndex": rule.metadata.get("index", at),
            "ruleId": rule.metadata.get("id", rule.id),
        }
    elif cause == "target":
        return {"kind": "TARGET_MATCH"}
    if arm is not None and isinstance(serve, m.Split) and _is_assigned(serve, arm, context):
        reason["inExperiment"] = True
    return reason


def _is_assigned(split: m.Split, arm: int, context: Context) -> bool:
    """Whether the unit takes part in an experiment."""
    placed = split.bucketing
    if placed.algorithm != EXPERIMENT or not split.arms[arm].tracked:
        return False
    return context.by_kind().get(placed.kind, {}).get("key") is not None


# --- big segments -----------------------------------------------------------------------------


def _raw(segment: m.Segment) -> dict[str, m.Json]:
    return dict((segment.origin or {}).get("raw", {}))


def _is_big(segment: m.Segment) -> bool:
    return _raw(segment).get("unbounded") is True


class _Watched(DocumentSource):
    """The document, with a fault in the place of every big segment."""

    __slots__ = ()

    def segment(self, key: str) -> m.Segment:
        segment = super().segment(key)
        if not _is_big(segment):
            return segment
        raw = _raw(segment)
        fault: m.Condition = m.Fault(_BIG)
        if raw.get("generation") is not None:
            # Without the kind nobody is looked up.
            kind = kind_of(raw.get("unboundedContextKind"))
            fault = m.All((there(kind), fault))
        return replace(segment, when=fault)
