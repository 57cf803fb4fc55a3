"""Texts that only we can have written: HMAC-SHA-256 over a text and what it is for.

Several secrets may be in use: the first one signs, all are accepted, so that a new one can be put
in front and the old one be taken away when what it signed has expired.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from ...errors import OptionError

MIN_SECRET = 32
"""Characters that a secret has at least."""


class Signing:
    """Signs and verifies for one purpose; what is signed for one is worth nothing for another."""

    __slots__ = ("_bytes", "_purpose", "_secrets")

    def __init__(self, purpose: str, secrets: str | Sequence[str], *, size: int = 32) -> None:
        self._purpose = purpose.encode() + b"\0"
        self._secrets = [one.encode() for one in checked_secrets(secrets)]
        self._bytes = size

    def sign(self, text: str) -> str:
        """The signature of a text, in base64url."""
        return self._mac(self._secrets[0], text)

    def verify(self, text: str, signature: str) -> int | None:
        """The place of the secret that signed the text, or None. Takes as long for any signature.

        The texts are ASCII, as they came from a request.
        """
        given = signature.encode("ascii", "replace")
        found = None
        for place, secret in enumerate(self._secrets):
            if hmac.compare_digest(self._mac(secret, text).encode(), given) and found is None:
                found = place
        return found

    def _mac(self, secret: bytes, text: str) -> str:
        signed = self._purpose + text.encode("utf-8", "surrogateescape")
        return encoded(hmac.digest(secret, signed, "sha256")[: self._bytes])


def checked_secrets(secrets: str | Sequence[str]) -> tuple[str, ...]:
    """The secrets, which raise `OptionError` when there are none or one of them is short."""
    listed = (secrets,) if isinstance(secrets, str) else tuple(secrets)
    if not listed:
        raise OptionError("at least one secret is needed")
    for place, secret in enumerate(listed):
        if len(secret) < MIN_SECRET:
            raise OptionError(
                f"secret {place + 1} is shorter than {MIN_SECRET} characters: make one by "
                "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`"
            )
    return listed


def encoded(data: bytes) -> str:
    """In base64url, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64url without padding. Raises `ValueError`."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
