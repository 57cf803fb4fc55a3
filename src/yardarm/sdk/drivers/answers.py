"""What to make of an answer that is not what was asked for."""

from __future__ import annotations

import json
import time
from typing import Any

from ..options import Address
from ..retry import Failure, asked_seconds
from .http import MAX_PROBLEM, Answer, Broken


class Unusable(Exception):
    """An answer that is of no use. `failure` says how patient to be, `asked` is Retry-After."""

    def __init__(self, failure: Failure, message: str, asked: float | None = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.asked = asked


def check(answer: Answer, address: Address, environment: str) -> None:
    """Raise `Unusable` unless the answer is a success. `environment` is the one known so far."""
    if answer.status == 200:
        return
    detail = _problem(answer)
    if answer.status in (401, 403):
        raise Unusable("refused", _refusal(answer.status, detail, address, environment))
    if answer.status in (404, 407):
        what = "has no Yardarm at this path" if answer.status == 404 else "is behind a proxy"
        text = f"{address.url} {what} ({answer.status}): {detail or 'check the URL'}"
        raise Unusable("refused", text)
    asked = asked_seconds(answer.header("retry-after") or None, time.time())
    text = f"the server answers {answer.status}" + (f": {detail}" if detail else "")
    raise Unusable("server", text, asked)


def portal(answer: Answer) -> Unusable:
    """Something else answered in the server's place."""
    kind = answer.media_type or "an unknown type"
    return Unusable(
        "server",
        f"{answer.url} answers with {kind} instead of flags: something stands between here and "
        "the server (a captive portal or a proxy)",
    )


def _refusal(status: int, detail: str, address: Address, environment: str) -> str:
    known = f" of environment {environment}" if environment else ""
    advice = detail or "a client takes a server key (ys_…) of the environment it follows"
    return (
        f"the SDK key {address.key_hint} ({address.key_type}{known}) is refused by "
        f"{address.url} ({status}): {advice}"
    )


def _problem(answer: Answer) -> str:
    """What an error's body says, in one line."""
    try:
        body: Any = json.loads(answer.read(MAX_PROBLEM))
        text = body.get("detail") or body.get("title") or ""
    except (*Broken, AttributeError, RecursionError):
        return ""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text)[:1_000])
    return " ".join(plain.split())[:300]
