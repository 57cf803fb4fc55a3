"""Operators by name: the native ones, and the vendors', named `vendor.operator`.

A vendor's operators have the vendor's exact meaning, coercions and missing attributes included;
they stand in one file each, imported when a document first names one. To add a vendor: its file
with a table `OPERATORS`, and a line in `of_vendor`.
"""

from __future__ import annotations

from typing import Any

from .native import OPERATORS
from .operator import Arity, Operator, Values

__all__ = [
    "OPERATORS",
    "VENDORS",
    "Arity",
    "Operator",
    "Values",
    "every_operator",
    "find",
    "of_vendor",
    "prepare",
]

VENDORS: tuple[str, ...] = (
    "launchdarkly", "unleash", "flagsmith", "growthbook", "flagd", "harness", "togglz",
    "gutter", "feature_ramp", "flipper", "django_flags",
)  # fmt: skip
"""Vendors that have operators of their own."""


def find(name: str) -> Operator | None:
    """The operator of this name, native or a vendor's; None when there is none."""
    found = OPERATORS.get(name)
    return found if found is not None else of_vendor(name.partition(".")[0]).get(name)


def of_vendor(vendor: str) -> dict[str, Operator]:
    """A vendor's operators by their full names; empty for what is no vendor."""
    match vendor:
        case "launchdarkly":
            from . import launchdarkly

            return launchdarkly.OPERATORS
        case "unleash":
            from . import unleash

            return unleash.OPERATORS
        case "flagsmith":
            from . import flagsmith

            return flagsmith.OPERATORS
        case "growthbook":
            from . import growthbook

            return growthbook.OPERATORS
        case "flagd":
            from . import flagd

            return flagd.OPERATORS
        case "harness":
            from . import harness

            return harness.OPERATORS
        case "togglz":
            from . import togglz

            return togglz.OPERATORS
        case "gutter":
            from . import gutter

            return gutter.OPERATORS
        case "feature_ramp":
            from . import feature_ramp

            return feature_ramp.OPERATORS
        case "flipper":
            from . import flipper

            return flipper.OPERATORS
        case "django_flags":
            from . import django_flags

            return django_flags.OPERATORS
        case _:
            return {}


def every_operator() -> list[Operator]:
    """All operators, the native ones first."""
    return [*OPERATORS.values(), *(o for v in VENDORS for o in of_vendor(v).values())]


def prepare(name: str, values: Values) -> Any:
    """Make a clause's values ready for its test.

    Raises `KeyError` for an unknown operator and `ValueError`, saying why, for values it cannot
    take.
    """
    operator = find(name)
    if operator is None:
        raise KeyError(name)
    if operator.takes == "none" and values:
        raise ValueError("takes no values")
    if operator.takes == "one" and len(values) != 1:
        raise ValueError(f"takes exactly one value, not {len(values)}")
    if operator.takes == "many" and not values:
        raise ValueError("needs at least one value")
    return operator.prepare(values)
