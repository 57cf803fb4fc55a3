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

FAILED = {**NOTHING, "reason": "ERROR; code=PARSE_ERROR"}
"""Our words for a flag at which the SDK raises in its user's program."""

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
        evaluate, to_context, self._traits, to_index = _sdk()
        self._evaluate = evaluate
        self._from_environment = isinstance(document, dict) and "feature_states" in document
        try:
            made = to_context(document) if self._from_environment else dict(document)
            self._overriding = to_index(made)
        except Exception as error:  # noqa: BLE001 - whatever its mapper stumbles over
            why = f"{type(error).__name__}: {error}"
            raise OptionError(f"Flagsmith's own SDK refuses the document: {why}") from None
        self._context: dict[str, Json] = made

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"enabled", "value", "reason", "variant"}` of one flag.

        Without a flag `{"flags", "segments"}` as the engine gives them, with names and metadata.
        Where the engine raises, `Flags.all_flags` raises in its user's program: everything has
        failed. `Flags.get_flag` then raises for the flags alone that such a segment overrides.
        """
        features = self._context.get("features") or {}
        if flag is not None and flag not in features:
            return dict(NOTHING)
        try:
            made = self._with(context)
        except Exception:  # noqa: BLE001 - traits that the SDK stumbles over
            return _all_failed(features) if flag is None else dict(FAILED)
        result = self._result(made)
        if flag is None:
            if result is None:
                return _all_failed(features)
            return {"flags": dict(result["flags"]), "segments": result["segments"]}
        if result is None:
            segments = self._overriding.get(flag, {}) if "segments" in made else {}
            alone = {**made, "features": {flag: features[flag]}, "segments": segments}
            result = self._result(alone)
        found = FAILED if result is None else result["flags"][flag]
        return {name: found[name] for name in _SHAPE}

    def _result(self, context: dict[str, Json]) -> Json:
        """What the engine gives; None where it raises."""
        try:
            return self._evaluate(context)
        except Exception:  # noqa: BLE001 - bad patterns, divisors of zero, missing keys
            return None

    def _with(self, context: Json) -> dict[str, Json]:
        """The evaluation context with an identity: `{"identity": …}` or the SDK's arguments."""
        identity = context.get("identity") if isinstance(context, dict) else None
        if identity is None and isinstance(context, dict) and context.get("identifier") is not None:
            identity = {**context, "traits": self._traits(context.get("traits")) or {}}
        identity = identity or None  # to the engine an empty one is none either
        if identity is None and self._from_environment:
            # `get_environment_flags`: without an identity the SDK asks no segment.
            return {name: part for name, part in self._context.items() if name != "segments"}
        return {**self._context, "identity": identity} if identity is not None else self._context


def _all_failed(features: Mapping[str, Json]) -> dict[str, Json]:
    return {"flags": {name: {**FAILED, "name": name} for name in features}, "segments": []}


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The SDK, loaded with a document."""
    return Oracle(document, options)


_Call = Callable[[Any], Any]


def _sdk() -> tuple[_Call, _Call, _Call, _Call]:
    """The engine's evaluation, the SDK's mapper of documents, its reading of traits, and its index
    of the segments that override each flag."""
    try:
        from flag_engine.engine import get_evaluation_result
        from flagsmith.mappers import map_environment_document_to_context, resolve_trait_values
        from flagsmith.models import build_segment_overrides_index
    except ImportError:
        raise OptionError(
            "Flagsmith's own SDK is not installed; install flagsmith and flagsmith-flag-engine"
        ) from None
    # The engine compares versions in a way that its own library calls outdated, every time.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="flag_engine")
    return (
        get_evaluation_result,
        map_environment_document_to_context,
        resolve_trait_values,
        build_segment_overrides_index,
    )
