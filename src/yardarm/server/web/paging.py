"""Paging of lists, the same for every route: `?limit=` and an opaque `?cursor=`.

A cursor holds the sort key of the last item seen, so items that come or go meanwhile neither repeat
nor hide others. A route reads `page = read_page(query)`, fetches `page.limit + 1` items behind
`page.after` in a fixed order, and answers `cut(items, page, key)`::

    {"items": [...], "next_cursor": "eyJ…" or null}
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from .problems import Fault, failed

T = TypeVar("T")

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
_MAX_CURSOR = 2000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What part of a list is asked for: at most `limit` items behind the sort key `after`."""

    limit: int = DEFAULT_LIMIT
    after: Any = None
    """The sort key (a JSON value) of the last item of the page before, None for the first page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_cursor` is None on the last one."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def read_page(
    query: Mapping[str, str], *, default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT
) -> PageRequest:
    """Read `limit` and `cursor` of a query. Raises `RequestFailed` (422) for anything else."""
    return PageRequest(_limit(query.get("limit"), default, maximum), _after(query.get("cursor")))


def cut(items: Sequence[T], page: PageRequest, key: Callable[[T], Any]) -> Page[T]:
    """The page out of up to `limit + 1` fetched items; the one too many tells that there is more.

    `key` gives an item's sort key: a JSON value that `page.after` will hold next time.
    """
    shown = tuple(items[: page.limit])
    if len(items) <= page.limit or not shown:
        return Page(shown)
    return Page(shown, cursor_of(key(shown[-1])))


def cursor_of(after: Any) -> str:
    """The cursor that stands for a sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(after)).rstrip(b"=").decode()


def next_link(path: str, query: Mapping[str, str], page: Page[Any]) -> list[tuple[str, str]]:
    """The `Link: <…>; rel="next"` header of a page, or none on the last one."""
    if page.next_cursor is None:
        return []
    target = f"{path}?{urlencode({**query, 'cursor': page.next_cursor})}"
    return [("link", f'<{target}>; rel="next"')]


def _limit(text: str | None, default: int, maximum: int) -> int:
    if text is None:
        return default
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= maximum:
        raise failed(
            "invalid",
            "the limit is out of range",
            errors=[Fault("/limit", f"{text[:40]!r} is no whole number from 1 to {maximum}")],
        )
    return number


def _after(text: str | None) -> Any:
    if text is None:
        return None
    try:
        if len(text) > _MAX_CURSOR:
            raise ValueError("too long")
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, msgspec.MsgspecError, RecursionError):
        raise failed(
            "invalid",
            "the cursor is not one of ours",
            errors=[Fault("/cursor", "not a cursor", "pass `next_cursor` of the page before")],
        ) from None
