"""Unleash's own engine, asked about one document without a client or a network.

Every Unleash SDK but the oldest ones carries the same engine ("Yggdrasil", native code); the one
inside the SDK for Python is asked here. It reads the context as it comes: numbers and truth values
become text as JSON writes them, null is missing. With the option `client` = `"python"` the context
goes through the SDK's own preparation before, which makes text of every value (`True` and `None`
too); the application's name and environment, which a client adds, are not known here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from ...core.model import Json
from ...errors import DocumentError, OptionError, Problem

PACKAGE = "UnleashClient"

_LOG = "yggdrasil_engine.engine"


class Oracle:
    """Unleash's own engine, asked about one document.

    `document` is what `/api/client/features` answers, or the events of `/api/client/delta`. Raises
    `OptionError` when the SDK is not installed and `DocumentError` for a document that the engine
    refuses as a whole. `warnings` says which toggles it could not compile: those are always off.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        try:
            from yggdrasil_engine.engine import UnleashEngine
        except ImportError:
            raise OptionError(f"Unleash's SDK is not installed: install {PACKAGE}") from None
        self._client = (options or {}).get("client")
        self._engine: Any = UnleashEngine()
        taken = self._engine.lib.take_state(self._engine.state, json.dumps(document).encode())
        with self._engine.materialize_pointer(taken, list) as response:
            message = response.error_message or ""
        if message.startswith("Failed to parse"):
            raise DocumentError([Problem("", f"Unleash's engine refuses the document: {message}")])
        self.warnings: str = message

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"enabled", "variant"}` of one toggle; of all toggles by name where none is named.

        `variant` has `name`, `payload` (only where there is one), `enabled` and `feature_enabled`.
        What the engine cannot read or compute is answered as its client does: disabled.
        """
        if (options or {}).get("client", self._client) == "python":
            context = _prepared(context)
        if flag is not None:
            return self._answer(flag, context)
        known = self._engine.list_known_toggles()
        return {toggle.name: self._answer(toggle.name, context) for toggle in known}

    def _answer(self, flag: str, context: Json) -> Json:
        with _silence():
            enabled = self._engine.check_enabled(flag, context).is_enabled
            found = self._engine.check_variant(flag, context).variant
        payload = {} if found.payload is None else {"payload": found.payload}
        return {
            "enabled": enabled,
            "variant": {
                "name": found.name,
                **payload,
                "enabled": found.enabled,
                "feature_enabled": found.feature_enabled,
            },
        }


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """Unleash's engine with this document. Raises as `Oracle` does."""
    return Oracle(document, options)


def _prepared(context: Json) -> Json:
    """The context as the SDK's client hands it to the engine."""
    from UnleashClient._context import _ContextEnricher

    config: Any = SimpleNamespace(static_context={})
    enricher: Any = _ContextEnricher(config)
    try:
        return enricher.build(context)
    except (TypeError, ValueError, AttributeError):
        return [context]  # the client raises; the engine would not read it


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the engine from logging a traceback for each context that it cannot read."""
    log = logging.getLogger(_LOG)
    before = log.disabled
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = before
