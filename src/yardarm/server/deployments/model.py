"""A deployment marker, and what may be in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from yardarm.errors import DocumentError, Problem

MAX_WORD = 200
"""The longest name of an application or of a version, in characters."""

MAX_URL = 2_000
"""The longest link, in characters."""

AHEAD = timedelta(hours=1)
"""How far the clock of whoever deploys may be ahead of the server's."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """That a version of an application went into an environment at an instant.

    `url` leads to more about it, or is empty. `actor` is whose token said so.
    """

    id: int
    environment: str
    application: str
    version: str
    url: str
    actor: str
    at: datetime


def check_marker(application: str, version: str, url: str, at: datetime, now: datetime) -> None:
    """Raises `DocumentError` with a problem for each field that cannot be kept."""
    problems = [
        Problem(
            f"/{name}",
            f"expected 1 to {MAX_WORD} characters that can be seen",
            f"for example {example!r}",
        )
        for name, text, example in (
            ("application", application, "checkout"),
            ("version", version, "2.14.0"),
        )
        if not (0 < len(text) <= MAX_WORD and text.isprintable() and text == text.strip())
    ]
    if url and not _is_link(url):
        problems.append(
            Problem(
                "/url",
                f"expected a link of at most {MAX_URL} characters",
                "for example 'https://ci.example.com/builds/512'",
            )
        )
    if at > now + AHEAD:
        problems.append(
            Problem("/at", "the instant lies in the future", "leave it out to mean the present")
        )
    if problems:
        raise DocumentError(problems)


def _is_link(url: str) -> bool:
    """Whether it can be shown as a link without harm: `javascript:` could not."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname)
    except ValueError:
        return False
    return len(url) <= MAX_URL and url.isprintable() and named and parts.scheme in ("http", "https")
