"""GrowthBook's own SDKs, asked about one document.

There are two. The Python package (`growthbook`) runs in process and is what is asked by default.
The JavaScript package (`@growthbook/growthbook`) runs in a Node process of ours; it is the
reference: where the two differ, its answers are the right ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...errors import OptionError
from .node import NodeDocument

Json = Any

_PROGRAM = Path(__file__).with_name("growthbook.mjs")


class Oracle:
    """GrowthBook's own SDK, asked about one document.

    `document` is what the SDK is given: `features`, `savedGroups`, `contextualBandits`, or their
    encrypted forms with a `decryptionKey`. A context holds `attributes` and the SDK's other
    options; what it holds wins over the document. Options: `sdk` is `"python"` or `"javascript"`,
    `node` the path of Node, `packages` the folder whose `node_modules` holds the SDK. Raises
    `OptionError` when the SDK is not installed.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        options = options or {}
        sdk = options.get("sdk", "python")
        if sdk not in ("python", "javascript"):
            raise OptionError(f"there is no GrowthBook SDK {sdk!r}: python, javascript")
        known = document if isinstance(document, dict) else {}
        if (key := options.get("decryptionKey")) is not None:
            known = {**known, "decryptionKey": key}
        self._ask: Callable[[str | None, Json, Json], Json]
        if sdk == "python":
            self._ask = _PythonSdk(known).ask
        else:
            node = str(options.get("node") or "node")
            self._ask = _JavascriptSdk(known, node, str(options.get("packages") or ".")).ask

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """`{"value", "on", "off", "source", "ruleId", "experimentResult"}` of one feature.

        With `options["experiment"]` that inline experiment is run instead. A context with
        `stickyBucketAssignmentDocs` switches sticky buckets on and gets them back as they are
        afterwards: an object is what the SDK has loaded, a list is what its store holds. What
        the SDK raises in its user's program is answered by `{"raised": TEXT}`.
        """
        experiment = (options or {}).get("experiment")
        if not isinstance(flag, str) and experiment is None:
            raise OptionError("GrowthBook answers one feature at a time: name it")
        return self._ask(flag, context if isinstance(context, dict) else {}, experiment)


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """The SDK, loaded with a document."""
    return Oracle(document, options)


def shape(value: Json, source: str, rule: str, result: Json) -> Json:
    """An answer in the form that both SDKs are brought to. `result` is an experiment's, or None."""
    on = value is not None and value != "" and value != 0 and value == value
    on = on or (isinstance(value, list | dict))
    return {
        "value": value,
        "on": on,
        "off": not on,
        "source": source,
        "ruleId": rule,
        "experimentResult": result,
    }


# --- Python -----------------------------------------------------------------------------------

_SETTINGS = {
    "enabled": "enabled",
    "attributes": "attributes",
    "url": "url",
    "qaMode": "qa_mode",
    "forcedVariations": "forced_variations",
    "savedGroups": "saved_groups",
    "contextualBandits": "contextual_bandits",
    "groups": "groups",
    "overrides": "overrides",
}


class _PythonSdk:
    """The Python SDK, with one object for each question, as its users have one for each user."""

    def __init__(self, document: Json) -> None:
        try:
            import growthbook
        except ImportError:
            raise OptionError("GrowthBook's SDK is not installed: install growthbook") from None
        self._sdk: Any = growthbook
        self._document = document
        # The SDK warns of each unknown feature and each cycle.
        for name in ("growthbook", "growthbook.core"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._features = self._decrypted() or {}

    def _decrypted(self) -> Json:
        if not any(name.startswith("encrypted") for name in self._document):
            return self._document.get("features")
        key = str(self._document.get("decryptionKey") or "")
        found: Json = None
        with suppress(Exception):  # as the SDK does: what cannot be decrypted is not there
            found = self._sdk.feature_repo.decrypt_response(dict(self._document), key)
        self._document = {**self._document, **(found or {})}
        return (found or {}).get("features")

    def ask(self, flag: str | None, context: Json, experiment: Json) -> Json:
        known = {**self._document, **context}
        given = {ours: known[name] for name, ours in _SETTINGS.items() if known.get(name)}
        given |= {"enabled": known.get("enabled") is not False}
        sticky = context.get("stickyBucketAssignmentDocs")
        if sticky is not None:
            service = given["sticky_bucket_service"] = self._sdk.InMemoryStickyBucketService()
            for doc in sticky if isinstance(sticky, list) else sticky.values():
                service.save_assignments(doc)
        try:
            book = self._sdk.GrowthBook(features=context.get("features", self._features), **given)
            forced = context.get("forcedFeatures")
            if forced:
                pairs = dict(forced)
                book.set_forced_features(pairs)
            if experiment is not None:
                result = book.run(self._sdk.Experiment(**experiment)).to_dict()
                answer = shape(result["value"], "experiment", "", result)
            else:
                found = book.eval_feature(flag).to_dict()
                result = found.get("experimentResult")
                answer = shape(found["value"], found["source"], found["ruleId"], result)
            if sticky is not None:
                answer["stickyBucketAssignmentDocs"] = book._sticky_bucket_assignment_docs
        except Exception as error:  # noqa: BLE001 - whatever it raises in its user's program
            return {"raised": f"{type(error).__name__}: {error}"}
        return answer


# --- JavaScript -------------------------------------------------------------------------------


class _JavascriptSdk:
    """A document that a Node process holds for us."""

    def __init__(self, document: Json, node: str, packages: str) -> None:
        package = "@growthbook/growthbook"
        self._held = NodeDocument(document, _PROGRAM, package, node, packages)

    def ask(self, flag: str | None, context: Json, experiment: Json) -> Json:
        asked = {"feature": flag} if experiment is None else {"experiment": experiment}
        return self._held.ask({"context": context, **asked})
