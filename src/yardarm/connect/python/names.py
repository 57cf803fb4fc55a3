"""Texts of a document as Python identifiers and literals. Pure."""

from __future__ import annotations

import keyword
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

USED = frozenset({
    "Any", "BooleanFlag", "DeprecationWarning", "Final", "IntegerFlag", "JsonFlag", "NumberFlag",
    "StringFlag", "bool", "deprecated", "dict", "float", "int", "list", "property", "str", "warn",
})  # fmt: skip
"""What the body of the written class refers to, and no attribute of it may hide."""


def literal(text: str) -> str:
    """A string literal on one line."""
    return '"' + "".join(map(_escaped, text)) + '"'


def docstring(text: str, indent: str) -> str:
    """A documentation string, its lines indented, with nothing in it that could end it."""
    lines = ["".join(map(_escaped, line)).rstrip() for line in text.strip().splitlines()]
    body = "\n".join(f"{indent}{line}" if at and line else line for at, line in enumerate(lines))
    end = f"\n{indent}" if len(lines) > 1 else ""
    return f'{indent}"""{body}{end}"""'


def _escaped(character: str) -> str:
    if character in '\\"':
        return "\\" + character
    return character if character.isprintable() else ascii(character)[1:-1]


def identifier(key: str) -> str:
    """An identifier for a key: what cannot stand in one becomes `_`, keywords get one behind.

    It begins with no underscore, so that it is public and no name that Python itself uses; only
    what was taken ends in one.
    """
    text = unicodedata.normalize("NFKC", key)
    name = "".join(c if ("a" + c).isidentifier() else "_" for c in text).strip("_")
    name = unicodedata.normalize("NFKC", name)  # as the interpreter reads it
    if not name.isidentifier():
        name = f"flag_{name}" if name else "flag"
    taken = keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in USED
    return f"{name}_" if taken else name


def class_name(name: str) -> str:
    """The same words as the name of a class."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def unique(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A name of its own for each key, of (key, wished name).

    Where several keys wish for one name, the key that is that very name keeps it; the others get
    part of a hash of their key behind it, so that no name depends on the order of the keys.
    """
    pairs = sorted(wanted)
    wishes = Counter(name for _, name in pairs)
    names: dict[str, str] = {}
    for key, name in pairs:
        if wishes[name] > 1 and key != name:
            digits = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
            marked = (f"{name}_{digits[:length]}" for length in range(6, len(digits) + 1))
            name = next(one for one in marked if one not in wishes and one not in names.values())
        names[key] = name
    return names
