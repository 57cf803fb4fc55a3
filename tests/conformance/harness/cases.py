"""The published buckets: Harness has no suite of its own, its real SDK gave these.

Each row becomes questions about one distribution: the variation is served from the bucket's own
percentage on, and not one below it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.conformance.harness import parts

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance"


def present() -> bool:
    """Whether the data is there. It is not part of the repository."""
    return (FOLDER / "bucketing.json").is_file()


def rows() -> list[tuple[str, int]]:
    """Target identifiers and their buckets, 1 to 100."""
    found = json.loads((FOLDER / "bucketing.json").read_text("utf-8"))["harness"]
    return [(identifier, int(bucket)) for identifier, bucket in found]


def cases() -> Iterator[tuple[str, Any, str, Any, Any]]:
    """(id, document, flag, context, expected vendor answer)."""
    for identifier, bucket in rows():
        for percent in sorted({max(bucket - 1, 0), bucket, 100}):
            document = parts.document([parts.flag("f", default=parts.shares(percent))])
            served = "on" if bucket <= percent else "off"
            value = "true" if served == "on" else "false"
            yield (
                f"{identifier} at {percent} %",
                document,
                "f",
                {"identifier": identifier, "attributes": {}},
                {"value": value, "variation": served},
            )
