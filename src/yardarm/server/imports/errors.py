"""What keeps an import from going on."""

from __future__ import annotations

from yardarm.errors import YardarmError


class TooManyImports(YardarmError):
    """As many documents as may wait are waiting to be read. `retry_after_seconds` is a guess."""

    retry_after_seconds = 10
