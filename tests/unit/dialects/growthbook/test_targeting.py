"""Addresses: overrides in their query, targeting, redirects."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.dialects.growthbook.addresses import Address, NoAddress, parse
from yardarm.dialects.growthbook.targeting import overridden, redirected, targeted, url_matches

HERE = Address("https", "_")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", None), ("http://x", None), ("http://x?", None), ("http://x?exp=1", 1),
        ("http://x?exp=1&exp=0", 1), ("http://x?a=b&exp=0#exp=1", 0), ("?exp=2", None),
        ("?exp=1.9", 1), ("?exp=0x1", 1), ("?exp= 1", 1), ("?exp=-1", None), ("?exp", None),
        ("?exp=one", None), ("?x?exp=1", None), ("?exp=99999999999999999999999", None),
        ("?EXP=1", None),
    ],
)  # fmt: skip
def test_an_override_in_a_query(url: str, expected: int | None) -> None:
    assert overridden("exp", url, 2) == expected


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("HTTP://Example.COM:80/A/../b?q=1 2#f g", "http://example.com/b?q=1%202#f%20g"),
        ("https:\\\\x\\y", "https://x/y"), ("//x/y", "https://x/y"), ("/a/./b/..", "https://_/a/"),
        ("a?b", "https://_/a?b"), ("#f", "https://_/#f"), ("", "https://_/"),
        ("https://u:p@x:8080/", "https://u:p@x:8080/"), ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://[2001:db8::1:0:0:1]/", "http://[2001:db8::1:0:0:1]/"),
        ("http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"),
        ("http://exämple.com/ä", "http://xn--exmple-cua.com/%C3%A4"),
        ("mailto:a b", "mailto:a b"), ("x:/a/../b", "x:/b"), ("x://h/a?b#c", "x://h/a?b#c"),
    ],
)  # fmt: skip
def test_an_address(text: str, href: str) -> None:
    assert parse(text, HERE).href == href


@pytest.mark.parametrize(
    "text",
    ["http://", "http://a b/", "http://x:99999/", "http://x:y/", "http://[::1", "http://1.2.3.4.5/",
     "http://256.1.1.1/", "http://[1::2::3]/", "http://%41%00/", "http://09.1/", "x://a b/"],
)  # fmt: skip
def test_no_address(text: str) -> None:
    with pytest.raises(NoAddress):
        parse(text, HERE)


def test_a_base_is_needed_for_a_path() -> None:
    with pytest.raises(NoAddress):
        parse("/a")
    assert parse("https:x").href == "https://x/"


def _target(pattern: str, kind: str = "simple", include: bool = True) -> dict[str, Any]:
    return {"type": kind, "include": include, "pattern": pattern}


@pytest.mark.parametrize(
    ("url", "targets", "expected"),
    [
        ("http://x.com/home", [_target("/home")], True),
        ("http://x.com/home/", [_target("home")], True),
        ("http://x.com/HOME", [_target("/home")], True),
        ("http://x.com/home", [_target("http://x.com/home")], True),
        ("http://y.com/home", [_target("x.com/home")], False),
        ("http://a.x.com/home", [_target("*.x.com/*")], True),
        ("http://x.com/?a=1&b=2", [_target("/?b=2")], True),
        ("http://x.com/?a=1", [_target("/?b=*")], True),
        ("http://x.com/#h", [_target("/#h")], True),
        ("http://x.com/", [_target("/#h")], False),
        ("http://x.com/home", [_target("^/home$", "regex")], True),
        ("http://x.com/home", [_target("(", "regex")], False),
        ("http://x.com/home", [_target("/home"), _target("/home", include=False)], False),
        ("http://x.com/home", [_target("/other", include=False)], True),
        ("http://x.com/home", [_target("/home", "other")], False),
        ("http://", [_target("*")], False),
        ("http://x.com/home", [], False),
        ("http://x.com/home", [None], False),
        ("http://x.com/home", 5, False),
        ("http://x.com/home", [{"type": "simple", "pattern": 5}], False),
    ],
)
def test_targeting(url: str, targets: Any, expected: bool) -> None:
    assert targeted(url, targets) is expected


def test_the_older_form_of_targeting() -> None:
    assert url_matches("^/home", "https://x.com/home")
    assert url_matches("x.com", "https://x.com/home")
    assert not url_matches("^/home", "")
    assert not url_matches("(", "https://x.com/home")
    assert not url_matches(5, "https://x.com/home")


def test_a_redirect_keeps_the_query() -> None:
    url = "http://x.com/home?color=blue&food=sushi&title=a b"
    to = "http://x.com/new?color=red"
    assert redirected(url, to) == "http://x.com/new?color=red&food=sushi&title=a+b"
    assert redirected("http://x.com/", "http://x.com/new?a=%20") == "http://x.com/new?a=%20"
    assert redirected("/home?a=1", to) == to
