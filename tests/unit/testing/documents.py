"""Flags for the tests of this folder."""

from __future__ import annotations

from typing import Any

ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
DUTCH = {"attribute": "country", "op": "equals", "values": ["NL"]}
FLAGS: dict[str, Any] = {
    "checkout": {
        "type": "boolean", "variants": ON_OFF, "enabled": True, "off": "off", "default": "off",
        "rules": [{"id": "dutch", "when": DUTCH, "serve": "on"}],
    },
    "engine": {
        "type": "string", "enabled": True, "default": "v1",
        "variants": [{"key": "v1", "value": "words"}, {"key": "v2", "value": "meaning"}],
    },
}  # fmt: skip
DOCUMENT = {"flags": FLAGS}
