"""What keeps a preview from being made."""

from __future__ import annotations

from yardarm.errors import YardarmError


class PreviewFailed(YardarmError):
    """Counting ended without a result. Nothing was changed; asking again may help."""


class TooManyPreviews(YardarmError):
    """As many previews as may wait are waiting. `retry_after_seconds` is a guess."""

    retry_after_seconds = 5
