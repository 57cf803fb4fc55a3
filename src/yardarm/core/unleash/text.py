"""Context values as the texts that the engine compares and hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space, which is what Rust trims. (Python's `strip` also takes 0x1C to 0x1F.)"""


def text_of(value: Any) -> str | None:
    """A context value as text, None when it counts as missing. Never raises.

    Text is taken as it is; numbers and truth values become what they are in JSON (floats as the
    engine reads them, which is not always the nearest one); null, lists and objects are missing. A
    number beyond every float cannot be read, and is missing too. A datetime is its ISO form, as the
    SDK for Python sends it.
    """
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None:
        return None
    if kind is bool:
        return "true" if value else "false"
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return _whole(int.__int__(value))
    if issubclass(kind, float):
        return _fraction(float.__float__(value))
    return datetime.isoformat(value) if issubclass(kind, datetime) else None


def _whole(value: int) -> str | None:
    """An integer: beyond 64 bits the engine only has a float of it."""
    if -(2**63) <= value < 2**64:
        return str(value)
    if value.bit_length() > 1_100:  # beyond every float
        return None
    significand, exponent = _kept(str(abs(value)))
    return _written(_float(value < 0, significand, exponent))


def _kept(digits: str) -> tuple[int, int]:
    """As many digits as fit into 64 bits, and how many were left out."""
    size = min(len(digits), 20)
    if int(digits[:size]) >= 2**64:
        size = 19
    return int(digits[:size]), len(digits) - size


def _fraction(value: float) -> str | None:
    """A float, read as the engine reads its JSON."""
    if value - value != 0:
        return None
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, decimals = mantissa.lstrip("-").partition(".")
    power = int(exponent or "0") - len(decimals)
    return _written(_float(mantissa[0] == "-", int(whole + decimals), power))


def _float(negative: bool, significand: int, exponent: int) -> float | None:
    """The float that the engine makes of digits and a power of ten.

    It multiplies or divides floats, so the last bit may differ from the number that was written.
    None where that is beyond every float.
    """
    found = float(significand)
    while exponent < -308 and found:
        found /= 1e308
        exponent += 308
    if exponent >= 0:
        found = found * float(f"1e{exponent}") if exponent <= 308 else found * float("inf")
    else:
        found /= float(f"1e{-exponent}")
    if found - found != 0:
        return 0.0 if not significand else None
    return -found if negative else found


def _written(value: float | None) -> str | None:
    """The shortest digits, with an exponent below 0.00001 and from 1e16 on."""
    if value is None:
        return None
    mantissa, e, exponent = repr(value).partition("e")
    if not e:
        return mantissa
    power = int(exponent)
    if power == -5:
        sign = "-" if mantissa.startswith("-") else ""
        return f"{sign}0.0000{mantissa.lstrip('-').replace('.', '')}"
    return f"{mantissa}e{power:+d}"
