"""Answers in Harness's own shape."""

from __future__ import annotations

from typing import Any

from ...core.ambient import Ambient
from ...core.decision import ERROR, FLAG_NOT_FOUND, GENERAL, INVALID_CONTEXT, Decision
from ...core.evaluate import to_decision
from ...core.model import Document, Flag, Json
from ...core.program import Compiled, Program
from ..base import Answer, Asked, Options
from .contexts import held_by, read_target
from .order import Order
from .read import read, read_for
from .values import raw_value

NOTHING = {"value": None, "variation": ""}
"""What is answered where nothing is served, and where the SDK raises."""


class Harness:
    """A document of Harness, ready to answer as its SDK's evaluator does."""

    def __init__(self, source: Json, options: Options) -> None:
        self._source = source
        self._usual = _Ready(read(source, options).document)
        self._bare: dict[frozenset[str], _Ready] = {}

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer; null with an empty variation where nothing is served."""
        key = asked.flag or ""
        if key not in self._usual.document.flags:
            return _failed(asked, FLAG_NOT_FOUND, "there is no flag with this key")
        target = read_target(asked.context)
        if target is None:
            return _failed(asked, INVALID_CONTEXT, "a target is an object with an 'identifier'")
        ready = self._for(held_by(asked.context))
        compiled = ready.program.compiled(key)
        try:
            outcome = compiled.run(target, None, ambient)
        except Exception as error:  # noqa: BLE001 - total, whatever the target is
            return _failed(asked, GENERAL, f"evaluation failed: {type(error).__name__}")
        decision = to_decision(compiled, outcome, asked.fallback)
        if compiled.flag is None:
            return Answer(decision, dict(NOTHING))
        served = ready.served(compiled, outcome.variant, target, ambient)
        return Answer(decision, _as_text(compiled.flag, served))

    def _for(self, held: frozenset[str] | None) -> _Ready:
        """The document for targets that hold these attributes alone, or for all others."""
        if held is None:
            return self._usual
        found = self._bare.get(held)
        if found is None:
            found = self._bare[held] = _Ready(read_for(self._source, held).document)
        return found


class _Ready:
    """One reading of the document, compiled."""

    def __init__(self, document: Document) -> None:
        self.document = document
        # The SDK follows prerequisites in a circle until Python stops it.
        self.program = Program.of(document, follow_cycles=True)
        self._order: Order | None = None

    def served(
        self, compiled: Compiled, served: str | None, target: dict[str, Any], ambient: Ambient
    ) -> str | None:
        """The variation that the SDK serves. None where it serves none, or raises."""
        flag = compiled.flag
        if flag is None or not flag.prerequisites or not self._breaks_off(flag):
            return served
        order = self._in_order()
        if not order.matters(flag):
            return served
        try:
            if not order.met(flag.key, target, ambient):
                return flag.off
            return order.compiled(flag.key).run(target, None, ambient).variant
        except Exception:  # noqa: BLE001 - `Abort`, and as above
            return None

    def _breaks_off(self, flag: Flag) -> bool:
        """Whether an evaluation of the flag, or of one that it needs, may break off."""
        known = self.document.flags
        return any(
            self.program.compiled(needed.flag).causes
            for needed in flag.prerequisites
            if needed.flag in known
        )

    def _in_order(self) -> Order:
        if self._order is None:
            self._order = Order(self.document)
        return self._order


def _as_text(flag: Flag, served: str | None) -> dict[str, Json]:
    """The SDK's answer: the variation, with its value as it stands in the document."""
    if served is None:
        return dict(NOTHING)
    variant = next(variant for variant in flag.variants if variant.key == served)
    return {"value": raw_value(variant, flag.type), "variation": served}


def _failed(asked: Asked, error: str, cause: str) -> Answer:
    decision = Decision(asked.flag or "", asked.fallback, None, ERROR, error=error, cause=cause)
    return Answer(decision, dict(NOTHING))


def evaluation(source: Json, options: Options) -> Harness:
    """The document, made ready."""
    return Harness(source, options)
