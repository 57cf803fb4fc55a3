"""The page about the Python API: what the package `yardarm` exports, from its docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterable
from typing import Any

import yardarm
from yardarm import errors, testing
from yardarm.integrations import asgi, django, flask, starlette, wsgi
from yardarm.integrations.argparse import add_flag_arguments
from yardarm.integrations.click import flag_options
from yardarm.integrations.redis import RedisSource
from yardarm.integrations.sqlalchemy import SqlSource
from yardarm.integrations.typer import flags_of
from yardarm.sdk import sources, typed
from yardarm.sdk.evaluating import Evaluating
from yardarm.testing.plugin import Flags
from yardarm.testing.strategies import contexts

from .model import default
from .prose import code, prose, table

IN_CODE = (
    yardarm.set_client, yardarm.get_client, yardarm.flag, yardarm.choose, yardarm.enabled,
    yardarm.context_for, yardarm.bound_context, yardarm.bind_context, yardarm.reset_context,
    yardarm.current_context, yardarm.carry,
)  # fmt: skip
DECLARED = (yardarm.declare, yardarm.retire, yardarm.declared_flags, yardarm.expired_flags)
LOCAL = (
    yardarm.LocalFlags, yardarm.local_flags, yardarm.take_flags, yardarm.list_flags,
    yardarm.flag_table, yardarm.reload_on_hangup,
)  # fmt: skip
SOURCES = (
    yardarm.MemorySource, yardarm.FileSource, yardarm.ChainedSource, yardarm.CachedSource,
    yardarm.ReplicatedSource,
)  # fmt: skip
STORES = {"sqlalchemy": SqlSource, "redis": RedisSource}
PROGRAMS = {"argparse": add_flag_arguments, "click": flag_options, "typer": flags_of}
WEB = (yardarm.Visitors, yardarm.SignedOverrides, yardarm.sign_override, yardarm.page_flags)
FRAMEWORKS = (
    ("wsgi", wsgi.FlagsMiddleware), ("asgi", asgi.FlagsMiddleware),
    ("starlette", starlette.FlagsMiddleware), ("starlette", starlette.client_lifespan),
    ("starlette", starlette.flag_value), ("starlette", starlette.flag_variant),
    ("starlette", starlette.require_flag), ("flask", flask.FeatureFlag),
    ("flask", flask.is_active), ("flask", flask.is_active_feature),
    ("flask", flask.guard_blueprint), ("django", django.FlagsMiddleware),
    ("django", django.is_active), ("django", django.flag_required),
    ("django", django.FlagRequiredMixin), ("django", django.flagged_path),
    ("django", django.flagged_re_path), ("django", django.flagged_paths),
    ("django", django.flagged_re_paths), ("django", django.request_context),
    ("django", django.waffle_context), ("django", django.django_flags_context),
)  # fmt: skip
FLASK = ("init_app", "check", "ask_client", "add_handler", "remove_handler", "clear_handlers")
TYPED = (
    yardarm.BooleanFlag, yardarm.StringFlag, yardarm.IntegerFlag, yardarm.NumberFlag,
    yardarm.JsonFlag,
)  # fmt: skip

TESTING = (testing.override, testing.without_flags, testing.serving, testing.record,
           testing.combinations)  # fmt: skip

KINDS = {
    testing.Recording: ("flags", "variants", "exposures", "unknown"),
    Flags: ("override", "fall_back", "serve"),
    testing.FlagsMixin: ("override_flags", "without_flags", "flag_variant", "assert_exposed"),
}

RECORDS = (
    yardarm.Decision, yardarm.Status, yardarm.Trace, yardarm.Hook, yardarm.Evaluation,
    yardarm.ListedFlag, yardarm.Declaration, yardarm.WebOptions, yardarm.SignedOverride,
    yardarm.OverrideUse, yardarm.Problem,
)  # fmt: skip

HEAD = """\
# The Python API

What `import yardarm` and `yardarm.testing` offer. Everything else in the package may change from
release to release.
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
        "\n## Flags in code\n",
        *(_function(one) for one in IN_CODE),
        "\n## Declared flags\n",
        *(_function(one) for one in DECLARED),
        "\n## Local values\n",
        *(_function(one) for one in LOCAL),
        *(_method(yardarm.LocalFlags, name) for name in ("with_argument", "with_file")),
        *(_of_integration(name, one) for name, one in PROGRAMS.items()),
        "\n## Web applications\n",
        *(_function(one) for one in WEB),
        *(_of_integration(name, one) for name, one in FRAMEWORKS),
        *(_method(flask.FeatureFlag, name) for name in FLASK),
        f"\n## Sources\n\n{prose(sources.__doc__)}",
        f"\n### `Source`\n\n{prose(yardarm.Source.__doc__)}",
        _method(yardarm.Source, "fetch"),
        f"\n### `Content`\n\n{prose(yardarm.Content.__doc__)}",
        *(_function(one) for one in SOURCES),
        *(_of_integration(name, one) for name, one in STORES.items()),
        *(_method(SqlSource, name) for name in ("create_table", "write")),
        f"\n## Typed flags\n\n{prose(typed.__doc__)}",
        *(_method(yardarm.BooleanFlag, name) for name in ("__call__", "variant")),
        *(_function(one) for one in TYPED[1:]),
    ]
    parts += [
        f"\n## Testing\n\n{prose(testing.__doc__)}",
        *(_function(one) for one in TESTING),
        *(_kind(kind, names) for kind, names in KINDS.items()),
        f"\n### {_signature('strategies.contexts', contexts)}\n\n{prose(contexts.__doc__)}",
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


def _kind(cls: type, names: Iterable[str]) -> str:
    head = f"\n## testing.{cls.__name__}\n\n{prose(cls.__doc__)}"
    return head + "".join(_method(cls, name) for name in names)


def _function(function: Any) -> str:
    return f"\n### {_signature(function.__name__, function)}\n\n{prose(function.__doc__)}"


def _of_integration(name: str, function: Any) -> str:
    heading = _signature(function.__name__, function)
    return f"\n### {heading}\n\nOf `yardarm.integrations.{name}`.\n\n{prose(function.__doc__)}"


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
    text = re.sub(r"<function (\w+) at \w+>", r"\1", ", ".join(shown)).replace("<factory>", "{}")
    return f"`{name}({text})`"


def _fields(cls: type) -> str:
    rows = [
        f"`{field.name}` | {code(field.type)} | {default(field)}"
        for field in dataclasses.fields(cls)
        if field.init
    ]
    return table("field | type | default", rows)
