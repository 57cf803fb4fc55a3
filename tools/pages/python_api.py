"""The page about the Python API: what the package `yardarm` exports, from its docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re

import yardarm
from yardarm import errors
from yardarm.sdk.evaluating import Evaluating

from .model import default
from .prose import code, prose, table

RECORDS = (
    yardarm.Decision, yardarm.Status, yardarm.Trace, yardarm.Hook, yardarm.Evaluation,
    yardarm.Problem,
)  # fmt: skip

HEAD = """\
# The Python API

What `import yardarm` offers. Everything else in the package may change from release to release.
"""


def python_api() -> str:
    """Everything that is public."""
    shared = {name for name in vars(Evaluating) if not name.startswith("_")}
    own = [name for name in vars(yardarm.Client) if not name.startswith("_")]
    parts = [
        HEAD,
        f"\n## Client\n\n{prose(yardarm.Client.__doc__)}",
        f"\n### {_signature('Client', yardarm.Client)}\n",
        *(_method(yardarm.Client, name) for name in (*_in_order(Evaluating, shared), *own)),
        f"\n## AsyncClient\n\n{prose(yardarm.AsyncClient.__doc__)}",
        *(
            _method(yardarm.AsyncClient, name)
            for name in vars(yardarm.AsyncClient)
            if not name.startswith("_")
        ),
        f"\n## Options\n\n{prose(yardarm.Options.__doc__)}",
        f"\n{_fields(yardarm.Options)}",
        f"\n## Context\n\n{prose(yardarm.Context.__doc__)}",
        *(_method(yardarm.Context, name) for name in ("multi", "of", "to_json")),
    ]
    parts += [f"\n## {kind.__name__}\n\n{prose(kind.__doc__)}\n{_fields(kind)}" for kind in RECORDS]
    parts.append(f"\n## Exceptions\n\n{prose(errors.__doc__)}")
    return "".join(parts)


def _in_order(cls: type, names: set[str]) -> list[str]:
    return [name for name in vars(cls) if name in names]


def _method(cls: type, name: str) -> str:
    found = inspect.getattr_static(cls, name)
    if isinstance(found, property):
        return f"\n### `{name}`\n\n{prose(found.__doc__)}"
    function = getattr(cls, name)
    kind = "async " if inspect.iscoroutinefunction(function) else ""
    owner = f"{cls.__name__}." if isinstance(found, classmethod) else ""
    return f"\n### {_signature(f'{kind}{owner}{name}', function)}\n\n{prose(function.__doc__)}"


def _signature(name: str, function: object) -> str:
    """A heading: the name with its parameters, without their types."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    shown = [
        str(parameter.replace(annotation=inspect.Parameter.empty))
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    kinds = {parameter.name: parameter.kind for parameter in signature.parameters.values()}
    for at, text in enumerate(list(shown)):
        if kinds.get(re.split(r"\W", text)[0]) is inspect.Parameter.KEYWORD_ONLY:
            shown.insert(at, "*")
            break
    return f"`{name}({', '.join(shown)})`"


def _fields(cls: type) -> str:
    rows = [
        f"`{field.name}` | {code(field.type)} | {default(field)}"
        for field in dataclasses.fields(cls)
    ]
    return table("field | type | default", rows)
