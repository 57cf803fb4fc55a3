"""openfeature-sdk with openfeature-provider-flagd: the file resolver, ``get_boolean_value``.

``ResolverType.FILE`` evaluates in process from a file. The ``EvaluationContext`` objects are built
before the timing. The provider keeps no usage counts, so there is nothing to switch on or off.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import HOME_COUNTRY, JSON_VALUE, MEMBERS, PEOPLE, RULES, Call, Subject


def setup(options: dict[str, Any]) -> Subject:
    """An OpenFeature client whose provider has read its file."""
    from openfeature import api
    from openfeature.contrib.provider.flagd import FlagdProvider
    from openfeature.contrib.provider.flagd.config import ResolverType
    from openfeature.evaluation_context import EvaluationContext

    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "flags.json")
    path.write_text(json.dumps(document()))
    api.set_provider_and_wait(
        FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=str(path))
    )
    client = api.get_client()
    contexts = [EvaluationContext(person.key, person.attributes()) for person in PEOPLE]
    get_boolean, get_object = client.get_boolean_value, client.get_object_value

    def call(flag: str, fallback: bool) -> Call:
        return lambda i: get_boolean(flag, fallback, contexts[i])

    def close() -> None:
        api.shutdown()
        folder.cleanup()

    return Subject(
        version=importlib.metadata.version("openfeature-provider-flagd"),
        calls={
            "off": call("off", False),
            "on": call("on", False),
            "equality": call("equality", False),
            "split": call("split", False),
            "rules": call("rules", False),
            "membership": call("membership", False),
            "json": lambda i: get_object("json", {}, contexts[i]),
        },
        setup="file resolver in process; EvaluationContext objects prebuilt",
        notes={
            "off": "state DISABLED: the caller's fallback is the answer",
            "membership": "JSONLogic `in`, a scan",
        },
        close=close,
    )


def document() -> dict[str, Any]:
    """The flags as flagd reads them."""
    flags = {
        "off": _flag(state="DISABLED"),
        "on": _flag(defaultVariant="on"),
        "equality": _flag(targeting=_if({"==": [{"var": "country"}, HOME_COUNTRY]})),
        "split": _flag(targeting={"fractional": [["on", 50], ["off", 50]]}),
        "rules": _flag(
            targeting=_if(
                *(
                    {
                        "and": [
                            {">=": [{"var": "age"}, rule.minimum_age]},
                            {"in": [{"var": "country"}, list(rule.countries)]},
                            {"in": [{"var": "plan"}, list(rule.plans)]},
                        ]
                    }
                    for rule in RULES
                )
            )
        ),
        "membership": _flag(targeting=_if({"in": [{"var": "targetingKey"}, MEMBERS]})),
        "json": _flag(variants={"grid": JSON_VALUE, "none": {}}, defaultVariant="grid"),
    }
    return {"flags": flags}


def _flag(**given: Any) -> dict[str, Any]:
    variants = {"on": True, "off": False}
    return {"state": "ENABLED", "variants": variants, "defaultVariant": "off"} | given


def _if(*conditions: dict[str, Any]) -> dict[str, Any]:
    """``on`` at the first condition that holds, else ``off``."""
    branches: list[Any] = []
    for condition in conditions:
        branches += [condition, "on"]
    return {"if": [*branches, "off"]}
