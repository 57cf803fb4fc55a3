"""Sticky buckets as pure input and output: documents in, documents out.

A document holds what one unit was assigned before, by experiment and bucket version. GrowthBook's
SDK writes into it while it evaluates; here the new documents are part of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from ...core import model as m
from ...core.javascript.values import kind, number, of_number, text, truthy

Docs = dict[str, dict[str, m.Json]]
"""Documents by attribute and value, `id||user-1`."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a unit was assigned before: a variation's index, or that it is shut out."""

    variation: int | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Sticky:
    """The documents of one evaluation, and the user whose they are."""

    docs: Mapping[str, Mapping[str, m.Json]]
    attributes: Mapping[str, Any]

    def find(self, experiment: Mapping[str, m.Json]) -> Assigned:
        """What the user was assigned in this experiment."""
        if truthy(experiment.get("disableStickyBucketing")):
            return Assigned()
        key = text(experiment.get("key"))
        known = self._assignments(experiment)
        least = _version(experiment.get("minBucketVersion"))
        for version in range(least):
            if f"{key}__{version}" in known:
                return Assigned(blocked=True)
        wanted = known.get(experiment_key(experiment))
        meta = experiment.get("meta")
        for index, each in enumerate(meta if isinstance(meta, list) else ()):
            if isinstance(each, dict) and wanted is not None and each.get("key") == wanted:
                return Assigned(index)
        return Assigned()

    def _assignments(self, experiment: Mapping[str, m.Json]) -> dict[str, m.Json]:
        """What the fallback attribute's document holds, and over it the hash attribute's."""
        found: dict[str, m.Json] = {}
        fallback = unit_name(experiment, "fallbackAttribute")
        value = hash_value(self.attributes, fallback)
        if value != "":
            found |= self._of(fallback, value)
        attribute = unit_name(experiment, "hashAttribute")
        return found | self._of(attribute, hash_value(self.attributes, attribute))

    def _of(self, attribute: str, value: Any) -> dict[str, m.Json]:
        doc = self.docs.get(doc_key(attribute, value))
        known = doc.get("assignments") if isinstance(doc, Mapping) else None
        return dict(known) if isinstance(known, Mapping) else {}

    def after(self, assigned: list[tuple[Mapping[str, m.Json], str, str, Any]]) -> Docs:
        """The documents after these assignments: experiment, variation's key, attribute, value."""
        docs: Docs = {key: dict(doc) for key, doc in self.docs.items()}
        for experiment, variation, attribute, value in assigned:
            if truthy(experiment.get("disableStickyBucketing")):
                continue
            key = doc_key(attribute, value)
            known = docs.get(key, {}).get("assignments")
            before = dict(known) if isinstance(known, Mapping) else {}
            now = {**before, experiment_key(experiment): variation}
            if now != before:
                docs[key] = {
                    "attributeName": attribute,
                    "attributeValue": as_text(value),
                    "assignments": now,
                }
        return docs


def stored(docs: m.Json, attributes: Mapping[str, Any], names: list[str]) -> Docs:
    """The documents of a store that are the user's: those the SDK would load.

    `names` are the attributes by which the document's experiments place their units.
    """
    wanted = {doc_key(name, hash_value(attributes, name)) for name in names}
    found: Docs = {}
    for doc in docs:
        if isinstance(doc, dict):
            key = f"{doc.get('attributeName')}||{doc.get('attributeValue')}"
            if key in wanted:
                found[key] = doc
    return found


def experiment_key(experiment: Mapping[str, m.Json]) -> str:
    """Under which an assignment of this experiment is kept: its key and bucket version."""
    version = experiment.get("bucketVersion")
    return f"{text(experiment.get('key'))}__{text(version) if truthy(version) else 0}"


def doc_key(attribute: str, value: Any) -> str:
    """Under which a unit's document is kept."""
    return f"{attribute}||{as_text(value)}"


def unit_name(item: Mapping[str, m.Json], member: str) -> str:
    """The attribute that a rule or an experiment names the unit by."""
    name = item.get(member)
    return text(name) if truthy(name) else "id"


def hash_value(attributes: Mapping[str, Any], name: str) -> Any:
    """The value that names the unit; empty text where there is none that JavaScript takes for
    true."""
    value = attributes.get(name)
    return value if truthy(value) else ""


def as_text(value: Any) -> str:
    """A unit's value in the key of its document: text as it is, all else as JSON."""
    if kind(value) == "string":
        return str.__str__(value)
    if kind(value) == "function":
        return "undefined"
    if kind(value) == "number":
        return of_number(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=lambda _: None)


def _version(value: m.Json) -> int:
    """How many bucket versions are shut out."""
    least = number(value) if truthy(value) else 0.0
    if least != least or least <= 0:
        return 0
    return ceil(min(least, 10_000))
