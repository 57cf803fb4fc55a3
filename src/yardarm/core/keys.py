"""What a key may look like. Evaluation compares raw text; these rules hold at publish.

They keep out what people cannot see or tell apart: control and invisible characters, text that is
not normalised, look-alikes from other scripts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from ..errors import Problem
from .reading import escape

MAX_KEY = 256
"""Longest key, in characters."""

# Letters of other scripts that look like Latin ones (from Unicode's confusables, the common ones).
_LOOKALIKES = str.maketrans(
    "аеорсухкмтвніјѕԁԛԝһАЕОРСУХКМТВНІЈЅԌαοικνρτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧı",
    "aeopcyxkmtbhijsdqwhAEOPCYXKMTBHIJSGaoiknptuxwABEZHIKMNOPTYXi",
)
_REFUSED = frozenset({"__proto__", "constructor", "prototype", ".", ".."})


def skeleton(key: str) -> str:
    """What the key looks like: keys with one skeleton cannot be told apart."""
    return unicodedata.normalize("NFKC", key).translate(_LOOKALIKES)


def check_key(key: str, pointer: str) -> list[Problem]:
    """What is wrong with a key."""
    message, hint = _fault(key)
    return [Problem(pointer, message, hint)] if message else []


def _fault(key: str) -> tuple[str, str]:
    if not key:
        return "the key is empty", "give it a name such as new-checkout"
    if len(key) > MAX_KEY:
        return f"the key has {len(key)} characters", f"at most {MAX_KEY}"
    if key in _REFUSED:
        return f"the key {key!r} is reserved", "choose another"
    if key.isascii() and key.isprintable() and key == key.strip():
        return "", ""  # almost every key: nothing in it is invisible, or looks like another letter
    if key != key.strip():
        return f"the key {key!r} begins or ends with white space", "remove it"
    for character in key:
        if character != " " and unicodedata.category(character)[0] in "CZ":
            return f"the key holds the invisible character U+{ord(character):04X}", "remove it"
    if (normal := unicodedata.normalize("NFC", key)) != key:
        return "the key is not in Unicode normal form C", f"write {normal!r}"
    scripts = {_script(character) for character in key} - {""}
    if len(scripts) > 1:
        return (
            f"the key mixes {' and '.join(sorted(scripts))} letters, which look alike",
            f"did you mean {skeleton(key)!r}?",
        )
    return "", ""


def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split(" ", 1)[0]
    return name.title() if name in ("LATIN", "CYRILLIC", "GREEK") else ""


def check_lookalikes(keys: Iterable[str], pointer: str) -> list[Problem]:
    """Problems for keys that look like one that came before."""
    first: dict[str, str] = {}
    problems = []
    for key in keys:
        other = first.setdefault(skeleton(key), key)
        if other != key:
            problems.append(
                Problem(
                    f"{pointer}/{escape(key)}",
                    f"the key {key!r} looks like {other!r}",
                    "give one of them a clearly other key",
                )
            )
    return problems
