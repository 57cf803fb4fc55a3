"""statsig-python-core (a Rust core): specs from a loopback server, ``Statsig.check_gate``.

``StatsigOptions.specs_url`` points to the loopback server, which serves the ``dcs-v2`` document as
``/KEY.json``; ``disable_country_lookup`` and ``wait_for_*`` stay at their defaults. ``telemetry``
on (the default of the SDK) logs deduplicated exposures to the loopback server; off is
``disable_all_logging``. The ``StatsigUser`` objects are built before the timing.
"""

from __future__ import annotations

import importlib.metadata
import json
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject
from benchmarks.sink import put

KEY = "secret-benchmark"


def setup(options: dict[str, Any]) -> Subject:
    """A client that has fetched its specs."""
    from statsig_python_core import Statsig, StatsigOptions, StatsigUser

    base = f"{options['sink']}/statsig"
    put(f"{base}/specs/{KEY}.json", json.dumps(document()).encode())
    settings = StatsigOptions()
    settings.specs_url = f"{base}/specs"
    settings.log_event_url = f"{base}/log_event"
    settings.id_lists_url = f"{base}/id_lists"
    settings.disable_all_logging = not options["telemetry"]
    settings.output_log_level = "error"
    client = Statsig(KEY, settings)
    client.initialize().wait()
    users = [
        StatsigUser(
            person.key,
            email=person.email,
            country=person.country,
            custom={"plan": person.plan, "age": person.age},
        )
        for person in PEOPLE
    ]
    check_gate, get_dynamic_config = client.check_gate, client.get_dynamic_config

    def call(gate: str) -> Call:
        return lambda i: check_gate(users[i], gate)

    return Subject(
        version=importlib.metadata.version("statsig-python-core"),
        calls={
            "off": call("off"),
            "on": call("on"),
            "equality": call("equality"),
            "split": call("split"),
            "rules": call("rules"),
            "membership": call("membership"),
            "json": lambda i: get_dynamic_config(users[i], "json").value,
        },
        setup="specs from a loopback server; StatsigUser objects prebuilt",
        notes={
            "off": "a disabled gate, which Statsig serves without rules",
            "equality": "`any` of one value, which ignores case (`any_case_sensitive` is slower)",
            "membership": "`any`, a hash lookup in the core (`any_case_sensitive` scans)",
            "json": "a dynamic config; its whole value as a dict",
        },
        close=lambda: client.shutdown().wait(),
    )


def document() -> dict[str, Any]:
    """The specs (``dcs-v2``): conditions stand in one map and rules name them."""
    conditions: dict[str, Any] = {"public": _condition("public", None, None, None)}

    def clause(field: str, operator: str, target: Any) -> str:
        name = f"{field}-{operator}-{len(conditions)}"
        conditions[name] = _condition("user_field", field, operator, target)
        return name

    any_of = "any"
    gates = {
        "off": _spec("off", [], enabled=False),
        "on": _spec("on", [_rule("all", ["public"])]),
        "equality": _spec("equality", [_rule("nl", [clause("country", any_of, [HOME_COUNTRY])])]),
        "split": _spec("split", [_rule("half", ["public"], share=50)]),
        "rules": _spec(
            "rules",
            [
                _rule(
                    f"rule-{number}",
                    [
                        clause("age", "gte", rule.minimum_age),
                        clause("country", any_of, list(rule.countries)),
                        clause("plan", any_of, list(rule.plans)),
                    ],
                )
                for number, rule in enumerate(RULES)
            ],
        ),
        "membership": _spec("membership", [_rule("ids", [clause("userID", any_of, MEMBERS)])]),
    }
    config = _spec("json", [_rule("all", ["public"]) | {"returnValue": JSON_VALUE}])
    config |= {"type": "dynamic_config", "entity": "dynamic_config", "defaultValue": {}}
    return {
        "feature_gates": gates,
        "dynamic_configs": {"json": config},
        "layer_configs": {},
        "experiment_to_layer": {},
        "condition_map": conditions,
        "has_updates": True,
        "time": 1_790_000_000_000,
        "response_format": "dcs-v2",
    }


def _condition(kind: str, field: str | None, operator: str | None, target: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "targetValue": target,
        "operator": operator,
        "field": field,
        "additionalValues": {},
        "idType": "userID",
    }


def _rule(name: str, conditions: list[str], share: float = 100) -> dict[str, Any]:
    return {
        "name": name,
        "id": name,
        "salt": f"salt-{name}",
        "passPercentage": share,
        "conditions": conditions,
        "returnValue": True,
        "idType": "userID",
    }


def _spec(name: str, rules: list[dict[str, Any]], *, enabled: bool = True) -> dict[str, Any]:
    return {
        "type": "feature_gate",
        "entity": "feature_gate",
        "salt": f"salt-{name}",
        "enabled": enabled,
        "defaultValue": False,
        "rules": rules,
        "idType": "userID",
        "version": 1,
    }
