"""Signed overrides as texts: what is ours is read, everything else is refused with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm import OptionError, sign_override
from yardarm.sdk.web.signing import Signing, decoded, encoded
from yardarm.sdk.web.tokens import MAX_SECONDS, MAX_TOKEN, Refused, SignedOverride, Tokens

OLD, NEW = "o" * 32, "n" * 32
NOW = 1_800_000_000.0
TOKENS = Tokens([NEW, OLD], "shop/production")


def written(**more: Any) -> str:
    options = {"by": "ann", "seconds": 60.0, "now": NOW} | more
    return TOKENS.write({"new-checkout": True, "engine": "fast"}, **options)[0]


def why(token: str, now: float = NOW) -> str:
    read = TOKENS.read(token, now)
    assert isinstance(read, Refused), read
    return read.why


def forged(change: dict[str, Any] | list[Any] | str) -> str:
    """A token that is signed as ours are, with another payload."""
    payload = json.loads(decoded(written().split(".")[1]))
    payload = {**payload, **change} if isinstance(change, dict) else change
    head = f"yo1.{encoded(json.dumps(payload).encode())}"
    return f"{head}.{Signing('yardarm.override.1', NEW).sign(head)}"


def test_what_is_written_is_read() -> None:
    read = TOKENS.read(written(), NOW + 59)
    assert isinstance(read, SignedOverride)
    assert read.flags == {"new-checkout": True, "engine": "fast"}
    assert (read.by, read.audience, read.until) == ("ann", "shop/production", NOW + 60)


def test_secrets_are_rotated_by_putting_a_new_one_in_front() -> None:
    before = Tokens(OLD, "shop/production")
    token, _ = before.write({"a": True}, by="ann", seconds=60, now=NOW)
    assert isinstance(TOKENS.read(token, NOW), SignedOverride)
    assert isinstance(before.read(written(), NOW), Refused)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", "no token of the form"),
        ("yo2." + written().split(".", 1)[1], "no token of the form"),
        ("yo1..", "no token of the form"),
        ("yo1.é.x", "no token of the form"),
        ("yo1.bm90.signed", "signature"),
        (written()[:-2], "signature"),
        (written() + "A", "signature"),
        ("x" * (MAX_TOKEN + 1), f"more than {MAX_TOKEN} characters"),
        (forged({"for": "shop/staging"}), "another application or environment"),
        (forged({"until": True}), "not what this version writes"),
        (forged({"until": 1e99}), "not what this version writes"),
        (forged({"until": int(NOW + MAX_SECONDS + 61)}), "more than 30 days"),
        (forged({"flags": [1]}), "not what this version writes"),
        (forged([]), "not what this version writes"),
        (forged("x"), "not what this version writes"),
    ],
    ids=range(15),
)
def test_everything_else_is_refused(token: str, reason: str) -> None:
    assert reason in why(token)


def test_it_expires() -> None:
    assert why(written(), NOW + 60) == "it has expired"


def test_a_signature_for_another_purpose_is_worth_nothing() -> None:
    head = written().rpartition(".")[0]
    assert "signature" in why(f"{head}.{Signing('yardarm.visitor.1', NEW).sign(head)}")


@given(at=st.integers(0, len(written()) - 1), char=st.characters(codec="ascii"))
def test_no_edit_of_one_character_is_believed(at: int, char: str) -> None:
    token = written()
    edited = token[:at] + char + token[at + 1 :]
    assert edited == token or isinstance(TOKENS.read(edited, NOW), Refused)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(TOKENS.read(text, NOW), Refused)


@pytest.mark.parametrize(
    ("flags", "options", "reason"),
    [
        ({}, {}, "at least one flag"),
        ({"a": True}, {"by": " "}, "who made it"),
        ({"a": True}, {"hours": 0}, "up to 30 days"),
        ({"a": True}, {"hours": 721}, "up to 30 days"),
        ({"a": float("nan")}, {}, "cannot be given nan"),
        ({"": True}, {}, "cannot be given"),
        ({"a": "x" * MAX_TOKEN}, {}, "name fewer flags"),
    ],
)
def test_what_nobody_would_accept_is_not_signed(
    flags: dict[str, Any], options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(OptionError, match=reason):
        sign_override(flags, NEW, "shop", **({"by": "ann"} | options))


def test_secrets_are_long() -> None:
    with pytest.raises(OptionError, match="shorter than 32 characters: make one by"):
        Tokens("short", "shop")
    with pytest.raises(OptionError, match="at least one secret"):
        Tokens([], "shop")
    with pytest.raises(OptionError, match="audience"):
        Tokens(NEW, "")
