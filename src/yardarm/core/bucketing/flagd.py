"""How flagd's `fractional` places units: see `core.jsonlogic.fractional` for its generations.

Without a seed, flag key and unit are hashed as flagd hashes them when a rule names no value of its
own. With an empty seed the unit itself is hashed, and only text in v1 and v2, any value but null
and lists in v3. With another seed, seed and unit are joined. The algorithms that end in `.text`
make text of any unit first, as flagd's `cat` does: a missing one is the text `null`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from ..jsonlogic.coerce import to_text
from ..jsonlogic.fractional import GENERATIONS, Generation, Unit
from ..model import Bucketing, Range
from .algorithms import Algorithm, Place

_Unit = Callable[[Any], Unit | None]


def _named(generation: Generation, bucketing: Bucketing, flag_key: str) -> _Unit:
    """What is hashed for a value as it is."""
    seed = bucketing.seed
    if seed is None:
        return lambda value: generation.short(flag_key, value)
    if not seed:
        return lambda value: generation.unit(value) if generation.is_value(value) else None
    return lambda value: generation.unit(seed + value) if isinstance(value, str) else None


def _joined(generation: Generation, bucketing: Bucketing, flag_key: str) -> _Unit:
    """What is hashed for a value's text."""
    seed = flag_key if bucketing.seed is None else bucketing.seed
    return lambda value: generation.unit(seed + to_text(value))


def _algorithm(name: str, summary: str, unit_of: Callable[..., _Unit]) -> Algorithm:
    generation = GENERATIONS[name]

    def place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        unit = unit_of(generation, bucketing, flag_key)

        def bucket(value: Any) -> float | None:
            try:
                found = unit(value)
            except UnicodeEncodeError:  # half a character
                return None
            return None if found is None else generation.bucket(found, total)

        return bucket

    def ranges(weights: Sequence[float]) -> list[Range]:
        return list(pairwise([0, *generation.ends(weights)]))

    return Algorithm(place, summary, ranges, whole=None)


_SUMMARIES = {
    "v1": "MurmurHash3 of the text, as a percentage",
    "v2": "MurmurHash3 of the text, scaled to the sum of the weights",
    "v3": "MurmurHash3 of the value in canonical CBOR, scaled to the sum of the weights",
}

ALGORITHMS: dict[str, Algorithm] = {
    **{f"flagd.{name}": _algorithm(name, text, _named) for name, text in _SUMMARIES.items()},
    **{
        f"flagd.{name}.text": _algorithm(name, f"{text}; any unit by its text", _joined)
        for name, text in _SUMMARIES.items()
    },
}
"""flagd's algorithms by name."""
