"""Units that were exposed to a flag before, so that who moves can be told: for the first time?"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from yardarm.core.bucketing import unit_of
from yardarm.core.reads import Name, first_of

from .columns import Chunk, Mask


class ExposedUnits:
    """Exposed units by hashes of eight bytes, because there may be millions.

    `units` are the attributes that the flag's splits divide by. A context was exposed when one of
    its units was: what such an attribute names, or the key of a kind.
    """

    def __init__(self, units: Iterable[Name]) -> None:
        self._units = {(kind, first_of(name)[0]) for kind, name in units if name[:1] != "/"}
        self._hashes: dict[str, list[npt.NDArray[np.uint64]]] = {}

    def add(self, exposed: Iterable[tuple[str, str]]) -> None:
        """Note units that were exposed: kind and name."""
        hashed: dict[str, list[int]] = {}
        for kind, unit in exposed:
            hashed.setdefault(kind, []).append(_hash(unit))
        for kind, found in hashed.items():
            self._hashes.setdefault(kind, []).append(np.array(found, np.uint64))

    def among(self, chunk: Chunk, which: Mask) -> int:
        """How many of these contexts were exposed."""
        rows = np.flatnonzero(which)
        names = {(kind, "key") for kind in self._hashes} | self._units
        found = np.zeros(len(rows), np.bool_)
        for kind, name in names:
            if kind not in self._hashes:
                continue
            column = chunk.column((kind, name))
            codes, each = np.unique(column.codes[rows], return_inverse=True)
            units = [unit_of(column.values[code]) for code in codes.tolist()]
            hashes = np.array([0 if unit is None else _hash(unit) for unit in units], np.uint64)
            self._hashes[kind] = [np.concatenate(self._hashes[kind])]
            known = np.isin(hashes, self._hashes[kind][0])
            known &= np.array([unit is not None for unit in units], np.bool_)
            found |= known[each]
        return int(found.sum())


def _hash(unit: str) -> int:
    return int.from_bytes(blake2b(unit.encode("utf-8", "surrogatepass"), digest_size=8).digest())
