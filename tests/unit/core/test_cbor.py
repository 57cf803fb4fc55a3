"""Canonical CBOR, against the examples of RFC 8949, appendix A."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.cbor import MAX_DEPTH, canonical_cbor


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (0, "00"), (1, "01"), (10, "0a"), (23, "17"), (24, "1818"), (25, "1819"), (100, "1864"),
        (1000, "1903e8"), (1000000, "1a000f4240"), (1000000000000, "1b000000e8d4a51000"),
        (18446744073709551615, "1bffffffffffffffff"),
        (18446744073709551616, "c249010000000000000000"),
        (-18446744073709551616, "3bffffffffffffffff"),
        (-18446744073709551617, "c349010000000000000000"),
        (-1, "20"), (-10, "29"), (-100, "3863"), (-1000, "3903e7"),
        (1.1, "fb3ff199999999999a"), (1.5, "f93e00"), (5.960464477539063e-8, "f90001"),
        (0.00006103515625, "f90400"), (-4.1, "fbc010666666666666"),
        (3.4028234663852886e38, "fa7f7fffff"), (1.0e300, "fb7e37e43c8800759c"),
        (float("inf"), "f97c00"), (float("nan"), "f97e00"), (float("-inf"), "f9fc00"),
        (False, "f4"), (True, "f5"), (None, "f6"),
        ("", "60"), ("a", "6161"), ("IETF", "6449455446"), ('"\\', "62225c"), ("ü", "62c3bc"),
        ("水", "63e6b0b4"), ("𐅑", "64f0908591"),
        ([], "80"), ([1, 2, 3], "83010203"), ([1, [2, 3], [4, 5]], "8301820203820405"),
        (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
        ({}, "a0"), ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
        (["a", {"b": "c"}], "826161a161626163"),
    ],
)  # fmt: skip
def test_examples(value: Any, encoded: str) -> None:
    assert canonical_cbor(value).hex() == encoded


@pytest.mark.parametrize(
    ("value", "same"),
    [(1.0, 1), (-0.0, 0), (2.0**63, 2**63), (-(2.0**63), -(2**63)), ({"a": [5.0]}, {"a": [5]})],
)
def test_whole_floats_are_integers(value: Any, same: Any) -> None:
    assert canonical_cbor(value) == canonical_cbor(same)


def test_a_whole_float_beyond_64_bits_stays_one() -> None:
    assert canonical_cbor(2.0**64).hex() == "fa5f800000"


def test_shorter_names_come_first() -> None:
    assert canonical_cbor({"bb": 1, "c": 2, "a": 3}).hex() == "a361610361630262626201"


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, {1}, b"a", object()])
def test_what_is_no_json(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical_cbor(value)


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    canonical_cbor(deep)
    with pytest.raises(ValueError, match="nested too deeply"):
        canonical_cbor([deep])
