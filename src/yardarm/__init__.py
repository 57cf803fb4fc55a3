"""Yardarm: feature flags in real time. This is the public API; everything else may change.

>>> from yardarm import Client
>>> client = Client("http://127.0.0.1:8180", "ys_…")
>>> client.boolean("new-checkout", {"key": "user-1"}, fallback=False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .sdk.version import VERSION

if TYPE_CHECKING:
    from .core.context import Context
    from .core.decision import Decision
    from .core.explain import Trace
    from .errors import (
        ContextError,
        DocumentError,
        OptionError,
        Problem,
        SnapshotError,
        YardarmError,
    )
    from .sdk.async_client import AsyncClient
    from .sdk.client import Client
    from .sdk.hooks import Evaluation, Hook
    from .sdk.options import Options
    from .sdk.status import Status

__version__ = VERSION

__all__ = [
    "AsyncClient",
    "Client",
    "Context",
    "ContextError",
    "Decision",
    "DocumentError",
    "Evaluation",
    "Hook",
    "OptionError",
    "Options",
    "Problem",
    "SnapshotError",
    "Status",
    "Trace",
    "YardarmError",
    "__version__",
]

_HOMES = {
    "AsyncClient": ".sdk.async_client",
    "Client": ".sdk.client",
    "Context": ".core.context",
    "ContextError": ".errors",
    "Decision": ".core.decision",
    "DocumentError": ".errors",
    "Evaluation": ".sdk.hooks",
    "Hook": ".sdk.hooks",
    "OptionError": ".errors",
    "Options": ".sdk.options",
    "Problem": ".errors",
    "SnapshotError": ".errors",
    "Status": ".sdk.status",
    "Trace": ".core.explain",
    "YardarmError": ".errors",
}


def __getattr__(name: str) -> Any:
    """Each name is loaded when somebody asks for it.

    `AsyncClient` brings asyncio along, and `yardarm --help` needs none of them.
    """
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(home, __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
