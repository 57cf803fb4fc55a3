"""launchdarkly-server-sdk: polling a loopback server for the document, ``LDClient.variation``.

The document is served as ``/sdk/latest-all`` and fetched by the SDK's own polling processor into
its default in-memory store. ``telemetry`` on (the default of the SDK) sends summary events to the
loopback server; off is ``send_events=False``. The ``Context`` objects are built before the timing.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject
from benchmarks.sink import put

KEY = "sdk-benchmark"


def setup(options: dict[str, Any]) -> Subject:
    """A client that has polled its document once."""
    from ldclient import Context, LDClient
    from ldclient.config import Config
    from ldclient.version import VERSION

    logging.getLogger("ldclient.util").setLevel(logging.ERROR)
    base = f"{options['sink']}/launchdarkly"
    put(f"{base}/sdk/latest-all", json.dumps(document()).encode())
    config = Config(
        KEY, base_uri=base, events_uri=base, stream=False, send_events=options["telemetry"]
    )
    client = LDClient(config, start_wait=10)
    contexts = []
    for person in PEOPLE:
        builder = Context.builder(person.key)
        for name, value in person.attributes().items():
            builder.set(name, value)
        contexts.append(builder.build())

    variation = client.variation

    def call(flag: str, fallback: Any) -> Call:
        return lambda i: variation(flag, contexts[i], fallback)

    return Subject(
        version=VERSION,
        calls={
            "off": call("off", True),
            "on": call("on", False),
            "equality": call("equality", None),
            "split": call("split", None),
            "rules": call("rules", False),
            "membership": call("membership", False),
            "json": call("json", None),
        },
        setup="polls a loopback server; in-memory store; Context objects prebuilt",
        notes={
            "membership": "individual targets, a set in the SDK (its clause `in` scans the list)"
        },
        close=client.close,
    )


def document() -> dict[str, Any]:
    """The seven flags as LaunchDarkly's polling endpoint serves them."""
    flags = {
        "off": _flag("off", on=False),
        "on": _flag("on", fallthrough={"variation": 0}),
        "equality": _flag("equality", rules=[_rule(0, [_clause("country", "in", HOME_COUNTRY)])]),
        "split": _flag("split", fallthrough={"rollout": _half()}),
        "rules": _flag(
            "rules",
            rules=[
                _rule(
                    number,
                    [
                        _clause("age", "greaterThanOrEqual", rule.minimum_age),
                        _clause("country", "in", *rule.countries),
                        _clause("plan", "in", *rule.plans),
                    ],
                )
                for number, rule in enumerate(RULES)
            ],
        ),
        "membership": _flag("membership", targets=[{"variation": 0, "values": MEMBERS}]),
        "json": _flag("json", variations=[JSON_VALUE, {}], fallthrough={"variation": 0}),
    }
    return {"flags": flags, "segments": {}}


def _flag(key: str, **given: Any) -> dict[str, Any]:
    flag = {
        "key": key,
        "version": 1,
        "on": True,
        "variations": [True, False],
        "offVariation": 1,
        "fallthrough": {"variation": 1},
        "salt": f"salt-{key}",
        "targets": [],
        "rules": [],
        "prerequisites": [],
    }
    return flag | given


def _rule(number: int, clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": f"rule-{number}", "variation": 0, "clauses": clauses}


def _clause(attribute: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"contextKind": "user", "attribute": attribute, "op": operator, "values": list(values)}


def _half() -> dict[str, Any]:
    arms = [{"variation": 0, "weight": 50_000}, {"variation": 1, "weight": 50_000}]
    return {"contextKind": "user", "variations": arms}
