"""Secrets: random, hashed, sealed, signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.errors import OptionError
from yardarm.server.access.secrets import (
    Sealer,
    hash_secret,
    new_secret,
    shown_prefix,
    usable,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
SEALER = Sealer("a secret key for these tests only")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_secrets_are_long_random_and_fit_in_a_header() -> None:
    made = {new_secret("yt_") for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(secret.startswith("yt_") and len(secret) == 46 and usable(secret) for secret in made)


@pytest.mark.parametrize("given", ["abc", "", "a" * 513, "with space", "na\u00efve", "tab\there"])
def test_unusable(given: str) -> None:
    assert not usable(given)


def test_a_shown_prefix_gives_little_away() -> None:
    assert shown_prefix(new_secret("yt_")).startswith("yt_")
    assert len(shown_prefix(new_secret("yt_"))) == 7
    assert shown_prefix("abcd") == "ab"


def test_hashes_are_sha256_of_any_text() -> None:
    assert hash_secret("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert len(hash_secret("\ud800")) == 64


@given(TEXT, TEXT)
def test_what_is_sealed_can_be_opened_for_its_purpose_only(text: str, purpose: str) -> None:
    sealed = SEALER.seal(text, purpose)
    assert SEALER.open(sealed, purpose) == text
    assert SEALER.open(sealed, purpose + "x") is None
    assert Sealer("another secret key, as long").open(sealed, purpose) is None


def test_sealing_twice_gives_two_texts_without_the_secret() -> None:
    one, other = SEALER.seal("hush", "key"), SEALER.seal("hush", "key")
    assert one != other
    assert b"hush" not in one


def test_any_flipped_bit_is_noticed() -> None:
    sealed = SEALER.seal("hush", "key")
    for position in range(len(sealed)):
        for bit in range(8):
            bad = bytearray(sealed)
            bad[position] ^= 1 << bit
            assert SEALER.open(bytes(bad), "key") is None
    for length in range(len(sealed)):
        assert SEALER.open(sealed[:length], "key") is None


@given(TEXT)
def test_what_is_signed_can_be_verified_until_it_expires(payload: str) -> None:
    signed = SEALER.sign(payload, LATER)
    assert SEALER.verify(signed, NOW) == payload
    assert SEALER.verify(signed, LATER) is None
    assert Sealer("another secret key, as long").verify(signed, NOW) is None
    assert set(signed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.text(st.characters(codec="ascii")))
def test_other_texts_are_not_signed(text: str) -> None:
    assert SEALER.verify(text, NOW) is None


def test_an_altered_signature_is_not_signed() -> None:
    signed = SEALER.sign("shop/production", LATER)
    for position, character in enumerate(signed):
        other = "B" if character == "A" else "A"
        assert SEALER.verify(signed[:position] + other + signed[position + 1 :], NOW) is None


def test_a_short_secret_key_is_refused_and_none_is_shown() -> None:
    with pytest.raises(OptionError):
        Sealer("too short")
    assert "secret key" not in repr(SEALER)
