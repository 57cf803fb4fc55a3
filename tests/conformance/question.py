"""One question to a vendor's SDK and to ours, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Question:
    """A vendor's document, a flag of it and a context, in the vendor's own shapes.

    Questions about one document hold the same object, so that it is read once. `cells` name what
    the question is about (`"op:startsWith"`, `"missing:startsWith"`, `"split:rollout"`); the table
    of a run counts each with both outcomes.
    """

    document: Json
    flag: str | None
    context: Json
    cells: tuple[str, ...] = ()
    options: Mapping[str, Json] = field(default_factory=dict)
