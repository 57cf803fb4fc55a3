"""Why a batch of events is refused whole."""

from __future__ import annotations

from yardarm.errors import DocumentError, YardarmError


class BadBatch(DocumentError):
    """The batch is no batch: not JSON, a newer format, or without its frame. See `problems`."""


class Overloaded(YardarmError):
    """Too many batches are waiting to be written. The client should try again later."""

    retry_after_seconds = 5
