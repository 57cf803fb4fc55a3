"""Options, the address and the key: what makes no sense is said at once, and keys stay secret."""

import inspect
import sys
from typing import Any

import pytest

from yardarm import Client, OptionError, Options
from yardarm.sdk.options import Address, Given

KEY = "ys_0123456789abcdef"


def test_every_option_is_known_to_type_checkers_and_explained() -> None:
    fields = set(inspect.signature(Options).parameters)
    assert set(Given.__annotations__) == fields
    assert [name for name in fields if f"`{name}`" not in (Options.__doc__ or "")] == []


def test_an_option_that_is_none_is_named() -> None:
    with pytest.raises(OptionError, match=r"pol_seconds.*poll_seconds"):
        Client("http://127.0.0.1:9", KEY, pol_seconds=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "options",
    [{"poll_seconds": 0}, {"poll_seconds": "5"}, {"report_seconds": True},
     {"timeout_seconds": float("nan")}, {"private_attributes": "email"},
     {"report_attributes": "email"}, {"report_attributes": [5]}, {"private_attributes": None},
     {"hooks": [1]}, {"hooks": 5}, {"on_change": 5}, {"observe": "email"}, {"observe": None},
     {"observe_max": 0}, {"observe_max": True}, {"observe_max": 1.5}, {"private_values": "keep"}],
)  # fmt: skip
def test_an_option_of_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        Client("http://127.0.0.1:9", KEY, **options)


@pytest.mark.parametrize(
    ("url", "key"),
    [("", KEY), ("flags.example.com", KEY), ("ftp://x", KEY), ("http://", KEY), (None, KEY),
     ("http://u:p@x", KEY), ("http://x/?a=1", KEY), ("http://x/#a", KEY), ("http://x:port", KEY),
     ("http://[::1", KEY), ("http://x:99999", KEY), ("http://x", ""), ("http://x", None),
     ("http://x", "ys key"), ("http://x", "ys_\r\nHost: evil"), ("http://x", "clé"), (5, 5)],
)  # fmt: skip
def test_an_address_of_no_sense_is_refused(url: Any, key: Any) -> None:
    with pytest.raises(OptionError):
        Client(url, key)


@pytest.mark.parametrize(
    ("url", "whole"),
    [("http://x", "http://x:80"), ("https://x/", "https://x:443"),
     ("https://x:8443/flags/", "https://x:8443/flags"), ("http://[::1]:80", "http://[::1]:80"),
     ("http://X.example", "http://x.example:80")],
)  # fmt: skip
def test_an_address_is_read(url: str, whole: str) -> None:
    assert Address.of(url, KEY).url == whole


@pytest.mark.parametrize(
    ("key", "kind"),
    [("ys_0123456789abcdef", "a server key"), ("yc_0123456789abcdef", "a client key"),
     ("yt_0123456789abcdef", "a token for the API"), ("dev", "a key of a form unknown here")],
)  # fmt: skip
def test_a_key_is_named_by_what_it_looks_like(key: str, kind: str) -> None:
    assert Address.of("http://x", key).key_type == kind


def test_a_key_is_in_no_text() -> None:
    address = Address.of("http://x", f" {KEY}\n")
    assert address.key == KEY
    assert KEY not in repr(address)
    assert address.key_hint == "ys_01…"
    assert Address.of("http://x", "shortkey").key_hint == "…"


def test_a_certificate_file_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(OptionError, match="ca_file"):
        Client("https://127.0.0.1:9", KEY, ca_file="/nowhere/ca.pem")


@pytest.mark.parametrize(
    ("program", "name"),
    [("/srv/shop/app.py", "app"), ("/srv/shop/__main__.py", "shop"), ("worker", "worker")],
)
def test_the_application_is_named_by_its_file(
    monkeypatch: pytest.MonkeyPatch, program: str, name: str
) -> None:
    monkeypatch.setattr(sys, "argv", [program])
    assert Options().application_name() == name
    assert Options(application="checkout").application_name() == "checkout"
