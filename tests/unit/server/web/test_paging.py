"""Pages neither repeat nor skip, and a cursor is only what we gave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.web.paging import (
    MAX_LIMIT,
    PageRequest,
    cursor_of,
    cut,
    next_link,
    read_page,
)
from yardarm.server.web.problems import RequestFailed


@given(st.sets(st.text(max_size=5)), st.integers(1, 7))
def test_pages_give_every_item_once(keys: set[str], limit: int) -> None:
    ordered, seen, query = sorted(keys), list[str](), {"limit": str(limit)}
    while True:
        page = read_page(query)
        rest = [key for key in ordered if page.after is None or key > page.after]
        shown = cut(rest[: page.limit + 1], page, lambda key: key)
        assert len(shown.items) <= limit
        seen += shown.items
        if shown.next_cursor is None:
            break
        query["cursor"] = shown.next_cursor
    assert seen == ordered


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "", "1.0", "٣", "9" * 30, " 1"])
def test_a_bad_limit_is_refused(limit: str) -> None:
    with pytest.raises(RequestFailed) as caught:
        read_page({"limit": limit})
    assert caught.value.problem.status == 422
    assert caught.value.problem.errors[0].pointer == "/limit"


@pytest.mark.parametrize("cursor", ["x", "é", "*", "W3s", "a" * 3000, cursor_of("a")[:-1] + "!"])
def test_a_bad_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(RequestFailed) as caught:
        read_page({"cursor": cursor})
    assert caught.value.problem.errors[0].pointer == "/cursor"


def test_what_is_asked_for() -> None:
    assert read_page({}) == PageRequest()
    assert read_page({"limit": str(MAX_LIMIT), "cursor": cursor_of([1, "a"])}) == PageRequest(
        MAX_LIMIT, [1, "a"]
    )


def test_the_link_to_the_next_page() -> None:
    page = cut([1, 2], PageRequest(1), lambda n: n)
    assert page.next_cursor == cursor_of(1)
    ((name, value),) = next_link("/x", {"limit": "1", "q": "a b"}, page)
    assert name == "link"
    assert value == f'</x?limit=1&q=a+b&cursor={page.next_cursor}>; rel="next"'
    assert next_link("/x", {}, cut([1], PageRequest(1), lambda n: n)) == []
