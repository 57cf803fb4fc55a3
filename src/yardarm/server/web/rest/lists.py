"""Lists a page at a time: the same `limit`, `cursor`, `next_cursor` and `Link` for every route."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeVar

from litestar import Response
from litestar.params import QueryParameter

from ..paging import DEFAULT_LIMIT, Page, PageRequest, cut, next_link, read_page
from ..problems import Fault, failed
from ..requests import query, raw_path
from .bodies import StrictRequest

T = TypeVar("T")

MAX_LIMIT = 200
"""Most items of one page."""

Limit = Annotated[
    str | None,
    QueryParameter(
        name="limit",
        description=f"How many items at most, 1 to {MAX_LIMIT}.",
        schema_extra={
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
    ),
]
Cursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        description="`next_cursor` of the page before.",
    ),
]


async def read_page_request(limit: Limit = None, cursor: Cursor = None) -> PageRequest:
    """What part of a list is asked for. Raises a 422 problem."""
    given = {"limit": limit, "cursor": cursor}
    present = {name: text for name, text in given.items() if text is not None}
    return read_page(present, maximum=MAX_LIMIT)


def page_of(
    page: PageRequest, items: Iterable[T], key: Callable[[T], Any], *, newest_first: bool = False
) -> Page[T]:
    """The page of a list that is at hand, in the order of its unique `key`."""
    ordered = sorted(items, key=key, reverse=newest_first)
    if page.after is not None and ordered:
        if type(page.after) is not type(key(ordered[0])):
            raise wrong_cursor()
        ordered = [
            item
            for item in ordered
            if (key(item) < page.after if newest_first else key(item) > page.after)
        ]
    return cut(ordered, page, key)


def answer_page(
    request: StrictRequest, page: Page[T], headers: dict[str, str] | None = None
) -> Response[Page[T]]:
    """The response for a page, with the link to the next one."""
    return Response(page, headers={**(headers or {}), **links(request, page)})


def links(request: StrictRequest, page: Page[Any]) -> dict[str, str]:
    """The header that leads to the page after this one; none on the last."""
    path, fields = raw_path(request.scope).decode("ascii"), query(request.scope)
    fields.pop("offset", None)  # the cursor stands behind what it left out
    return dict(next_link(path, fields, page))


def csv_answer(text: str, name: str) -> Response[str]:
    """A table to be saved as a file of that name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv", headers=headers)


def wrong_cursor() -> Exception:
    """The problem of a cursor that another list gave out."""
    return failed(
        "invalid",
        "the cursor belongs to another list",
        errors=[
            Fault("/cursor", "not a cursor of this list", "pass `next_cursor` of the page before")
        ],
    )
