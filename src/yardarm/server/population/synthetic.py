"""Contexts made up from a schema, always the same ones: context n depends on seed and n only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import accumulate
from math import floor
from typing import Any, TypeAlias

from ...core.context import Context
from ...core.model import Json
from ...core.reading import escape
from ...errors import ContextError, DocumentError, Problem
from .model import SyntheticAttribute, SyntheticSchema

_Draw: TypeAlias = Callable[[float], Json]
_RESERVED = ("key", "targetingKey")


def made_up(schema: SyntheticSchema, seed: int, numbers: range) -> Iterator[Json]:
    """The contexts with these numbers. Raises `DocumentError` for a schema that says nonsense."""
    draws = _draws(schema)
    try:
        Context("1", kind=schema.kind)
    except ContextError as error:
        raise DocumentError([Problem("/kind", str(error))]) from None
    for number in numbers:
        attributes = {
            name: draw(_chance(seed, number, name, "value"))
            for name, (missing, draw) in draws.items()
            if _chance(seed, number, name, "missing") >= missing
        }
        key = f"{schema.key_prefix}{number}"
        yield Context(key, attributes, kind=schema.kind).to_json()


def _draws(schema: SyntheticSchema) -> dict[str, tuple[float, _Draw]]:
    problems: list[Problem] = []
    draws: dict[str, tuple[float, _Draw]] = {}
    for name, attribute in schema.attributes.items():
        at = f"/attributes/{escape(name)}"
        if not name or name in _RESERVED:
            problems.append(Problem(at, "not the name of an attribute", "choose another"))
            continue
        fault = _fault(attribute)
        if fault:
            problems.append(Problem(at, fault, 'for example {"values": {"NL": 3, "DE": 1}}'))
        else:
            draws[name] = (attribute.missing, _draw(attribute))
    if problems:
        raise DocumentError(problems)
    return draws


def _fault(attribute: SyntheticAttribute) -> str:
    values, low, high = attribute.values, attribute.min, attribute.max
    if values is not None:
        if low is not None or high is not None or attribute.integer:
            return "has values and a range; give one of them"
        if not values or (isinstance(values, dict) and not sum(values.values()) > 0):
            return "has no value that could be drawn"
        return ""
    if low is None or high is None:
        return "has neither values nor a range from min to max"
    if not -(2**53) < low <= high < 2**53:
        return "has an empty range, or one beyond 2^53"
    if attribute.integer and floor(high) < low:
        return "has no whole number in its range"
    return ""


def _draw(attribute: SyntheticAttribute) -> _Draw:
    values = attribute.values
    if values is not None:
        names: list[Any] = list(values)
        weights = list(values.values()) if isinstance(values, dict) else [1.0] * len(names)
        bounds = list(accumulate(weights))

        def drawn(chance: float) -> Json:
            # The last bound is never reached, save by rounding.
            found: Json = names[min(bisect_right(bounds, chance * bounds[-1]), len(names) - 1)]
            return found

        return drawn
    assert attribute.min is not None
    assert attribute.max is not None
    low, high = attribute.min, attribute.max
    if attribute.integer:
        first = -floor(-low)
        several = floor(high) - first + 1
        return lambda chance: first + floor(chance * several)
    return lambda chance: low + chance * (high - low)


def _chance(seed: int, number: int, name: str, what: str) -> float:
    """From 0 to 1, evenly; each question has an answer of its own."""
    text = f"{seed}\0{number}\0{what}\0{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=7).digest()) / (1 << 56)
