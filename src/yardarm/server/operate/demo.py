"""What `yardarm dev` begins with: the flags that steer examples/shop."""

from __future__ import annotations

from typing import Any

PROJECT = "demo"
PROJECT_NAME = "Demo"
ENVIRONMENTS = {"production": "Production", "staging": "Staging"}
ENVIRONMENT = "production"
"""The environment that keys are made for and that commands mean."""

_SEGMENTS = {
    "vip": {
        "name": "Good customers",
        "description": "Named one by one, or anybody who ordered ten times.",
        "included": [{"keys": ["vip-1", "vip-2", "vip-3"]}],
        "when": {"attribute": "orders", "op": "gte", "values": [10]},
    }
}

_FLAGS: dict[str, dict[str, Any]] = {
    "new-checkout": {
        "name": "Express checkout",
        "description": "The express checkout in place of the table.",
        "type": "boolean",
        "purpose": "release",
        "tags": ["shop"],
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
        "off": "off",
        "rules": [{
            "id": "vip-first", "name": "Good customers first",
            "when": {"segment": "vip"}, "serve": "on",
        }],
        "default": {"split": {"arms": [
            {"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000},
        ]}},
    },
    "search-engine": {
        "name": "Search",
        "description": "How the shop searches: words as typed, or word beginnings everywhere.",
        "type": "string",
        "purpose": "experiment",
        "tags": ["shop"],
        "variants": [{"key": "classic", "value": "classic"}, {"key": "fast", "value": "fast"}],
        "off": "classic",
        "default": "classic",
    },
    "banner": {
        "name": "Banner",
        "description": "Text and colour of the line on top.",
        "type": "json",
        "purpose": "operational",
        "tags": ["shop"],
        "variants": [
            {"key": "plain", "value": {
                "text": "Everything for life aboard", "colour": "#0A6670",
            }},
            {"key": "sale", "value": {
                "text": "Autumn sale: ropes at half price", "colour": "#9A3412",
            }},
        ],
        "off": "plain",
        "rules": [{
            "id": "sale-nl", "name": "Sale in the Netherlands and Belgium",
            "when": {"attribute": "country", "op": "in", "values": ["NL", "BE"]},
            "serve": "sale",
        }],
        "default": "plain",
    },
    "free-shipping-over": {
        "name": "Free shipping",
        "description": "From which amount, in euros, shipping is free.",
        "type": "number",
        "purpose": "operational",
        "tags": ["shop"],
        "variants": [{"key": "standard", "value": 100.0}, {"key": "low", "value": 50.0}],
        "off": "standard",
        "default": "standard",
    },
}  # fmt: skip

_ENABLED = {
    "production": {"search-engine", "banner", "free-shipping-over"},
    "staging": set(_FLAGS),
}


def document(environment: str) -> dict[str, Any]:
    """The demo's document for one of its environments."""
    enabled = _ENABLED[environment]
    return {
        "flags": {
            key: {**flag, "client_visible": True, "enabled": key in enabled}
            for key, flag in _FLAGS.items()
        },
        "segments": _SEGMENTS,
    }
