"""Signed overrides as texts: who says what of which flags, for which application, until when.

::

    yo1.PAYLOAD.SIGNATURE

The payload is canonical JSON in base64url: `by`, `flags` (a value or a variant's key by flag),
`for` (the audience), `id` and `until` (seconds since 1970). Nobody can read a token as another
application's, later than it says, or with another value: the signature is over all of it.
"""

from __future__ import annotations

import json
import secrets as random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.jsontext import canonical, check_value
from ...core.model import Json
from ...errors import OptionError
from .signing import Signing, decoded, encoded

VERSION = "yo1"
MAX_TOKEN = 3_500
"""Characters of a token at most, so that it fits into a cookie."""

MAX_SECONDS = 30 * 86_400
"""How long a token can be valid at most, in seconds."""

_PURPOSE = "yardarm.override.1"
_FIELDS = {"by": str, "flags": dict, "for": str, "id": str, "until": int}


@dataclass(frozen=True, slots=True)
class SignedOverride:
    """What a token says. `until` is in seconds since 1970; `id` names it in logs."""

    flags: Mapping[str, Json]
    by: str
    audience: str
    until: int
    id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a token is worth nothing, in words that hold nothing of it."""

    why: str


class Tokens:
    """Writes and reads tokens for one audience."""

    __slots__ = ("_audience", "_signing")

    def __init__(self, secrets: str | Sequence[str], audience: str) -> None:
        if not audience:
            raise OptionError("an audience is needed, such as 'shop/production'")
        self._audience = audience
        self._signing = Signing(_PURPOSE, secrets)

    def write(
        self, flags: Mapping[str, Json], *, by: str, seconds: float, now: float
    ) -> tuple[str, SignedOverride]:
        """A token that is valid for so many seconds from `now`, and what it says.

        Raises `OptionError` for what nobody would accept.
        """
        if not flags:
            raise OptionError("an override says something of at least one flag")
        if not by.strip():
            raise OptionError("an override says who made it")
        if not 0 < seconds <= MAX_SECONDS:
            raise OptionError(f"an override holds for up to {MAX_SECONDS // 86_400} days")
        for key, value in flags.items():
            if not key or check_value(value):
                raise OptionError(f"flag {key!r:.100} cannot be given {value!r:.100}")
        said = SignedOverride(dict(flags), by, self._audience, int(now + seconds), _new_id())
        payload = canonical(
            {"by": by, "flags": said.flags, "for": said.audience, "id": said.id,
             "until": said.until}
        )  # fmt: skip
        head = f"{VERSION}.{encoded(payload)}"
        token = f"{head}.{self._signing.sign(head)}"
        if len(token) > MAX_TOKEN:
            raise OptionError(
                f"the override has {len(token)} characters, and {MAX_TOKEN} is the most: name "
                "fewer flags, or variants instead of values"
            )
        return token, said

    def read(self, token: str, now: float) -> SignedOverride | Refused:
        """What a token says, if it is ours and holds now. Never raises, whatever the text is."""
        if len(token) > MAX_TOKEN:
            return Refused(f"it has more than {MAX_TOKEN} characters")
        head, _, signature = token.rpartition(".")
        version, _, payload = head.partition(".")
        if version != VERSION or not payload or not token.isascii():
            return Refused(f"it is no token of the form {VERSION}.…")
        if self._signing.verify(head, signature) is None:
            return Refused("its signature is not by a secret of this application")
        try:
            found = json.loads(decoded(payload))
        except (ValueError, RecursionError):
            return Refused("its payload cannot be read")
        return self._judged(found, now)

    def _judged(self, found: Any, now: float) -> SignedOverride | Refused:
        if not isinstance(found, dict) or any(
            type(found.get(name)) is not kind for name, kind in _FIELDS.items()
        ):
            return Refused("its payload is not what this version writes")
        said = SignedOverride(
            found["flags"], found["by"], found["for"], found["until"], found["id"]
        )
        if said.audience != self._audience:
            return Refused(f"it is for another application or environment than {self._audience!r}")
        if said.until <= now:
            return Refused("it has expired")
        if said.until > now + MAX_SECONDS + 60:  # a minute for clocks that differ
            return Refused(f"it holds for more than {MAX_SECONDS // 86_400} days")
        return said


def sign_override(
    flags: Mapping[str, Json],
    secrets: str | Sequence[str],
    audience: str,
    *,
    by: str,
    hours: float = 8,
) -> str:
    """A token that has single requests see flags as it says, for `SignedOverrides`.

    `flags` has a variant's key, or a value that a variant has, by flag; `by` is who made it, as
    decisions and the log name them. It holds for so many `hours`, at most 30 days. The first of the
    `secrets` signs. Raises `OptionError` for what nobody would accept.
    """
    tokens = Tokens(secrets, audience)
    return tokens.write(flags, by=by, seconds=hours * 3600, now=time.time())[0]


def _new_id() -> str:
    return random.token_hex(6)
