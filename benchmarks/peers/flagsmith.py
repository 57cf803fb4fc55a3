"""flagsmith: offline mode with ``LocalFileHandler``, ``get_identity_flags`` and one question.

``offline_mode`` evaluates locally from an environment document. There is no context object: a call
passes the identifier and a dict of traits (built before the timing) and asks the returned ``Flags``
one question; keeping ``Flags`` would only measure its cache. Analytics are off by default.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject

ON, OFF = True, False


def setup(options: dict[str, Any]) -> Subject:
    """A client over an environment document in a file."""
    from flagsmith import Flagsmith
    from flagsmith.offline_handlers import LocalFileHandler

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "environment.json")
        path.write_text(json.dumps(document()))
        client = Flagsmith(offline_mode=True, offline_handler=LocalFileHandler(str(path)))
    keys = [person.key for person in PEOPLE]
    traits = [person.attributes() for person in PEOPLE]
    flags, loads = client.get_identity_flags, json.loads

    def call(feature: str) -> Call:
        return lambda i: flags(keys[i], traits[i]).is_feature_enabled(feature)

    return Subject(
        version=importlib.metadata.version("flagsmith"),
        calls={
            "off": call("off"),
            "on": call("on"),
            "equality": call("equality"),
            "split": call("split"),
            "rules": call("rules"),
            "membership": call("membership"),
            "json": lambda i: loads(flags(keys[i], traits[i]).get_feature_value("json")),
        },
        setup="offline mode, LocalFileHandler; trait dicts prebuilt (no context object)",
        notes={
            "rules": "ten segment overrides by priority",
            "json": "Flagsmith has no JSON type: a string value, parsed by the caller",
        },
    )


def document() -> dict[str, Any]:
    """The environment document; every condition is a segment that overrides a feature."""
    document = _Document()
    document.feature("off", OFF)
    document.feature("on", ON)
    document.feature("equality", OFF)
    document.segment("equality", [_condition("country", "EQUAL", HOME_COUNTRY)])
    document.feature("split", OFF)
    document.segment("split", [_condition("", "PERCENTAGE_SPLIT", "50")])
    document.feature("rules", OFF)
    for rule in RULES:
        document.segment(
            "rules",
            [
                _condition("age", "GREATER_THAN_INCLUSIVE", str(rule.minimum_age)),
                _condition("country", "IN", ",".join(rule.countries)),
                _condition("plan", "IN", ",".join(rule.plans)),
            ],
        )
    document.feature("membership", OFF)
    members = _condition("$.identity.identifier", "IN", ",".join(MEMBERS))
    document.segment("membership", [members])
    document.feature("json", ON, json.dumps(JSON_VALUE))
    return document.environment


class _Document:
    """Collects features and segments, and hands out the numeric ids that bucketing needs."""

    def __init__(self) -> None:
        self._ids = 0
        self._features: dict[str, dict[str, Any]] = {}
        self._segments: list[dict[str, Any]] = []
        self.environment = {
            "api_key": "benchmark",
            "name": "benchmark",
            "id": 1,
            "feature_states": [],
            "identity_overrides": [],
            "project": {"id": 1, "name": "benchmark", "segments": self._segments},
            "updated_at": "2026-11-22T00:00:00+00:00",
        }

    def feature(self, name: str, enabled: bool, value: str | None = None) -> None:
        feature = {"id": self._next(), "name": name, "type": "STANDARD"}
        self._features[name] = feature
        self.environment["feature_states"].append(self._state(feature, enabled, value))

    def segment(self, feature: str, conditions: list[dict[str, Any]]) -> None:
        """A segment that switches the feature on; an earlier one has precedence."""
        number = self._next()
        override = self._state(self._features[feature], ON, None)
        override["feature_segment"] = {"priority": number}
        rule = {"type": "ALL", "rules": [], "conditions": conditions}
        self._segments.append(
            {
                "id": number,
                "name": f"segment-{number}",
                "rules": [rule],
                "feature_states": [override],
            }
        )

    def _state(self, feature: dict[str, Any], enabled: bool, value: Any) -> dict[str, Any]:
        return {
            "feature": feature,
            "enabled": enabled,
            "feature_state_value": value,
            "django_id": self._next(),
            "multivariate_feature_state_values": [],
        }

    def _next(self) -> int:
        self._ids += 1
        return self._ids


def _condition(name: str, operator: str, value: str) -> dict[str, Any]:
    return {"property_": name, "operator": operator, "value": value}
