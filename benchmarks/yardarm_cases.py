"""Yardarm: ``Client.from_document``, ``client.boolean`` and ``client.json``, default options.

In-memory mode with evaluation counts and exposures on. `options["context"]` is "dict" (a plain dict
per call, built before the timing, as a web application has it) or "Context" (prebuilt objects).
`options["flags"]` is the number of flags in the document; the seven measured ones are among them.
"""

from __future__ import annotations

import importlib.metadata
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject


def setup(options: dict[str, Any]) -> Subject:
    """An in-memory client over the seven flags and as many others as asked for."""
    from yardarm import Client, Context

    client = Client.from_document(document(options["flags"]))
    contexts: list[Any]
    if options["context"] == "dict":
        contexts = [{"key": person.key, **person.attributes()} for person in PEOPLE]
    else:
        contexts = [Context(person.key, person.attributes()) for person in PEOPLE]
    boolean, json_value = client.boolean, client.json

    def call(flag: str, fallback: bool) -> Call:
        return lambda i: boolean(flag, contexts[i], fallback)

    return Subject(
        version=importlib.metadata.version("yardarm"),
        calls={
            # The fallback is never the right answer: a fallback does not pass for a value.
            "off": call("off", True),
            "on": call("on", False),
            "equality": call("equality", False),
            "split": call("split", False),
            "rules": call("rules", False),
            "membership": call("membership", False),
            "json": lambda i: json_value("json", contexts[i], None),
        },
        setup=f"in-memory mode, default options; {options['context']} prebuilt",
        close=client.close,
    )


def document(flags: int) -> dict[str, Any]:
    """The seven flags in the native form, and fillers up to the number of flags."""
    measured = {
        "off": _boolean(enabled=False),
        "on": _boolean(default="on"),
        "equality": _boolean(_rule(1, _clause("country", "equals", HOME_COUNTRY))),
        "split": _boolean(default={"split": _half()}),
        "rules": _boolean(
            *(
                _rule(
                    number,
                    _clause("age", "gte", rule.minimum_age),
                    _clause("country", "in", *rule.countries),
                    _clause("plan", "in", *rule.plans),
                )
                for number, rule in enumerate(RULES, 1)
            )
        ),
        "membership": _boolean(_rule(1, _clause("key", "in", *MEMBERS))),
        "json": {
            "type": "json",
            "variants": [{"key": "grid", "value": JSON_VALUE}, {"key": "none", "value": {}}],
            "enabled": True,
            "off": "none",
            "rules": [],
            "default": "grid",
        },
    }
    fillers = {
        f"filler-{number}": _boolean(_rule(1, _clause("plan", "equals", f"plan-{number}")))
        for number in range(flags - len(measured))
    }
    return {
        "format": 1,
        "environment": {"project": "bench", "key": "bench"},
        "flags": measured | fillers,
        "segments": {},
    }


def _boolean(*rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    flag = {
        "type": "boolean",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
        "enabled": True,
        "off": "off",
        "rules": list(rules),
        "default": "off",
    }
    return flag | given


def _rule(number: int, *clauses: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"r{number}", "when": {"all": list(clauses)}, "serve": "on"}


def _clause(attribute: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"attribute": attribute, "op": operator, "values": list(values)}


def _half() -> dict[str, Any]:
    arms = [{"variant": "on", "weight": 50_000}, {"variant": "off", "weight": 50_000}]
    return {"arms": arms, "by": ["key"]}
