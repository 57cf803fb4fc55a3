"""Foreign hashes, against numbers that the real programs gave."""

import pytest

from yardarm.core.hashes import fnv1a_32_utf16, java_hash, murmur3_32, python2_hash

FOX = b"The quick brown fox jumps over the lazy dog"


@pytest.mark.parametrize(("data", "seed", "expected"), [
    # The published verification values.
    (b"", 0, 0), (b"", 1, 0x514E28B7), (b"", 0xFFFFFFFF, 0x81F16F39),
    (b"\xff\xff\xff\xff", 0, 0x76293B50), (b"\x21\x43\x65\x87", 0, 0xF55B516B),
    (b"\x21\x43\x65\x87", 0x5082EDEE, 0x2362F9DE), (b"\x21\x43\x65", 0, 0x7E4A8634),
    (b"\x21\x43", 0, 0xA0F7B07A), (b"\x21", 0, 0x72661CF4), (b"\0\0\0\0", 0, 0x2362F9DE),
    (b"test", 0, 0xBA6BD213), (b"test", 0x9747B28C, 0x704B81DC),
    (FOX, 0, 0x2E4FF723), (FOX, 0x9747B28C, 0x2FA826CD),
    (FOX * 12, 7, 0x917260BF), (bytes(range(256)) * 4, 3, 0xEE085F5F),
])  # fmt: skip
def test_murmur3(data: bytes, seed: int, expected: int) -> None:
    assert murmur3_32(data, seed) == expected


@pytest.mark.parametrize(("unit", "per_cent", "variant"), [
    ("user-0", 79, 375), ("user-1", 86, 375), ("user-2", 74, 952), ("alice", 11, 809),
])  # fmt: skip
def test_murmur3_as_unleash_uses_it(unit: str, per_cent: int, variant: int) -> None:
    assert murmur3_32(f"yd-rollout:{unit}".encode()) % 100 + 1 == per_cent
    assert murmur3_32(f"yd-multi:{unit}".encode(), 86028157) % 1000 == variant


@pytest.mark.parametrize(("target", "bucket"), [
    ("user-0", 38), ("user-1", 43), ("user-2", 56), ("alice", 92), ("bob@example.com", 1),
    ("test", 57), ("alice@example.com", 75), ("12345", 94),
])  # fmt: skip
def test_murmur3_as_harness_uses_it(target: str, bucket: int) -> None:
    assert murmur3_32(f"identifier:{target}".encode()) % 100 + 1 == bucket


@pytest.mark.parametrize(("text", "expected"), [
    ("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968),
])  # fmt: skip
def test_fnv1a(text: str, expected: int) -> None:
    assert fnv1a_32_utf16(text) == expected


@pytest.mark.parametrize(("unit", "first", "second"), [
    ("user-0", 570, 1390), ("user-1", 601, 1380), ("user-2", 636, 7633), ("alice", 106, 4582),
    ("bob@example.com", 584, 778), ("élan", 234, 3115),
])  # fmt: skip
def test_fnv1a_as_growthbook_uses_it(unit: str, first: int, second: int) -> None:
    assert fnv1a_32_utf16(unit + "yd-rollout") % 1000 == first
    assert fnv1a_32_utf16(str(fnv1a_32_utf16("yd-multi" + unit))) % 10000 == second


def test_fnv1a_takes_surrogates_as_two_units() -> None:
    assert fnv1a_32_utf16("\N{GRINNING FACE}") == fnv1a_32_utf16("\ud83d\ude00")


@pytest.mark.parametrize(("text", "expected"), [
    ("", 0), ("a", 97), ("polygenelubricants", -(2**31)),
    ("john:FEATURE_ONE", -1021433490), ("alice@example.com:NEW_CHECKOUT", -1954598846),
    ("bob:NEW_CHECKOUT", -554624310), ("user-12345:HELLO_WORLD", -1649013924),
    ("élan", 7048208), ("\N{GRINNING FACE}", 1772899),
])  # fmt: skip
def test_java(text: str, expected: int) -> None:
    assert java_hash(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("", 0), (b"", 0), ("a", 12416037344), ("\0", 1), ("jeff", -2338030935110241017),
    (b"jeff", -2338030935110241017), ("user-1", 9032797381742430829),
    ("checkout_v2", 6005713070364695044), ("12345", 2461895972714738556),
    ("élan", -7411980473894780346), ("élan".encode(), 7663794489228502628),
    ("\N{GRINNING FACE}", 16449585346049),
])  # fmt: skip
def test_python2(text: str | bytes, expected: int) -> None:
    assert python2_hash(text) == expected


@pytest.mark.parametrize(("feature", "unit", "rank"), [
    ("checkout_v2", "1", 8), ("checkout_v2", "12345", 0), ("checkout_v2", "jeff", 27),
    ("checkout_v2", "alice@example.com", 58), ("payments", "1", 29), ("payments", "12345", 21),
])  # fmt: skip
def test_python2_as_feature_ramp_uses_it(feature: str, unit: str, rank: int) -> None:
    assert (python2_hash(feature) % 100 + python2_hash(unit)) % 100 == rank


def test_python2_never_answers_minus_one() -> None:
    """-1 means an error to CPython's C code. This text was searched for: it would be -1."""
    text = "\U0005e78b\U000578a8\U000a8e0f\U0001d20d\U0001d629"
    assert python2_hash(text) == -2
