"""Objects in jsonpickle's JSON: their class, their fields, and what is only referred to.

jsonpickle writes an object that comes a second time as ``{"py/id": n}``. Numbered are objects,
reduced objects and lists, from 0, in the order of sorted names, each before what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ...core.model import Json

_MAX_DEPTH = 100


class Objects:
    """The objects of one value."""

    def __init__(self, value: Json) -> None:
        self._value = value
        self._numbered: list[Json] | None = None

    def at(self, value: Json) -> Json:
        """The value, or what it refers to. None for a reference to nothing."""
        for _ in range(3):
            if not isinstance(value, dict) or "py/id" not in value:
                return value
            value = self._numbered_as(value["py/id"])
        return None

    def _numbered_as(self, number: Json) -> Json:
        if self._numbered is None:  # few switches refer to anything
            self._numbered = list(_in_order(self._value, 0))
        known = isinstance(number, int) and 0 <= number < len(self._numbered)
        return self._numbered[number] if known else None

    def fields(self, value: Json) -> tuple[str, dict[str, Json]] | None:
        """Class and fields of an object; None for what is none."""
        value = self.at(value)
        if not isinstance(value, dict) or not isinstance(value.get("py/object"), str):
            return None
        state = value.get("py/state")
        fields = state if isinstance(state, dict) else value
        return value["py/object"], fields

    def type_name(self, value: Json) -> str | None:
        """The name of a class."""
        value = self.at(value)
        name = value.get("py/type") if isinstance(value, dict) else None
        return name if isinstance(name, str) else None

    def decimal(self, value: Json) -> Decimal | None:
        """A number, also a reduced `Decimal`; None for anything else."""
        value = self.at(value)
        if isinstance(value, dict):
            value = self._reduced(value.get("py/reduce"))
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        try:
            return Decimal(repr(value) if isinstance(value, float) else value)
        except (InvalidOperation, ValueError):
            return None

    def _reduced(self, parts: Json) -> Json:
        if not isinstance(parts, list) or len(parts) < 2:
            return None
        if self.type_name(parts[0]) != "decimal.Decimal" or not isinstance(parts[1], dict):
            return None
        given = parts[1].get("py/tuple")
        return given[0] if isinstance(given, list) and len(given) == 1 else None


def _in_order(value: Json, depth: int) -> Iterator[Json]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        yield value
        for item in value:
            yield from _in_order(item, depth + 1)
    elif isinstance(value, dict):
        if "py/object" in value or "py/reduce" in value:
            yield value
        for name in sorted(name for name in value if isinstance(name, str)):
            member = value[name]
            if name in ("py/reduce", "py/tuple", "py/set") and isinstance(member, list):
                for item in member:  # such a list is not numbered
                    yield from _in_order(item, depth + 1)
            else:
                yield from _in_order(member, depth + 1)
