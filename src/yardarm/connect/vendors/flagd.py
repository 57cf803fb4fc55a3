"""flagd's own in-process evaluators, asked about one document.

There are two. The Python package (`openfeature-flagd-core`) is the reference for everything but
the placing of units: its `fractional` is generation v3. The Node package
(`@openfeature/flagd-core`) has generation v2, or v1 up to its version 1.3.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from ...errors import OptionError
from .node import NodeDocument

Json = Any

_PROGRAM = Path(__file__).with_name("flagd.mjs")


class Oracle:
    """flagd's own evaluator, asked about one document.

    Options: `fractional` is the generation that the document means, `"v1"`, `"v2"` (the default)
    or `"v3"`; `sdk` is `"python"` (the default) or `"javascript"`; `node` is the path of Node,
    `packages` the folder whose `node_modules` holds the Node package.

    Raises `OptionError` when the package is not installed, or when the Python package is to answer
    for a document that places units by another generation than its own. Raises what the package
    raises for a document that it refuses.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        options = options or {}
        sdk = options.get("sdk", "python")
        if sdk == "javascript":
            node = str(options.get("node") or "node")
            packages = str(options.get("packages") or ".")
            self._evaluator: _Python | _Javascript = _Javascript(document, node, packages)
            return
        if sdk != "python":
            raise OptionError(f"there is no flagd evaluator {sdk!r}: python, javascript")
        text = json.dumps(document)
        if options.get("fractional", "v2") != "v3" and '"fractional"' in text:
            raise OptionError(
                "flagd's Python package places units by fractional v3 only: say so by the option "
                "fractional=v3, or ask the Node package by sdk=javascript"
            )
        self._evaluator = _Python(text)

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"value", "variant", "reason", "errorCode", "flagMetadata"}` of one flag.

        The caller's default is null, and whatever type the flag has is the one asked for.
        """
        if not isinstance(flag, str):
            raise OptionError("flagd answers one flag at a time: name it")
        return self._evaluator.answer(flag, context if isinstance(context, dict) else {})


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The evaluator, loaded with a document."""
    return Oracle(document, options)


class _Python:
    """The Python package. Its engine is asked without a type, which no public method does."""

    def __init__(self, text: str) -> None:
        try:
            from openfeature.contrib.tools.flagd.core import FlagdCore
            from openfeature.evaluation_context import EvaluationContext
            from openfeature.exception import OpenFeatureError
        except ImportError:
            raise OptionError(
                "flagd's evaluator is not installed: install openfeature-flagd-core"
            ) from None
        logging.getLogger("openfeature.contrib").setLevel(logging.CRITICAL)
        self._context: Any = EvaluationContext
        self._error: Any = OpenFeatureError
        self._core: Any = FlagdCore()
        self._core.set_flags(text)

    def answer(self, flag: str, context: dict[str, Json]) -> Json:
        attributes = {name: value for name, value in context.items() if name != "targetingKey"}
        asked = self._context(context.get("targetingKey"), attributes)
        try:
            with redirect_stdout(io.StringIO()):  # where the operation `log` writes
                found = self._core._resolve(flag, None, asked, None)
        except self._error as error:
            return _failed(str(error.error_code.value))
        except Exception:  # noqa: BLE001 - as the OpenFeature client does around a provider
            return _failed("GENERAL")
        return {
            "value": found.value,
            "variant": found.variant,
            "reason": str(found.reason.value),
            "errorCode": None,
            "flagMetadata": dict(found.flag_metadata),
        }


def _failed(code: str) -> Json:
    return {
        "value": None,
        "variant": None,
        "reason": "ERROR",
        "errorCode": code,
        "flagMetadata": {},
    }


class _Javascript:
    """A document that a Node process holds for us."""

    def __init__(self, document: Json, node: str, packages: str) -> None:
        self._held = NodeDocument(document, _PROGRAM, "@openfeature/flagd-core", node, packages)

    def answer(self, flag: str, context: dict[str, Json]) -> Json:
        return self._held.ask({"flag": flag, "context": context})
