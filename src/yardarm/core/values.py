"""Which values a flag's type allows."""

from __future__ import annotations

from math import isfinite

from . import model as m


def fits(flag_type: m.FlagType, value: m.Json) -> bool:
    """Whether a value is of the flag's type. A boolean is no number, and NaN is none either."""
    match flag_type:
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return is_whole or (isinstance(value, float) and isfinite(value))
        case "json":
            return True
