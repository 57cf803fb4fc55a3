"""Visitors that nobody knows: a random key in a signed cookie, so that splits stay the same."""

from __future__ import annotations

import secrets as random
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field

from ...errors import OptionError
from .cookies import set_cookie
from .signing import Signing

_VERSION = "yv1"
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Visitors:
    """Gives each visitor a random key, kept in a signed cookie.

    It is the context's `key` where the application names nobody; an attribute `anonymous` says so.
    The first of the `secrets` signs, all are accepted. A cookie that is not ours, or was edited, is
    replaced: nobody chooses a key. It lasts `max_age_seconds`, by default a year, is `HttpOnly` and
    `SameSite=Lax`, and `Secure` unless told otherwise, which only development needs. A cache that
    several people share must not keep answers that set it, as of any cookie.

    Raises `OptionError` for a secret of less than 32 characters.
    """

    secrets: str | Sequence[str] = field(repr=False)
    _: KW_ONLY
    cookie: str = "yardarm_visitor"
    max_age_seconds: int = 365 * 86_400
    secure: bool = True
    _signing: Signing = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.max_age_seconds <= 0:
            raise OptionError("max_age_seconds is a number of seconds above 0")
        signing = Signing("yardarm.visitor.1", self.secrets, size=_BYTES)
        object.__setattr__(self, "_signing", signing)

    def read(self, cookie: str) -> tuple[str | None, bool]:
        """The key in a cookie's value, if it is ours; and whether the cookie has to be set anew."""
        head, _, signature = cookie.rpartition(".")
        version, _, key = head.partition(".")
        if version != _VERSION or not key or not cookie.isascii():
            return None, True
        place = self._signing.verify(head, signature)
        return (None, True) if place is None else (key, place > 0)

    def new(self) -> str:
        """A key for somebody who has none: 128 random bits."""
        return random.token_urlsafe(_BYTES)

    def header(self, key: str) -> str:
        """The `Set-Cookie` header that keeps a key."""
        head = f"{_VERSION}.{key}"
        value = f"{head}.{self._signing.sign(head)}"
        return set_cookie(self.cookie, value, self.max_age_seconds, secure=self.secure)
