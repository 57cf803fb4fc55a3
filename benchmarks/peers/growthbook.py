"""growthbook: ``GrowthBook(features=...)``, ``is_on`` and ``get_feature_value``.

The synchronous API keeps the attributes in the ``GrowthBook`` object, one object per user; the
1,000 objects are built before the timing and share the feature document. The package has no usage
counts; its experiment callback is for experiments, of which the cases have none, so there is
nothing to switch on or off.
"""

from __future__ import annotations

import importlib.metadata
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject


def setup(options: dict[str, Any]) -> Subject:
    """One object per person over one feature document."""
    from growthbook import GrowthBook

    features = document()
    groups = {"members": MEMBERS}
    books = [
        GrowthBook(
            attributes={"id": person.key, **person.attributes()},
            features=features,
            saved_groups=groups,
        )
        for person in PEOPLE
    ]

    def call(feature: str) -> Call:
        return lambda i: books[i].is_on(feature)

    return Subject(
        version=importlib.metadata.version("growthbook"),
        calls={
            "off": call("off"),
            "on": call("on"),
            "equality": call("equality"),
            "split": call("split"),
            "rules": call("rules"),
            "membership": call("membership"),
            "json": lambda i: books[i].get_feature_value("json", None),
        },
        setup="features dict; one GrowthBook object per user prebuilt",
        notes={
            "off": "default value false (there is no switched-off state in the document)",
            "membership": "`$inGroup` over a saved group, a scan in the SDK",
        },
    )


def document() -> dict[str, Any]:
    """The features as GrowthBook's API serves them."""
    return {
        "off": {"defaultValue": False},
        "on": {"defaultValue": True},
        "equality": _forced({"condition": {"country": HOME_COUNTRY}}),
        "split": _forced({"coverage": 0.5, "hashAttribute": "id", "hashVersion": 2}),
        "rules": _forced(
            *(
                {
                    "condition": {
                        "age": {"$gte": rule.minimum_age},
                        "country": {"$in": list(rule.countries)},
                        "plan": {"$in": list(rule.plans)},
                    }
                }
                for rule in RULES
            )
        ),
        "membership": _forced({"condition": {"id": {"$inGroup": "members"}}}),
        "json": {"defaultValue": JSON_VALUE},
    }


def _forced(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"defaultValue": False, "rules": [rule | {"force": True} for rule in rules]}
