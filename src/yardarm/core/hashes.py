"""Hashes that other systems place their units with, bit for bit, in plain Python.

None of them is used for anything secret, and none by the native algorithm. They are here because
a unit keeps its place after a move only when the very same number comes out.
"""

from __future__ import annotations

from math import frexp, inf
from struct import Struct

# Unpackers for keys of up to 255 bytes; building one costs as much as hashing a short key.
_WORDS = tuple(Struct(f"<{count}I").unpack_from for count in range(64))
_MASK_64 = 2**64 - 1


def murmur3_32(data: bytes, seed: int = 0) -> int:
    """MurmurHash3 x86_32 of `data`, unsigned, 0 to 2**32 - 1.

    Source: Austin Appleby's MurmurHash3, which is in the public domain. `seed` is 0 to 2**32 - 1.
    """
    size = len(data)
    state = seed
    words = _WORDS[size >> 2] if size < 256 else Struct(f"<{size >> 2}I").unpack_from
    # A rotation's high bits are not cut off where a product modulo 2**32 follows.
    for word in words(data):
        word = word * 0xCC9E2D51 & 0xFFFFFFFF
        state ^= (word << 15 | word >> 17) * 0x1B873593 & 0xFFFFFFFF
        state = ((state << 13 | state >> 19) * 5 + 0xE6546B64) & 0xFFFFFFFF
    if tail := size & 3:
        word = int.from_bytes(data[-tail:], "little") * 0xCC9E2D51 & 0xFFFFFFFF
        state ^= (word << 15 | word >> 17) * 0x1B873593 & 0xFFFFFFFF
    state ^= size & 0xFFFFFFFF
    state = (state ^ state >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    state = (state ^ state >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return state ^ state >> 16


def fnv1a_32_utf16(text: str) -> int:
    """FNV-1a of 32 bits over the UTF-16 code units of `text`, unsigned; each unit is one step.

    This is what a program gets that hashes `charCodeAt(i)`. Source: Fowler, Noll and Vo, with
    units of 16 bits where they have octets.
    """
    state = 0x811C9DC5
    for unit in _utf16_units(text):
        state = (state ^ unit) * 0x01000193 & 0xFFFFFFFF
    return state


def java_hash(text: str) -> int:
    """`String.hashCode()` of Java: the polynomial of 31 over UTF-16 code units, signed 32 bits."""
    state = 0
    for unit in _utf16_units(text):
        state = (31 * state + unit) & 0xFFFFFFFF
    return (state ^ 0x80000000) - 0x80000000


def python2_hash(text: str | bytes) -> int:
    """`hash()` of 64-bit CPython 2.7 without `-R`: signed 64 bits, never -1.

    `bytes` is its `str`; `str` is its `unicode`, by code points as builds with wide characters
    have them (of text without characters beyond U+FFFF, narrow builds make the same number).
    """
    units = text if isinstance(text, bytes) else [ord(character) for character in text]
    if not units:
        return 0
    state = units[0] << 7
    for unit in units:
        state = (1000003 * state ^ unit) & _MASK_64
    return _signed(state ^ len(units))


def python2_number_hash(number: int | float) -> int:
    """`hash()` of an `int`, `long`, `bool` or `float` of 64-bit CPython 2.7: signed 64 bits.

    Whole numbers that fit into 64 bits are their own hash (-1 is -2); larger ones are folded by
    digits of 30 bits, fractions by the two upper words of their mantissa and the exponent.
    """
    if isinstance(number, float):
        if number != number:
            return 0
        if number in (inf, -inf):
            return 314159 if number > 0 else -271828
        if not number.is_integer():
            return _fraction_hash(number)
        number = int(number)
    if -(2**63) <= number < 2**63:
        return -2 if number == -1 else int(number)
    rest, digits = abs(number), []
    while rest:
        rest, digit = rest >> 30, rest & 0x3FFFFFFF
        digits.append(digit)
    state = 0
    for digit in reversed(digits):
        state = (state >> 34 | state << 30) & _MASK_64
        state = (state + digit) & _MASK_64
        state += state < digit  # the carry comes round
    return _signed(state if number > 0 else -state)


def _fraction_hash(number: float) -> int:
    mantissa, exponent = frexp(number)
    mantissa *= 2**31
    high = int(mantissa)
    return _signed(high + int((mantissa - high) * 2**31) + (exponent << 15))


def _signed(state: int) -> int:
    """As 64 signed bits, and never -1, which means an error to CPython's C code."""
    signed = (state + 2**63 & _MASK_64) - 2**63
    return -2 if signed == -1 else signed


def _utf16_units(text: str) -> bytes | tuple[int, ...]:
    if text.isascii():
        return text.encode("ascii")
    encoded = text.encode("utf-16-le", "surrogatepass")
    return Struct(f"<{len(encoded) >> 1}H").unpack(encoded)
