"""What Python 2 made of values: numbers that CPython 2.7.18 gave."""

import pytest

from yardarm.core.hashes import python2_hash, python2_number_hash
from yardarm.core.python2 import python2_str

inf, nan = float("inf"), float("nan")


@pytest.mark.parametrize(("number", "expected"), [
    (0, 0),
    (1, 1),
    (-1, -2),
    (-2, -2),
    (2**31, 2147483648),
    (2**62, 4611686018427387904),
    (2**63 - 1, 9223372036854775807),
    (2**63, -9223372036854775808),
    (-(2**63), -9223372036854775808),
    (-(2**63) - 1, 9223372036854775807),
    (2**64 - 1, -2),
    (2**64, 1),
    (2**70, 64),
    (-(2**70), -64),
    (10**30, 5076944324515372240),
    (2**200 + 12345, 12601),
    (-(3**90), 1074571063157295592),
    (7.5, 2013364224),
    (-7.5, -2013167616),
    (0.1, 2576882278),
    (1e-300, 3316461835),
    (5e-324, 1038581760),
    (1.5e300, -5734771021582775296),
    (1e22, 1864712049423024670),
    (9.3e18, -9146744073709551616),
    (-0.0, 0),
    (33.7, 1989974630),
    (inf, 314159),
    (-inf, -271828),
    (nan, 0),
])  # fmt: skip
def test_numbers(number: float, expected: int) -> None:
    assert python2_number_hash(number) == expected


def test_equal_numbers_have_equal_hashes() -> None:
    for number in (0, 1, -1, 2**53, -(2**62), 2**70, 2**200):
        assert python2_number_hash(float(number)) == python2_number_hash(int(float(number)))
    assert python2_number_hash(True) == 1


def test_text_and_bytes_differ_beyond_ascii_only() -> None:
    assert python2_hash("jeff") == python2_hash(b"jeff")
    assert python2_hash("é") != python2_hash("é".encode())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (5, "5"),
        (-1, "-1"),
        (True, "True"),
        (None, "None"),
        (5.0, "5.0"),
        (-0.0, "-0.0"),
        (0.1 + 0.2, "0.3"),
        (1e22, "1e+22"),
        (1e16, "1e+16"),
        (123456789012.0, "1.23456789012e+11"),
        (1e11, "1e+11"),
        (12345678901.0, "12345678901.0"),
        (1234567890123.0, "1.23456789012e+12"),
        (1e-5, "1e-05"),
        (inf, "inf"),
        (nan, "nan"),
        (7.5, "7.5"),
        ([], None),
        (object(), None),
    ],
)
def test_str(value: object, text: str | None) -> None:
    assert python2_str(value) == text


def test_a_number_of_too_many_digits() -> None:
    assert python2_str(10**5000) is None
