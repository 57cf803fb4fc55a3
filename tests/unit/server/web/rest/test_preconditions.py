"""ETags, and what `If-Match` and `If-None-Match` say about them."""

from __future__ import annotations

import pytest

from yardarm.server.web.problems import RequestFailed
from yardarm.server.web.rest.preconditions import Base, as_text, etag, etag_of, is_current


def test_a_base_reads_the_etags_that_are_given_out() -> None:
    assert Base(etag(12)).version() == 12
    versions = {"production": 12, "staging": 0, "a,b=c": 3, "ä": 4, '"': 5}
    assert Base(etag_of(versions)).versions() == versions
    assert etag_of({"b": 2, "a": 1}) == '"a=1,b=2"'


def test_any_version() -> None:
    assert Base("*").version() is None
    assert Base("*").versions() is None


@pytest.mark.parametrize("text", [
    "", "12", '""', '"', "'12'", '"12', 'W/"12"', '"-1"', '"1.0"', '"١"', '"1", "2"',
    '"' + "1" * 16 + '"',
])  # fmt: skip
def test_what_names_no_version(text: str) -> None:
    with pytest.raises(RequestFailed) as refused:
        Base(text).version()
    assert refused.value.problem.status == 400


@pytest.mark.parametrize("text", [
    '""', '"12"', '"=1"', '"a="', '"a=x"', '"a=1,a=2"', '"a=1,"', "a=1", '"a=1", "b=2"',
])  # fmt: skip
def test_what_names_no_versions(text: str) -> None:
    with pytest.raises(RequestFailed) as refused:
        Base(text).versions()
    assert refused.value.problem.status == 400


@pytest.mark.parametrize(("header", "current"), [
    (None, False), ("", False), ('"7"', False), ("12", False),
    ('"12"', True), ("*", True), ('W/"12"', True), ('"7", "12"', True), ('"7",W/"12"', True),
])  # fmt: skip
def test_who_has_it_already(header: str | None, current: bool) -> None:
    assert is_current(header, '"12"') is current


def test_headers_are_utf_8_where_they_can_be() -> None:
    assert as_text("größer".encode().decode("latin-1")) == "größer"
    assert as_text("gr\xf6\xdfer") == "größer"
    assert as_text("plain") == "plain"
