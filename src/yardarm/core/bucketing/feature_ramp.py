"""feature_ramp's ramp: Python 2's `hash` of the feature (or its group) plus that of the identifier,
modulo 100.

Source: feature_ramp, by its behaviour under 64-bit CPython 2.7. `seed` is the group's name where
features share one, else the feature's own. An identifier that is no text is hashed as the text that
Python 2's `str` makes of it, nothing at all as the text `None`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..hashes import python2_hash
from ..model import Bucketing
from ..python2 import python2_str
from .algorithms import Algorithm, Place


def _as_unicode(text: str) -> int:
    return python2_hash(text)


def _as_bytes(text: str) -> int:
    return python2_hash(text.encode("utf-8", "surrogatepass"))


def _placed(hashed: Callable[[str], int]) -> Callable[[Bucketing, str, float], Place]:
    def place(bucketing: Bucketing, flag_key: str, total: float) -> Place:
        offset = hashed(bucketing.seed or flag_key)

        def rank(value: Any) -> int | None:
            text = python2_str(value)
            return None if text is None else (offset + hashed(text)) % 100

        return rank

    return place


ALGORITHMS: Mapping[str, Algorithm] = {
    "feature_ramp": Algorithm(
        _placed(_as_unicode),
        "feature_ramp: Python 2's hash of the feature plus that of the identifier, modulo 100",
        whole=100,
    ),
    "feature_ramp.bytes": Algorithm(
        _placed(_as_bytes),
        "feature_ramp where the program had text as UTF-8 bytes, not as unicode",
        whole=100,
    ),
}
"""feature_ramp's algorithms by name."""
