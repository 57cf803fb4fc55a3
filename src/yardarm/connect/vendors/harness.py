"""Harness FF's own Python SDK (`harness-featureflags`), asked about one document.

Only the SDK's evaluator and its in-memory repository are used: no client, no thread, no network.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ...errors import OptionError

Json = Any

NOTHING = {"value": None, "variation": ""}
"""What the evaluator gives for a flag it does not have, or a variation that does not exist."""


class Oracle:
    """Harness's own SDK, asked about one document.

    `document` is `{"flags": [feature configs], "segments": [target segments]}`. The SDK refuses a
    whole document for one bad part; here each is loaded on its own, and `rejected` says by JSON
    pointer what the SDK could not load. Raises `OptionError` when the SDK is not installed.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        sdk = _sdk()
        flags, segments = _list(document, "flags"), _list(document, "segments")
        # The SDK's cache forgets what does not fit; its default of 2,500 loses flags silently.
        cache = sdk.cache(size=len(flags) + len(segments) + 1)
        self._repository = sdk.repository(cache)
        self._evaluator = sdk.evaluator(self._repository)
        self._target = sdk.target
        self.rejected: dict[str, str] = {}
        self._load("segments", segments, sdk.segment, self._repository.set_segment)
        self._load("flags", flags, sdk.flag, self._repository.set_flag)

    def _load(
        self, part: str, items: list[Json], read: Callable[[Json], Any], put: Callable[[Any], None]
    ) -> None:
        for index, item in enumerate(items):
            try:
                put(read(item))
            except Exception as error:  # noqa: BLE001 - whatever the SDK raises is its refusal
                self.rejected[f"/{part}/{index}"] = f"{type(error).__name__}: {error}"

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"value", "variation"}` of one flag: the value is the text that the document holds.

        What the SDK raises in its user's program is answered like a flag it does not have.
        """
        if not isinstance(flag, str):
            raise OptionError("Harness answers one flag at a time: name the flag")
        try:
            target = self._target(context)
            kind = self._evaluator.get_kind(flag)
            found = self._evaluator.evaluate(flag, target, kind)
        except Exception:  # noqa: BLE001 - a recursion without end among them
            return dict(NOTHING)
        return {"value": found.value, "variation": found.identifier}


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The SDK, loaded with a document."""
    return Oracle(document, options)


def _list(document: Json, name: str) -> list[Json]:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, list) else []


class _Sdk:
    """The parts of the SDK that are used."""

    __slots__ = ("cache", "evaluator", "flag", "repository", "segment", "target")

    def __init__(self) -> None:
        def part(module: str, name: str) -> Any:
            return getattr(import_module(f"featureflags.{module}"), name)

        part("util", "log").setLevel(logging.CRITICAL)  # it prints each missing attribute
        self.cache: Callable[..., Any] = part("lru_cache", "LRUCache")
        self.repository: Callable[..., Any] = part("repository", "Repository")
        self.evaluator: Callable[..., Any] = part("evaluations.evaluator", "Evaluator")
        models = "openapi.config.models"
        self.flag: Callable[[Json], Any] = part(
            f"{models}.feature_config", "FeatureConfig"
        ).from_dict
        self.segment: Callable[[Json], Any] = part(f"{models}.segment", "Segment").from_dict
        self.target: Callable[[Json], Any] = part("evaluations.auth_target", "Target").from_dict


def _sdk() -> _Sdk:
    try:
        return _Sdk()
    except ImportError:
        raise OptionError(
            "Harness's own SDK is not installed; install harness-featureflags"
        ) from None
