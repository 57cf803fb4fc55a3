"""Outcomes as OFREP says them, each made once: a flag has few, and they are asked for often."""

from __future__ import annotations

from typing import Any

import msgspec

from ....core.decision import FLAG_NOT_FOUND, GENERAL
from ....core.outcome import FALLBACK, Outcome
from ....core.program import Compiled
from ...web.answers import JSON, Answer

_PLAIN = (bool, int, float, str)
_VAGUE = "the flag cannot be evaluated"


class Rendered:
    """One outcome for server keys and for client keys: as an answer, and as a part of a bulk."""

    __slots__ = ("for_client", "for_server")

    def __init__(self, compiled: Compiled, outcome: Outcome) -> None:
        if outcome.error is None:
            self.for_server = success(compiled, outcome, client=False)
            self.for_client = success(compiled, outcome, client=True)
        else:
            details = outcome.cause or _VAGUE
            self.for_server = failure(compiled.key, outcome.error, details)
            self.for_client = failure(compiled.key, outcome.error, _VAGUE)


def rendered(compiled: Compiled, outcome: Outcome) -> Rendered:
    """The outcome's rendering, kept on it: `seen` is for whoever runs the program."""
    found: Rendered | None = outcome.seen
    if found is None:
        found = outcome.seen = Rendered(compiled, outcome)
    return found


def success(compiled: Compiled, outcome: Outcome, *, client: bool) -> Answer:
    """`{"key", "value", "reason", "variant", "metadata"}`."""
    out: dict[str, Any] = {"key": compiled.key}
    if outcome.value is not FALLBACK:
        is_number = compiled.type == "number" and isinstance(outcome.value, int)
        out["value"] = float(outcome.value) if is_number else outcome.value
    out["reason"] = outcome.reason
    out["variant"] = outcome.variant
    flag = compiled.flag
    shown = {} if client or flag is None else flag.metadata
    out["metadata"] = {name: value for name, value in shown.items() if isinstance(value, _PLAIN)}
    return _answer(200, out)


def failure(key: str | None, error: str, details: str, status: int | None = None) -> Answer:
    """`{"key", "errorCode", "errorDetails"}`, without a key for a bulk evaluation."""
    out = {"key": key} if key is not None else {}
    usual = 404 if error == FLAG_NOT_FOUND else 400
    return _answer(status or usual, {**out, "errorCode": error, "errorDetails": details})


def not_found(key: str) -> Answer:
    """What is answered for a flag that is not there, is archived, or is not for this key."""
    return failure(key, FLAG_NOT_FOUND, "there is no flag with this key")


def broken(key: str, error: Exception) -> Answer:
    """What is answered when an evaluation fails in a way that it never should."""
    return failure(key, GENERAL, f"evaluation failed: {type(error).__name__}", 500)


def _answer(status: int, out: dict[str, Any]) -> Answer:
    body = msgspec.json.encode(out)
    return Answer(status, [JSON, (b"content-length", b"%d" % len(body))], body)
