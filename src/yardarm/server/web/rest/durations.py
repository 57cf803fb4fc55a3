"""Lengths of time in a query: `5m`, `1h`, `30d`."""

from __future__ import annotations

import re
from datetime import timedelta

from ..problems import Fault, failed

PATTERN = "^[1-9][0-9]{0,3}[mhd]$"
"""How a length of time is written, for the description of an interface."""

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_WRITTEN = re.compile(r"([1-9][0-9]{0,3})([mhd])", re.ASCII)


def find_duration(text: str) -> timedelta | None:
    """The length of time, or None for what is none."""
    found = _WRITTEN.fullmatch(text)
    return None if found is None else int(found[1]) * _UNITS[found[2]]


def read_duration(name: str, text: str | None) -> timedelta | None:
    """The length of time that the field `name` says. Raises a 422 problem."""
    if text is None:
        return None
    found = find_duration(text)
    if found is None:
        raise not_valid(name, f"{text[:40]!r} is no length of time", "5m, 1h or 30d")
    return found


def not_valid(name: str, detail: str, hint: str) -> Exception:
    """The problem of one field of a query."""
    return failed("invalid", detail, errors=[Fault(f"/{name}", detail, hint)])
