"""Asks the vendor's own SDK and ours the same questions. Runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yardarm.connect.verify import generated, verify
from yardarm.core.codec import document_from_json

from ..working.process import Control
from .reading import unpack
from .sources import found


@dataclass(frozen=True, slots=True)
class Verifying:
    """What is to be compared, packed as it was read, for whom: contexts in the vendor's shape.

    Without contexts, `count` of them are made up. `now` is seconds since 1970.
    """

    dialect: str
    options: Mapping[str, Any] = field(repr=False)
    source: bytes = field(repr=False)
    document: bytes = field(repr=False)
    contexts: Sequence[Any] | None = field(repr=False)
    count: int
    now: float


def verified(work: Verifying, control: Control) -> dict[str, Any]:
    """What `connect.verify` says, as JSON. Raises `OptionError` and `DocumentError`."""
    dialect, document = found(work.dialect), document_from_json(unpack(work.document))
    contexts: Iterator[Any] = (
        generated(dialect.name, document, work.count)
        if work.contexts is None
        else iter(work.contexts)
    )
    total = max(1, work.count * len(document.flags))

    def progress(asked: int) -> None:
        control.check()
        control.report(min(1.0, asked / total))

    return verify(
        dialect,
        unpack(work.source),
        document,
        contexts,
        work.now,
        options=work.options,
        progress=progress,
    ).to_json()
