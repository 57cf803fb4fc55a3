"""Yardarm with a vendor's own document, read by its dialect: the flags a team moves in with.

The document is the very one that the vendor's SDK is timed with. `options["vendor"]` names it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
from typing import Any

from benchmarks.cases import MEMBERS, PEOPLE, Call, Subject


def setup(options: dict[str, Any]) -> Subject:
    """An in-memory client over the vendor's seven flags."""
    from yardarm import Client
    from yardarm.dialects import find

    vendor = options["vendor"]
    dialect = find(vendor)
    assert dialect is not None
    source = importlib.import_module(f"benchmarks.peers.{vendor}").document()
    if vendor == "growthbook":  # its SDK is given the groups beside the features
        source = {"features": source, "savedGroups": {"members": MEMBERS}}
    reading = dialect.read(source, {})
    client = Client.from_document(reading.document)
    contexts = [{"key": person.key, **_attributes(vendor, person)} for person in PEOPLE]
    flags = reading.document.flags
    calls: dict[str, Call | None] = {
        case: _call(client, vendor, case, flags[case].type, contexts)
        for case in ("off", "on", "equality", "split", "rules", "membership", "json")
        if case in flags
    }
    return Subject(
        version=importlib.metadata.version("yardarm"),
        calls=calls,
        setup=f"in-memory mode, default options; {dialect.title}'s document, dicts prebuilt",
        notes={loss.flag or "": loss.message for loss in reading.losses},
        close=client.close,
    )


def _call(client: Any, vendor: str, case: str, kind: str, contexts: list[dict[str, Any]]) -> Call:
    ask = getattr(client, kind)
    if case == "json" and kind == "string":  # Flagsmith has no JSON: parsed by the caller
        return lambda i: json.loads(ask(case, contexts[i], ""))
    # The fallback is never the right answer, but for flagd, where a disabled flag gives just that.
    fallback = case == "off" and vendor != "flagd" if kind == "boolean" else None
    return lambda i: ask(case, contexts[i], fallback)


def _attributes(vendor: str, person: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = person.attributes()
    if vendor == "unleash":  # its contexts are text
        return {name: str(value) for name, value in attributes.items()}
    return attributes if vendor != "growthbook" else {**attributes, "id": person.key}
