"""The driver of a client that was given its document: no thread, no source but the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.codec import document_from_json
from ...core.model import Document
from ...core.snapshot import from_document
from ..serving import Serving


class Memory:
    """Serves what it is given."""

    def __init__(self, serving: Serving, document: Document | Mapping[str, Any]) -> None:
        self._serving = serving
        self.update(document)

    def update(self, document: Document | Mapping[str, Any]) -> None:
        """Serve another document from now on. Raises `DocumentError` when it is not valid."""
        read = document if isinstance(document, Document) else document_from_json(dict(document))
        snapshot = from_document(read)
        with self._serving.lock:
            self._serving.follow(self._serving.continuity.replace(snapshot), "memory")
            self._serving.settled()

    def start(self) -> None:
        """Nothing to start."""

    def poll(self) -> bool:
        """Nothing to fetch."""
        return True

    def finish(self) -> None:
        """Nothing to end."""

    def join(self, seconds: float) -> None:
        """Nothing to wait for."""

    def abandon(self) -> None:
        """Nothing to stop."""

    def after_fork(self) -> None:
        """In the child: locks are made anew, listeners told by new threads."""
        self._serving.after_fork()
