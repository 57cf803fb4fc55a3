"""Where signed overrides are taken from, and what is written down about each one that is used."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from typing import NamedTuple
from urllib.parse import unquote_plus

from ...errors import OptionError
from ..log import Log
from .asked import Asked
from .cookies import check_name, find_cookie, set_cookie
from .tokens import Refused, SignedOverride, Tokens

AUDIT = logging.getLogger("yardarm.overrides")
"""One line for each request that a signed override changes."""

LOG = Log("signed overrides")
_INVISIBLE = re.compile(r"[^!-~]+")
"""What no address holds; browsers leave some of it out, and so may change where one leads."""

END = "off"
"""What a link says instead of a token to take the cookie away again."""


@dataclass(frozen=True, slots=True)
class OverrideUse:
    """A request that a signed override changes. `origin` is header, cookie or parameter."""

    override: SignedOverride
    origin: str
    method: str
    path: str
    client: str | None

    def __str__(self) -> str:
        said = self.override
        values = ", ".join(f"{key!r} = {value!r}" for key, value in sorted(said.flags.items()))
        return (
            f"signed override {said.id!r} by {said.by!r} from {self.origin}, client {self.client}: "
            f"{self.method!r} {self.path[:200]!r} with {values[:1000]}"
        )


class Found(NamedTuple):
    """What a request brings along. `cookie` is a `Set-Cookie` header to answer with, if any.

    `location` is where the browser is sent, so that the token leaves its address bar.
    """

    override: SignedOverride | None = None
    origin: str = ""
    cookie: str = ""
    location: str = ""


NOTHING_FOUND = Found()


@dataclass(frozen=True, slots=True)
class SignedOverrides:
    """Takes signed overrides of single requests: flags that testers see before anybody else.

    `audience` names application and environment, as the token has to: `"shop/production"`. A token
    by any of the `secrets` is believed; `yardarm override-link` and `sign_override` make them.

    A token comes in the request header `header`, the `cookie`, or the query's `parameter`; each may
    be None, which switches it off, as the parameter is by default: addresses end up in logs. With
    `redirect` a parameter's token is put into the cookie, and the browser sent to the same address
    without it; `parameter=off` takes the cookie away. It is a cookie for HTTPS alone, unless
    `secure` is False, which only development needs.

    `only` names the flags that may be overridden, by default all. `on_use` is called with an
    `OverrideUse` for each request that is changed; the logger `yardarm.overrides` has a line for
    each. What is refused is logged once a minute, and the request goes on without.

    Raises `OptionError` for secrets of less than 32 characters, and where nothing is left to take
    a token from.
    """

    secrets: str | Sequence[str] = field(repr=False)
    audience: str
    _: KW_ONLY
    header: str | None = "Yardarm-Override"
    cookie: str | None = "yardarm_override"
    parameter: str | None = None
    redirect: bool = False
    only: Collection[str] | None = None
    on_use: Callable[[OverrideUse], object] | None = None
    secure: bool = True
    _tokens: Tokens = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [name for name in (self.header, self.cookie, self.parameter) if name]
        if not names:
            raise OptionError("a header, a cookie or a parameter has to be left for the tokens")
        for name in names:
            check_name(name)
        if self.redirect and not (self.parameter and self.cookie):
            raise OptionError("redirect needs both a parameter and a cookie")
        if isinstance(self.only, str):
            raise OptionError(f"only is a collection of flags, not the text {self.only!r:.100}")
        object.__setattr__(self, "_tokens", Tokens(self.secrets, self.audience))

    def find(self, asked: Asked, client: str | None, now: float) -> Found:
        """What the request brings along. Never raises, whatever that is."""
        token, origin = self._token(asked)
        if not token:
            return NOTHING_FOUND
        by_link = self.redirect and origin == "parameter" and asked.method in ("GET", "HEAD")
        if by_link and token == END:
            return Found(cookie=self._forget(), location=self._location(asked))
        read = self._tokens.read(token, now)
        if isinstance(read, SignedOverride):
            read = self._allowed(read)
        if isinstance(read, Refused):
            LOG.warning("refused", f"a token from a {origin} is refused: {read.why}")
            return Found(cookie=self._forget() if origin == "cookie" else "")
        if by_link:
            cookie = set_cookie(
                self.cookie or "", token, max(1, int(read.until - now)), secure=self.secure
            )
            return Found(cookie=cookie, location=self._location(asked))
        self._tell(OverrideUse(read, origin, asked.method, asked.path, client))
        return Found(read, origin)

    def _token(self, asked: Asked) -> tuple[str, str]:
        """The token and where it is from: the most deliberate place first."""
        if self.parameter and self.parameter in asked.query:
            for part in asked.query.split("&"):
                name, equals, value = part.partition("=")
                if equals and name == self.parameter and value:
                    return unquote_plus(value), "parameter"
        if self.header and (value := asked.header(self.header)):
            return value.strip(), "header"
        if self.cookie and (value := find_cookie(asked.header("cookie"), self.cookie) or ""):
            return value, "cookie"
        return "", ""

    def _allowed(self, said: SignedOverride) -> SignedOverride | Refused:
        if self.only is None or all(key in self.only for key in said.flags):
            return said
        return Refused("it is for flags that this application does not let be overridden")

    def _tell(self, use: OverrideUse) -> None:
        with suppress(Exception):  # a handler of the application's that raises
            AUDIT.info("%s", use)
        if self.on_use is not None:
            try:
                self.on_use(use)
            except Exception as error:
                LOG.error("on_use", f"on_use raised {type(error).__name__}: {error}")

    def _forget(self) -> str:
        return set_cookie(self.cookie or "", "", 0, secure=self.secure)

    def _location(self, asked: Asked) -> str:
        """The same address without the token. It never leads to another host."""
        left = [part for part in asked.query.split("&") if part.partition("=")[0] != self.parameter]
        path = "/" + _INVISIBLE.sub("", asked.path).lstrip("/\\")
        query = _INVISIBLE.sub("", "&".join(left))
        return f"{path}?{query}" if query else path
