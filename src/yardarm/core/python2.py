"""What Python 2 made of a value, where old libraries depended on it."""

from __future__ import annotations

from typing import Any


def python2_str(value: Any) -> str | None:
    """The text that Python 2's `str` makes of a scalar; None for what is none.

    >>> python2_str(42), python2_str(0.1 + 0.2), python2_str(5.0), python2_str(True)
    ('42', '0.3', '5.0', 'True')
    """
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None or kind is bool:
        return str(value)
    if kind is int:
        return str(value) if abs(value) < 10**4000 else None
    if kind is float:
        return _of_float(value)
    return str.__str__(value) if issubclass(kind, str) else None


def _of_float(value: float) -> str:
    """Twelve digits, and always a sign that it is no whole number: a dot or an exponent."""
    if _is_tie(value):
        return f"{value:.11e}"
    text = f"{value:.12g}"
    digits = text.removeprefix("-")
    if not digits.isdigit():
        return text
    if len(digits) < 12:
        return f"{text}.0"
    mantissa, exponent = f"{value:.11e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"


def _is_tie(value: float) -> bool:
    """Whether the digits beyond the twelfth of a whole number are a half, exactly. Rounding such a
    number down to an even digit, Python 2 leaves the zeros at its end."""
    if not value.is_integer() or not 1e12 <= abs(value) < 1e15:
        return False
    digits = str(abs(int(value)))
    return digits[11] == "0" and digits[12:].rstrip("0") == "5"
