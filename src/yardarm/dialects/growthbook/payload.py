"""The document that GrowthBook's API serves, with its encrypted parts opened.

`{"features": {...}, "savedGroups": {...}, "contextualBandits": {...}, "experiments": [...]}`, or
the features alone. Each part may come encrypted (`encryptedFeatures`, …); the function that opens
it is an argument, since the cipher is no business of this package.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from ...core import model as m
from ...errors import DocumentError, Problem
from ..base import Loss, Options

PARTS = {
    "features": "encryptedFeatures",
    "savedGroups": "encryptedSavedGroups",
    "contextualBandits": "encryptedContextualBandits",
    "experiments": "encryptedExperiments",
}
"""Parts of a document, and what they are called when they are encrypted."""

MAX_NESTING = 64
"""How deep one feature or saved group may nest."""

Decrypt = Callable[[str], str]
"""Gives the plain text of an encrypted part; raises `ValueError` where the key does not fit."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A document's parts. `whole` is the document as it was, with the parts opened."""

    whole: dict[str, m.Json]
    features: dict[str, m.Json] = field(default_factory=dict)
    groups: dict[str, m.Json] = field(default_factory=dict)
    bandits: dict[str, m.Json] = field(default_factory=dict)
    experiments: list[m.Json] = field(default_factory=list)
    losses: tuple[Loss, ...] = ()


def open_payload(source: m.Json, options: Options) -> Payload:
    """The parts of a document. Raises `DocumentError` for what is no document of GrowthBook's.

    Encrypted parts are opened by the option `decrypter`, a function that makes a `Decrypt` of a
    key, and the `decryptionKey` of the document or of the options. Without these they are lost.
    """
    if not isinstance(source, dict):
        raise DocumentError(
            [Problem("", "this is no document of GrowthBook", 'expected {"features": {…}}')]
        )
    losses: list[Loss] = []
    whole = _opened(_wrapped(source), _decrypt(source, options), losses)
    parts: dict[str, m.Json] = {}
    for name in PARTS:
        kind = list if name == "experiments" else dict
        found = whole.get(name)
        if found is not None and not isinstance(found, kind):
            wanted = "an object" if kind is dict else "a list"
            losses.append(
                Loss(f"/{name}", f"expected {wanted}", "nothing of it is read", kind="malformed")
            )
            found = None
        parts[name] = kind() if found is None else found
    return Payload(
        whole,
        parts["features"],
        parts["savedGroups"],
        parts["contextualBandits"],
        parts["experiments"],
        tuple(losses),
    )


def _wrapped(source: dict[str, m.Json]) -> dict[str, m.Json]:
    """The document, or what are only its features made into one."""
    known = {*PARTS, *PARTS.values(), "status", "dateUpdated", "decryptionKey"}
    if not source or known & source.keys():
        return source
    each = source.values()
    if all(isinstance(f, dict) and (not f or {"defaultValue", "rules"} & f.keys()) for f in each):
        return {"features": source}
    return source


def _decrypt(source: dict[str, m.Json], options: Options) -> Decrypt | None:
    key = source.get("decryptionKey", options.get("decryptionKey"))
    make = options.get("decrypter")
    if make is None or not isinstance(key, str):
        return None
    decrypt: Decrypt = make(key)
    return decrypt


def _opened(
    source: dict[str, m.Json], decrypt: Decrypt | None, losses: list[Loss]
) -> dict[str, m.Json]:
    opened = dict(source)
    for name, encrypted in PARTS.items():
        text = opened.pop(encrypted, None)
        if text is None:
            continue
        try:
            if decrypt is None:
                raise ValueError("it is encrypted, and no key was given")
            opened[name] = json.loads(decrypt(text))
        except (ValueError, TypeError, RecursionError) as error:
            effect = "nothing of it is read"
            losses.append(Loss(f"/{encrypted}", f"cannot be opened: {error}", effect))
    return opened


def too_deep(value: m.Json) -> bool:
    """Whether a value nests deeper than `MAX_NESTING`."""
    level, stack = 0, [value]
    while stack:
        if level > MAX_NESTING:
            return True
        level += 1
        below: list[m.Json] = []
        for item in stack:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        stack = [item for item in below if isinstance(item, dict | list)]
    return False
