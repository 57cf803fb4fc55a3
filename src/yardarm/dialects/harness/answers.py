"""Answers in Harness's own shape."""

from __future__ import annotations

from ...core.ambient import Ambient
from ...core.decision import ERROR, FLAG_NOT_FOUND, GENERAL, INVALID_CONTEXT, Decision
from ...core.evaluate import to_decision
from ...core.model import Json
from ...core.program import Program
from ..base import Answer, Asked, Options
from .contexts import read_target
from .read import read
from .values import raw_value


class Harness:
    """A document of Harness, ready to answer as its SDK's evaluator does."""

    def __init__(self, source: Json, options: Options) -> None:
        # The SDK follows prerequisites in a circle until Python stops it.
        self._program = Program.of(read(source, options).document, follow_cycles=True)

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer; null with an empty variation where nothing is served."""
        key = asked.flag or ""
        try:
            compiled = self._program.compiled(key)
        except KeyError:
            return _failed(asked, FLAG_NOT_FOUND, "there is no flag with this key")
        target = read_target(asked.context)
        if target is None:
            return _failed(asked, INVALID_CONTEXT, "a target is an object with an 'identifier'")
        try:
            outcome = compiled.run(target, None, ambient)
        except Exception as error:  # noqa: BLE001 - total, whatever the target is
            return _failed(asked, GENERAL, f"evaluation failed: {type(error).__name__}")
        decision = to_decision(compiled, outcome, asked.fallback)
        if outcome.variant is None or compiled.flag is None:
            return Answer(decision, {"value": None, "variation": ""})
        flag = compiled.flag
        served = next(variant for variant in flag.variants if variant.key == outcome.variant)
        return Answer(
            decision, {"value": raw_value(served, flag.type), "variation": outcome.variant}
        )


def _failed(asked: Asked, error: str, cause: str) -> Answer:
    decision = Decision(asked.flag or "", asked.fallback, None, ERROR, error=error, cause=cause)
    return Answer(decision, {"value": None, "variation": ""})


def evaluation(source: Json, options: Options) -> Harness:
    """The document, made ready."""
    return Harness(source, options)
