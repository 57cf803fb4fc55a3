"""Answers in the shape of Unleash's SDKs: whether a toggle is on, and its variant."""

from __future__ import annotations

from ...core import model as m
from ...core.ambient import Ambient
from ...core.decision import ERROR, FLAG_NOT_FOUND, INVALID_CONTEXT, Decision
from ...core.evaluate import to_decision
from ...core.model import Json
from ...core.outcome import Outcome
from ...core.program import Program
from ..base import Answer, Asked, Options
from .contexts import read_context
from .read import read
from .variants import BROKEN, OFF, name_of, state_of


class UnleashEvaluation:
    """A document made ready. Flag None asks for all toggles by name."""

    __slots__ = ("_client", "_document", "_program")

    def __init__(self, source: Json, options: Options) -> None:
        self._document = read(source, options).document
        self._program = Program.of(self._document)
        self._client = options.get("client")

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """Our decision, and `{"enabled", "variant"}`."""
        if asked.flag is None:
            keys = self._document.flags
            return Answer(None, {key: self._answer(key, asked, ambient).vendor for key in keys})
        return self._answer(asked.flag, asked, ambient)

    def _answer(self, key: str, asked: Asked, ambient: Ambient) -> Answer:
        try:
            compiled = self._program.compiled(key)
        except KeyError:
            return _failed(key, asked.fallback, FLAG_NOT_FOUND, "there is no flag with this key")
        client = asked.options.get("client", self._client)
        read_ = read_context(asked.context, ambient, client)
        if read_ is None:
            return _failed(key, asked.fallback, INVALID_CONTEXT, "the engine cannot read it")
        outcome = compiled.run(read_[0], None, read_[1])
        decision = to_decision(compiled, outcome, asked.fallback)
        return Answer(decision, vendor_answer(compiled.flag, outcome))


def evaluation(source: Json, options: Options) -> UnleashEvaluation:
    """The document made ready. Raises `DocumentError` for what is no document of Unleash."""
    return UnleashEvaluation(source, options)


def vendor_answer(flag: m.Flag | None, outcome: Outcome) -> Json:
    """What Unleash's SDK says where a flag that was read from it has this outcome."""
    if flag is None or outcome.variant is None:
        return said(False)
    variant = next(v for v in flag.variants if v.key == outcome.variant)
    state = state_of(variant)
    if state == OFF:
        return said(False)
    chosen = None if variant.withheld or flag.type == "boolean" else variant
    return said(True, chosen, broken=state == BROKEN)


def said(enabled: bool, variant: m.Variant | None = None, *, broken: bool = False) -> Json:
    """The two answers. `broken`: the SDK finds no variant, and says that the toggle is off."""
    if variant is None:
        chosen: dict[str, Json] = {"name": "disabled", "enabled": False}
    else:
        payload = variant.metadata.get("payload")
        chosen = {"name": name_of(variant)}
        if isinstance(payload, dict):
            chosen["payload"] = dict(payload)
        chosen["enabled"] = True
    return {"enabled": enabled, "variant": {**chosen, "feature_enabled": enabled and not broken}}


def _failed(key: str, fallback: Json, error: str, cause: str) -> Answer:
    return Answer(Decision(key, fallback, None, ERROR, error=error, cause=cause), said(False))
