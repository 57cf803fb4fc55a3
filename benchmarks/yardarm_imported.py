"""Yardarm with a vendor's own document, read by its dialect: the flags a team moves in with.

The document is the very one that the vendor's SDK is timed with. `options["vendor"]` names it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Any

from benchmarks.cases import PEOPLE, Call, Subject


def setup(options: dict[str, Any]) -> Subject:
    """An in-memory client over the vendor's seven flags."""
    from yardarm import Client
    from yardarm.dialects import find

    vendor = options["vendor"]
    dialect = find(vendor)
    assert dialect is not None
    source = importlib.import_module(f"benchmarks.peers.{vendor}").document()
    reading = dialect.read(source, options.get("read", {}))
    client = Client.from_document(reading.document)
    contexts = [{"key": person.key, **_attributes(vendor, person)} for person in PEOPLE]
    flags = reading.document.flags
    calls: dict[str, Call | None] = {
        case: _call(client, flags[case].type, case, contexts)
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


def _call(client: Any, kind: str, case: str, contexts: list[dict[str, Any]]) -> Call:
    ask = client.json if kind == "json" else getattr(client, kind)
    fallback = case == "off" if kind == "boolean" else None
    return lambda i: ask(case, contexts[i], fallback)


def _attributes(vendor: str, person: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = person.attributes()
    if vendor == "unleash":  # its contexts are text
        return {name: str(value) for name, value in attributes.items()}
    return attributes if vendor != "growthbook" else {**attributes, "id": person.key}
