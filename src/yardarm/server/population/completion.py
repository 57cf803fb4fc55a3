"""Which attributes contexts have, and with which values: what an editor of conditions offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from ...core.context import Context
from ...core.observed import is_hashed, withheld_of
from .model import Attributes, AttributeShare, ValueShare

MOST_CONTEXTS = 20_000
"""Contexts looked at. They are the first by place, so a fair sample of all."""

_MOST_NAMES = 1_000
_MOST_VALUES = 2_000
_SHOWN_VALUES = 10
_LONGEST = 100


class _Seen:
    __slots__ = ("contexts", "values", "withheld")

    def __init__(self) -> None:
        self.contexts = 0
        self.withheld = 0
        # 1, 1.0 and True are equal, so the type tells them apart.
        self.values: Counter[tuple[type, Any]] = Counter()


class Census:
    """Counts attributes. Its memory is bounded whatever the contexts are."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._contexts = 0
        self._seen: dict[tuple[str, str], _Seen] = {}

    def add(self, bodies: Iterable[bytes]) -> None:
        """Count contexts, each as JSON."""
        for body in bodies:
            context = Context.of(msgspec.json.decode(body))
            self._contexts += 1
            for kind, attributes in context.by_kind().items():
                for name, value in attributes.items():
                    if name != "key" and not is_hashed(value):
                        self._count(kind, name, value)
            for kind, name in withheld_of(context):
                if seen := self._of(kind, name):
                    seen.withheld += 1

    def _count(self, kind: str, name: str, value: Any) -> None:
        seen = self._of(kind, name)
        if seen is None:
            return
        seen.contexts += 1
        if isinstance(value, bool | int | float) or (
            isinstance(value, str) and len(value) <= _LONGEST
        ):
            known = (type(value), value)
            if known in seen.values or len(seen.values) < _MOST_VALUES:
                seen.values[known] += 1

    def _of(self, kind: str, name: str) -> _Seen | None:
        if not name.startswith(self._prefix):
            return None
        seen = self._seen.get((kind, name))
        if seen is None and len(self._seen) < _MOST_NAMES:
            seen = self._seen[kind, name] = _Seen()
        return seen

    def result(self) -> Attributes:
        """The attributes, the commonest first."""
        ordered = sorted(
            self._seen.items(), key=lambda item: (-item[1].contexts - item[1].withheld, item[0])
        )
        return Attributes(self._contexts, tuple(self._share(*key, seen) for key, seen in ordered))

    def _share(self, kind: str, name: str, seen: _Seen) -> AttributeShare:
        commonest = sorted(seen.values.items(), key=lambda item: (-item[1], str(item[0][1])))
        values = tuple(
            ValueShare(value, count / self._contexts)
            for (_, value), count in commonest[:_SHOWN_VALUES]
        )
        return AttributeShare(
            kind, name, seen.contexts / self._contexts, seen.withheld / self._contexts, values
        )
