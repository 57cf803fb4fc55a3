"""GrowthBook's version numbers: any text, made comparable as text."""

from __future__ import annotations

import re
from typing import Any

from .values import kind, of_number

_IGNORED = re.compile(r"\Av|\+[^\n\r\u2028\u2029]*\Z")
_PARTS = re.compile(r"[-.]")
_NUMBER = re.compile(r"[0-9]+")


def padded(value: Any) -> str:
    """A version as text that compares like it.

    A leading `v` and a build are left out, numbers are filled up to five places, and three parts
    come after the same three with a pre-release. What is neither text nor a number is version 0.
    """
    of = kind(value)
    text = of_number(value) if of == "number" else str.__str__(value) if of == "string" else ""
    parts = _PARTS.split(_IGNORED.sub("", text or "0"))
    if len(parts) == 3:
        parts.append("~")
    return "-".join(p.rjust(5) if _NUMBER.fullmatch(p) else p for p in parts)
