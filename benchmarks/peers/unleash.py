"""UnleashClient (yggdrasil, a Rust engine): polling a loopback server, ``is_enabled``.

``telemetry`` on (the default of the SDK) counts in the engine and reports to the loopback server
every 60 s; off is ``disable_metrics``. The API takes a dict per call, built before the timing.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject
from benchmarks.sink import put


def setup(options: dict[str, Any]) -> Subject:
    """A client that has fetched its features."""
    from UnleashClient import UnleashClient

    base = f"{options['sink']}/unleash/api"
    put(f"{base}/client/features", json.dumps(document()).encode())
    folder = tempfile.TemporaryDirectory()
    client = UnleashClient(
        url=base,
        app_name="benchmark",
        cache_directory=folder.name,
        disable_metrics=not options["telemetry"],
        custom_headers={"Authorization": "*:development.benchmark"},
    )
    client.initialize_client()
    contexts = [
        {
            "userId": person.key,
            "properties": {name: str(value) for name, value in person.attributes().items()},
        }
        for person in PEOPLE
    ]
    is_enabled, get_variant, loads = client.is_enabled, client.get_variant, json.loads

    def call(feature: str) -> Call:
        return lambda i: is_enabled(feature, contexts[i])

    def close() -> None:
        client.destroy()
        folder.cleanup()

    return Subject(
        version=importlib.metadata.version("UnleashClient"),
        calls={
            "off": call("off"),
            "on": call("on"),
            "equality": call("equality"),
            "split": call("split"),
            "rules": call("rules"),
            "membership": call("membership"),
            "json": lambda i: loads(get_variant("json", contexts[i])["payload"]["value"]),
        },
        setup="polls a loopback server; context dicts prebuilt",
        notes={
            "rules": "ten strategies, which Unleash joins by OR",
            "json": "a payload of type json; the SDK gives text, parsed by the caller",
        },
        close=close,
    )


def document() -> dict[str, Any]:
    """The features as ``/api/client/features`` serves them."""
    features = [
        _feature("off", [_strategy()], enabled=False),
        _feature("on", [_strategy()]),
        _feature("equality", [_strategy(_constraint("country", "IN", HOME_COUNTRY))]),
        _feature("split", [_half()]),
        _feature(
            "rules",
            [
                _strategy(
                    {
                        "contextName": "age",
                        "operator": "NUM_GTE",
                        "value": str(rule.minimum_age),
                    },
                    _constraint("country", "IN", *rule.countries),
                    _constraint("plan", "IN", *rule.plans),
                )
                for rule in RULES
            ],
        ),
        _feature("membership", [_strategy(_constraint("userId", "IN", *MEMBERS))]),
        _feature("json", [_strategy()], variants=[_json_variant()]),
    ]
    return {"version": 2, "features": features, "segments": []}


def _feature(name: str, strategies: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    feature = {"name": name, "type": "release", "enabled": True, "strategies": strategies}
    return feature | given


def _strategy(*constraints: dict[str, Any]) -> dict[str, Any]:
    return {"name": "default", "parameters": {}, "constraints": list(constraints)}


def _constraint(name: str, operator: str, *values: str) -> dict[str, Any]:
    return {"contextName": name, "operator": operator, "values": list(values)}


def _half() -> dict[str, Any]:
    parameters = {"rollout": "50", "stickiness": "userId", "groupId": "split"}
    return {"name": "flexibleRollout", "parameters": parameters, "constraints": []}


def _json_variant() -> dict[str, Any]:
    payload = {"type": "json", "value": json.dumps(JSON_VALUE)}
    return {"name": "grid", "weight": 1000, "stickiness": "userId", "payload": payload}
