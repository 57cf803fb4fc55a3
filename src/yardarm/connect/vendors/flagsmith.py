"""Flagsmith's own Python SDK (`flagsmith` with `flagsmith-flag-engine`), asked about one document.

Only the mapper of the SDK and its engine are used: no client, no thread, no network.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import OptionError

Json = Any

NOTHING = {"enabled": False, "value": None, "reason": None, "variant": None}
"""Our words for a flag that the document does not have: the SDK raises an error of its own."""

_SHAPE = tuple(NOTHING)


class Oracle:
    """Flagsmith's own SDK, asked about one document.

    `document` is the SDK's environment document (`feature_states`, `project`, …), which the SDK's
    own mapper turns into the engine's evaluation context, or that context without its identity
    (`environment`, `features`, `segments`). The engine is always asked for everything, as
    `Flags.all_flags` and the server do: `Flags.get_flag` evaluates a cut-down context in which a
    condition on another flag (`$.flags.…`) finds no flag.

    Raises `OptionError` when the SDK is not installed, or refuses the document.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        evaluate, to_context, self._traits = _sdk()
        self._evaluate = evaluate
        self._from_environment = isinstance(document, dict) and "feature_states" in document
        try:
            made = to_context(document) if self._from_environment else dict(document)
        except Exception as error:  # noqa: BLE001 - whatever its mapper stumbles over
            why = f"{type(error).__name__}: {error}"
            raise OptionError(f"Flagsmith's own SDK refuses the document: {why}") from None
        self._context: dict[str, Json] = made

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"enabled", "value", "reason", "variant"}` of one flag.

        Without a flag `{"flags", "segments"}` as the engine gives them, with names and metadata.
        What the SDK raises in its user's program is answered by `{"error": text}`.
        """
        try:
            result = self._evaluate(self._with(context))
        except Exception as error:  # noqa: BLE001 - bad patterns, divisors of zero, missing keys
            return {"error": f"{type(error).__name__}: {error}"}
        if flag is None:
            return {"flags": dict(result["flags"]), "segments": result["segments"]}
        found = result["flags"].get(flag)
        return dict(NOTHING) if found is None else {name: found[name] for name in _SHAPE}

    def _with(self, context: Json) -> dict[str, Json]:
        """The evaluation context with an identity: `{"identity": …}` or the SDK's arguments."""
        identity = context.get("identity") if isinstance(context, dict) else None
        if identity is None and isinstance(context, dict) and context.get("identifier") is not None:
            identity = {**context, "traits": self._traits(context.get("traits")) or {}}
        if identity is None and self._from_environment:
            # `get_environment_flags`: without an identity the SDK asks no segment.
            return {name: part for name, part in self._context.items() if name != "segments"}
        return {**self._context, "identity": identity} if identity is not None else self._context


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The SDK, loaded with a document."""
    return Oracle(document, options)


_Sdk = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]


def _sdk() -> _Sdk:
    """The engine's evaluation, the SDK's mapper of documents and its reading of traits."""
    try:
        from flag_engine.engine import get_evaluation_result
        from flagsmith.mappers import map_environment_document_to_context, resolve_trait_values
    except ImportError:
        raise OptionError(
            "Flagsmith's own SDK is not installed; install flagsmith and flagsmith-flag-engine"
        ) from None
    # The engine compares versions in a way that its own library calls outdated, every time.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="flag_engine")
    return get_evaluation_result, map_environment_document_to_context, resolve_trait_values
