"""What a command is applied to, and what it needs besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yardarm.core import model as m

Documents = Mapping[str, m.Document]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a command needs besides the documents.

    `targets` are the environments it was submitted for, `now` an RFC 3339 instant, `new_id` gives
    ids for new rules. `back` has, for what restores the past, the entries to put per environment.
    """

    targets: tuple[str, ...]
    now: str
    new_id: Callable[[], str]
    back: Mapping[str, tuple[Mapping[str, m.Json], ...]] | None = None
