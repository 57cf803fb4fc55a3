"""Java's properties files: `name = value` lines with comments, continuations and escapes.

Source: the documentation of `java.util.Properties.load`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_WHITE = " \t\f"
_NEW_LINES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def load(text: str) -> dict[str, str]:
    """Names and values in the order of their first appearance; of two, the later value counts.

    Raises `ValueError`, naming the line, for a malformed `\\uXXXX`.
    """
    found: dict[str, str] = {}
    for number, line in _logical_lines(text):
        name, value = _divided(line)
        found[_plain(name, number)] = _plain(value, number)
    return found


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their number, comments and blank ones left out, continued ones joined."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined, first = "", 0
    for number, line in enumerate(lines, 1):
        stripped = line.lstrip(_WHITE)
        if not first:
            if not stripped or stripped[0] in "#!":
                continue
            first = number
        continued = _ends_in_backslash(stripped)
        joined += stripped[:-1] if continued else stripped
        if not continued:
            yield first, joined
            joined, first = "", 0
    if first:
        yield first, joined


def _ends_in_backslash(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _divided(line: str) -> tuple[str, str]:
    """Name and value: divided by the first white space, `=` or `:` that is not escaped."""
    at = 0
    while at < len(line) and line[at] not in _WHITE + "=:":
        at += 2 if line[at] == "\\" else 1
    name, rest = line[:at], line[at:].lstrip(_WHITE)
    if rest[:1] in ("=", ":"):
        rest = rest[1:].lstrip(_WHITE)
    return name, rest


def _plain(text: str, number: int) -> str:
    """The text without its escapes."""
    if "\\" not in text:
        return text
    out = []
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\\" and at < len(text):
            character = text[at]
            at += 1
            if character == "u":
                digits = text[at : at + 4]
                if len(digits) < 4 or not all(c in "0123456789abcdefABCDEF" for c in digits):
                    raise ValueError(f"line {number}: \\u needs four hexadecimal digits")
                character = chr(int(digits, 16))
                at += 4
            else:
                character = _NEW_LINES.get(character, character)
        elif character == "\\":
            break
        out.append(character)
    # Characters beyond U+FFFF are written as two escapes.
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def dump(values: Mapping[str, str]) -> str:
    """A properties file of these values, in ASCII as Java stores one."""
    return "".join(f"{_escaped(n, name=True)}={_escaped(v)}\n" for n, v in values.items())


def _escaped(text: str, *, name: bool = False) -> str:
    out = []
    for index, character in enumerate(text):
        if character == " ":
            out.append("\\ " if name or index == 0 else " ")
        elif character in "\\=:#!":
            out.append("\\" + character)
        elif character in "\n\r\t\f":
            out.append("\\" + {v: k for k, v in _NEW_LINES.items()}[character])
        elif " " < character <= "~":
            out.append(character)
        else:
            units = character.encode("utf-16-be", "surrogatepass")
            out += [f"\\u{units[i : i + 2].hex().upper()}" for i in range(0, len(units), 2)]
    return "".join(out)
