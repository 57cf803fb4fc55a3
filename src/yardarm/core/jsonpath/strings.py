"""Text in quotes: its escapes."""

from __future__ import annotations

_SIMPLE = {
    "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\",
}  # fmt: skip
_HEX = frozenset("0123456789abcdefABCDEF")


def unescaped(inner: str, quote: str) -> str | None:
    """The text between the quotes with its escapes resolved; None where it is not allowed."""
    out: list[str] = []
    at = 0
    while at < len(inner):
        char = inner[at]
        at += 1
        if char != "\\":
            if char <= "\x1f":
                return None
            out.append(char)
            continue
        escape = inner[at : at + 1]
        at += 1
        if escape == quote:
            out.append(quote)
        elif escape in _SIMPLE:
            out.append(_SIMPLE[escape])
        elif escape == "u":
            found = _code_point(inner, at)
            if found is None:
                return None
            out.append(found)
            at += 4 if found < "\U00010000" else 10
        else:
            return None
    return "".join(out)


def _code_point(inner: str, at: int) -> str | None:
    """The character of `XXXX`, or of the pair `XXXX\\uXXXX`."""
    code = _hex(inner[at : at + 4])
    if code is None or code <= 0x1F or 0xDC00 <= code <= 0xDFFF:
        return None
    if not 0xD800 <= code <= 0xDBFF:
        return chr(code)
    low = _hex(inner[at + 6 : at + 10]) if inner[at + 4 : at + 6] == "\\u" else None
    if low is None or not 0xDC00 <= low <= 0xDFFF:
        return None
    return chr(0x10000 + ((code & 0x3FF) << 10 | low & 0x3FF))


def _hex(digits: str) -> int | None:
    return int(digits, 16) if len(digits) == 4 and _HEX.issuperset(digits) else None
