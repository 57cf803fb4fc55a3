"""The inputs of one evaluation in GrowthBook's shape: the options of its SDK.

`{"attributes": {...}, "url": "...", "forcedVariations": {...}, "forcedFeatures": {...}, ...}`; see
`FIELDS`. Whatever has another type than the SDK's is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core import model as m
from ...core.javascript.values import truthy
from ..base import Options
from .experiments import Given
from .payload import Payload
from .sticky import Docs, Sticky, stored, unit_name
from .variants import variations

FIELDS = (
    "attributes", "attributeOverrides", "user", "enabled", "qaMode", "url", "forcedVariations",
    "forcedFeatures", "forcedFeatureValues", "overrides", "groups", "stickyBucketAssignmentDocs",
)  # fmt: skip
"""What is read of a context. `forcedFeatures` is an object, or a list of pairs as in a Map.

`stickyBucketAssignmentDocs` switches sticky buckets on: an object is what the SDK has loaded, a
list is what its store holds, of which it loads the user's own."""


def attributes_of(context: m.Json) -> dict[str, Any]:
    """The user's attributes under GrowthBook's names."""
    found: dict[str, Any] = {}
    for name in ("user", "attributes", "attributeOverrides"):
        found.update(_object(context, name))
    return found


def given_of(
    context: m.Json,
    attributes: Mapping[str, Any],
    units: Callable[[], list[str]],
    options: Options,
) -> Given:
    """What the evaluation is told beside the document and the attributes.

    `units` gives the attributes by which the document's experiments place their units.
    Sticky buckets are on where the context has documents, or the option `sticky` says so.
    """
    context = context if isinstance(context, dict) else {}
    docs = context.get("stickyBucketAssignmentDocs")
    if docs is None and options.get("sticky") is True:
        docs = {}
    if docs is None and context.keys() <= {"attributes"}:
        return _NOTHING
    url = context.get("url")
    return Given(
        enabled=context.get("enabled") is not False,
        qa=truthy(context.get("qaMode")),
        url=url if isinstance(url, str) else "",
        forced=_object(context, "forcedVariations"),
        features=_forced_features(context),
        overrides=_object(context, "overrides"),
        groups=_object(context, "groups"),
        sticky=_sticky(docs, attributes, units),
    )


_NOTHING = Given()


def _object(context: m.Json, name: str) -> dict[str, Any]:
    found = context.get(name) if isinstance(context, dict) else None
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(key, str)}


def _forced_features(context: Mapping[str, Any]) -> dict[str, Any]:
    forced = context.get("forcedFeatures", context.get("forcedFeatureValues"))
    if isinstance(forced, dict):
        return forced
    pairs = forced if isinstance(forced, list) else ()
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, list) and len(pair) > 1 and isinstance(pair[0], str)
    }


def _sticky(
    docs: m.Json, attributes: Mapping[str, Any], units: Callable[[], list[str]]
) -> Sticky | None:
    if isinstance(docs, list):
        return Sticky(stored(docs, attributes, units()), attributes)
    if not isinstance(docs, dict):
        return None
    known: Docs = {key: doc for key, doc in docs.items() if isinstance(doc, dict)}
    return Sticky(known, attributes)


def unit_attributes(payload: Payload) -> list[str]:
    """The attributes by which a document's experiments place their units."""
    rules = [
        rule
        for feature in payload.features.values()
        if isinstance(feature, dict) and isinstance(feature.get("rules"), list)
        for rule in feature["rules"]
        if isinstance(rule, dict) and (truthy(rule.get("variations")) or truthy(variations(rule)))
    ]
    found: dict[str, None] = {}
    for item in [*rules, *(each for each in payload.experiments if isinstance(each, dict))]:
        found[unit_name(item, "hashAttribute")] = None
        if truthy(item.get("fallbackAttribute")):
            found[unit_name(item, "fallbackAttribute")] = None
    return list(found)
