"""Gutter's percentages: a value modulo 100, where a value is its Python 2 `hash` or, of a plain
property, the number that it looks like.

Source: Gutter 0.5.0 under 64-bit CPython 2.7, by its behaviour. No switch's name is hashed: the
same units come first everywhere. Arguments are mostly variables (`String`, `Integer`, `Value`),
which are hashed; a property of a `Container` that is no variable is raw: its text is read as a
decimal number, exactly, and hashed only where it is none.

Each algorithm is there for both operators, because they compare differently: `percent` has a
binary fraction for its limit, `percent_range` decimal ones. A raw bucket may be a fraction, and is
rounded down to the next number that such a limit can be, so that every comparison comes out as it
did. `…_bytes` are for programs whose text was UTF-8 bytes, not unicode.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import partial
from itertools import product
from math import inf, nextafter
from typing import Any

from ..hashes import python2_hash, python2_number_hash
from ..model import Bucketing
from ..python2 import python2_str
from .algorithms import Algorithm, Place

_CONTEXT = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    Emin=-999_999_999,
    Emax=999_999_999,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_BLANKS = " \t\n\r\x0b\x0c"
_HUNDRED = Decimal(100)


def _plain(value: Any) -> Any:
    """The value as exactly `str`, `bool`, `int` or `float`; None for anything else."""
    kind = type(value)
    if kind is str or kind is bool or kind is int or kind is float:
        return value
    for base in (str, int, float):
        if issubclass(kind, base):
            return base.__str__(value) if base is str else base(value)
    return None


def _hash(value: Any, as_bytes: bool) -> int | None:
    if value is None:
        return None  # hashed by its place in memory
    if isinstance(value, str):
        return python2_hash(value.encode("utf-8", "surrogatepass") if as_bytes else value)
    return python2_number_hash(value)


def _of_variable(value: Any, as_bytes: bool) -> int | None:
    hashed = _hash(_plain(value), as_bytes)
    return None if hashed is None else hashed % 100


def _of_raw(value: Any, as_bytes: bool, rounded: Callable[[Decimal], float]) -> float | None:
    plain = _plain(value)
    text = None if plain is None else python2_str(plain)
    if text is None or not (text.isascii() or as_bytes):
        return None  # Python 2 cannot make it a `str`
    number = _decimal(text)
    if number is None:
        hashed = _hash(plain, as_bytes)
        return None if hashed is None else hashed % 100
    try:
        _, rest = _CONTEXT.divmod(number, _HUNDRED)
        if rest < 0:
            rest = _CONTEXT.add(rest, _HUNDRED)
    except DecimalException:  # infinite, no number, or of too many digits
        return None
    return rounded(rest) if rest.is_finite() else None


def _decimal(text: str) -> Decimal | None:
    """The number that Python 2's `Decimal` reads in a text."""
    text = text.strip(_BLANKS)
    if "_" in text or text != text.strip() or not text.isascii():
        return None
    try:
        return Decimal(text, _CONTEXT)
    except DecimalException:
        return None


def _to_binary(number: Decimal) -> float:
    """The largest float that is not above it."""
    near = float(number)
    return near if Decimal(near) <= number else nextafter(near, -inf)


def _to_decimal(number: Decimal) -> float:
    """The largest float that is not above it, taken for the shortest decimal that names it."""
    near = float(number)
    return near if Decimal(repr(near)) <= number else nextafter(near, -inf)


def _placed(at: Callable[[Any], float | None]) -> Callable[[Bucketing, str, float], Place]:
    return lambda bucketing, flag_key, total: at


def _algorithm(operator: str, raw: str, as_bytes: str) -> Algorithm:
    at: Callable[[Any], float | None] = partial(_of_variable, as_bytes=bool(as_bytes))
    if raw:
        rounded = _to_decimal if operator == "percent_range" else _to_binary
        at = partial(_of_raw, as_bytes=bool(as_bytes), rounded=rounded)
    what = "number in a plain property" if raw else "Python 2 hash of a variable"
    text = ", text as UTF-8 bytes" if as_bytes else ""
    return Algorithm(_placed(at), f"Gutter's {operator}: the {what}, modulo 100{text}", whole=100)


ALGORITHMS: Mapping[str, Algorithm] = {
    f"gutter.{operator}{raw}{as_bytes}": _algorithm(operator, raw, as_bytes)
    for operator, raw, as_bytes in product(
        ("percent", "percent_range"), ("", "_raw"), ("", "_bytes")
    )
}
"""Gutter's algorithms by name."""
