"""Making, hashing, encrypting and signing secrets.

Tokens and keys are random (256 bits), so a plain SHA-256 keeps them safe at rest and lets them be
looked up; a slow hash would add nothing. What must be shown again is encrypted with AES-256-GCM
under a key derived from YARDARM_SECRET_KEY; the first byte names the form, so that it can change.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yardarm.errors import OptionError

TOKEN_PREFIX = "yt_"
SESSION_PREFIX = "yx_"
LINK_PREFIX = "yl_"
KEY_PREFIXES = {"server": "ys_", "client": "yc_"}
OWN_PREFIXES = (TOKEN_PREFIX, SESSION_PREFIX, LINK_PREFIX, *KEY_PREFIXES.values())
SHORTEST_GIVEN = 4
SHORTEST_ALIAS = 16
"""Shorter texts could be guessed: what a vendor gives is longer."""
LONGEST_GIVEN = 512
_SHOWN = 7
_SHORTEST_SEALED = 1 + 12 + 16  # form, nonce, tag
_FORM = b"\x01"


def new_secret(prefix: str) -> str:
    """A random secret: the prefix and 32 URL-safe bytes."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a secret and what it is looked up by."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def session_id(digest: str) -> str:
    """By what a session is named where it is listed: half of its hash, which opens nothing."""
    return digest[:32]


def shown_prefix(secret: str) -> str:
    """The first characters, by which people tell secrets apart; less of short ones."""
    return secret[: min(_SHOWN, len(secret) // 2)]


def usable(secret: str) -> bool:
    """Whether a given text may be a token or key: visible ASCII, so that it fits in a header."""
    return SHORTEST_GIVEN <= len(secret) <= LONGEST_GIVEN and all(
        33 <= ord(character) <= 126 for character in secret
    )


class Sealer:
    """Encrypts, and signs, under one secret key."""

    __slots__ = ("_aead", "_signing")

    def __init__(self, secret_key: str) -> None:
        if len(secret_key) < 16:
            raise OptionError("YARDARM_SECRET_KEY must have at least 16 characters")
        root = secret_key.encode()
        self._aead = AESGCM(hmac.digest(root, b"yardarm sealed secrets", "sha256"))
        self._signing = hmac.digest(root, b"yardarm signed tokens", "sha256")

    def __repr__(self) -> str:
        return "Sealer(…)"

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypt. `purpose` must be the same when it is opened."""
        nonce = secrets.token_bytes(12)
        return _FORM + nonce + self._aead.encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str | None:
        """Decrypt; None when it was sealed under another key, or altered."""
        if sealed[:1] != _FORM or len(sealed) < _SHORTEST_SEALED:
            return None
        try:
            return self._aead.decrypt(sealed[1:13], sealed[13:], purpose.encode()).decode()
        except InvalidTag:
            return None

    def sign(self, payload: str, expires_at: datetime) -> str:
        """A URL-safe text holding `payload` until `expires_at`."""
        body = f"{int(expires_at.timestamp())}.{payload}".encode()
        return f"{_encode(body)}.{_encode(self._mac(body))}"

    def verify(self, signed: str, now: datetime) -> str | None:
        """The payload; None when it is forged, malformed or expired."""
        first, _, second = signed.partition(".")
        try:
            body, mac = _decode(first), _decode(second)
        except (ValueError, binascii.Error):
            return None
        if not hmac.compare_digest(mac, self._mac(body)):
            return None
        until, _, payload = body.decode().partition(".")
        return payload if now < datetime.fromtimestamp(int(until), UTC) else None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._signing, body, "sha256")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(data) != text:
        raise ValueError("not the canonical text of these bytes")
    return data
