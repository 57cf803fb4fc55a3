"""Cookies, as far as we set and read them."""

from __future__ import annotations

import re

from ...errors import OptionError

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")


def check_name(name: str) -> str:
    """The name of a cookie, header or parameter. Raises `OptionError` when it cannot be one."""
    if not _NAME.match(name):
        raise OptionError(f"{name!r:.100} cannot be the name of a cookie, header or parameter")
    return name


def set_cookie(name: str, value: str, max_age_seconds: int, *, secure: bool) -> str:
    """A `Set-Cookie` header for the whole site. The value is ASCII without `;`, as ours are."""
    return (
        f"{name}={value}; Max-Age={max_age_seconds}; Path=/; HttpOnly; SameSite=Lax"
        f"{'; Secure' if secure else ''}"
    )


def find_cookie(header: str, name: str) -> str | None:
    """The value of a cookie in a `Cookie` header; the first one, as browsers send the nearest."""
    if name not in header:
        return None
    for part in header.split(";"):
        found, equals, value = part.strip().partition("=")
        if equals and found == name:
            return value.strip().strip('"')
    return None
