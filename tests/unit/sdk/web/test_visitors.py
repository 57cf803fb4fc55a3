"""Visitors' keys: kept in a signed cookie that nobody can choose."""

from __future__ import annotations

import pytest

from yardarm import OptionError, Visitors
from yardarm.sdk.web.cookies import find_cookie
from yardarm.sdk.web.tokens import Tokens

OLD, NEW = "o" * 32, "n" * 32


def value_of(header: str) -> str:
    return header.partition(";")[0].partition("=")[2]


def test_a_key_is_kept() -> None:
    visitors = Visitors(NEW)
    key = visitors.new()
    header = visitors.header(key)
    assert header.startswith("yardarm_visitor=yv1.")
    assert header.endswith("; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert visitors.read(value_of(header)) == (key, False)
    assert visitors.new() != key
    assert NEW not in repr(visitors)


def test_a_cookie_by_an_older_secret_is_signed_anew_and_keeps_its_key() -> None:
    cookie = value_of(Visitors(OLD).header("abc"))
    assert Visitors([NEW, OLD]).read(cookie) == ("abc", True)
    assert Visitors(NEW).read(cookie) == (None, True)


@pytest.mark.parametrize(
    "cookie",
    ["", "abc", "yv1.abc", "yv1.abc.", "yv1..x", "yv2.abc.x", "yv1.äbc.x", "." * 5000,
     Tokens(NEW, "a").write({"a": True}, by="b", seconds=9, now=0)[0]],
    ids=range(9),
)  # fmt: skip
def test_what_is_not_ours_is_replaced(cookie: str) -> None:
    assert Visitors(NEW).read(cookie) == (None, True)


def test_an_edited_key_is_replaced() -> None:
    cookie = value_of(Visitors(NEW).header("user-1"))
    assert Visitors(NEW).read(cookie.replace("user-1", "user-2")) == (None, True)


def test_development_may_do_without_https() -> None:
    assert "Secure" not in Visitors(NEW, secure=False).header("a")
    with pytest.raises(OptionError, match="max_age_seconds"):
        Visitors(NEW, max_age_seconds=0)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("a=1; b=2", "2"),
        ("bb=1;b=2", "2"),
        ('b="2"', "2"),
        ("b=2; b=3", "2"),
        ("xb=2", None),
        ("b", None),
        ("", None),
        ("a=b=2", None),
    ],
)
def test_cookies_are_found(header: str, value: str | None) -> None:
    assert find_cookie(header, "b") == value
