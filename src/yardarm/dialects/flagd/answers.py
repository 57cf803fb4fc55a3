"""Answers in flagd's own shape."""

from __future__ import annotations

from ...core import model as m
from ...core.ambient import Ambient
from ...core.decision import (
    DEFAULT,
    ERROR,
    FLAG_NOT_FOUND,
    GENERAL,
    SPLIT,
    TARGETING_MATCH,
    Decision,
)
from ...core.evaluate import to_decision
from ...core.model import Json
from ...core.outcome import Outcome
from ...core.program import Program
from ..base import Answer, Asked, Options
from .contexts import read_context
from .read import Source
from .rules import STOPS


class FlagdEvaluation:
    """A flagd document made ready for any number of questions."""

    def __init__(self, document: Json, options: Options) -> None:
        source = Source(document, options)
        self._metadata = source.metadata()
        self._program = Program(source)

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer to one flag. Never raises."""
        key = asked.flag
        if not isinstance(key, str):
            return _failed("", asked.fallback, FLAG_NOT_FOUND, "flagd answers one flag at a time")
        try:
            compiled = self._program.compiled(key)
        except KeyError:
            return _failed(key, asked.fallback, FLAG_NOT_FOUND, "there is no flag with this key")
        try:
            context = read_context(asked.context)
            outcome = compiled.run(context.user, context.kinds, ambient)
            decision = to_decision(compiled, outcome, asked.fallback)
            return Answer(decision, self._vendor(compiled.flag, outcome))
        except Exception as error:  # noqa: BLE001 - what a rule does with a context's values
            cause = f"evaluation failed: {type(error).__name__}"
            return _failed(key, asked.fallback, GENERAL, cause)

    def _vendor(self, flag: m.Flag | None, outcome: Outcome) -> Json:
        if flag is None or outcome.error is not None:
            return vendor_failed(outcome.error or GENERAL)
        reason, variant = _reason(flag, outcome), outcome.variant
        value = next((v.value for v in flag.variants if v.key == variant), None)
        if reason == TARGETING_MATCH and value is None:
            return vendor_failed(GENERAL)  # a variant that a rule names has to have a value
        return {
            "value": value,
            "variant": variant,
            "reason": reason,
            "errorCode": None,
            "flagMetadata": {**self._metadata, **flag.metadata},
        }


def _reason(flag: m.Flag, outcome: Outcome) -> str:
    """Why, in flagd's words: it knows no splits, and null results are its default."""
    index, _ = outcome.at
    if index is not None and flag.rules[index].metadata == STOPS:
        return DEFAULT
    if outcome.reason == SPLIT:
        return DEFAULT if outcome.cause == "outside" else TARGETING_MATCH
    return outcome.reason


def vendor_failed(error: str) -> Json:
    """flagd's answer where there is none, with an error code of OpenFeature's."""
    return {"value": None, "variant": None, "reason": ERROR, "errorCode": error, "flagMetadata": {}}


def _failed(key: str, fallback: Json, error: str, cause: str) -> Answer:
    decision = Decision(key, fallback, None, ERROR, error=error, cause=cause)
    return Answer(decision, vendor_failed(error))


def evaluation(document: Json, options: Options) -> FlagdEvaluation:
    """The document made ready. Raises `DocumentError` when it is none of flagd's."""
    return FlagdEvaluation(document, options)
