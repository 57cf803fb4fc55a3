"""Yardarm: feature flags in real time. This is the public API; everything else may change.

>>> from yardarm import Client
>>> client = Client("http://127.0.0.1:8080", "ys_…")
>>> client.boolean("new-checkout", {"key": "user-1"}, fallback=False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from .sdk.client import Client
from .sdk.hooks import Evaluation, Hook
from .sdk.options import Options
from .sdk.status import Status
from .sdk.version import VERSION

if TYPE_CHECKING:
    from .sdk.async_client import AsyncClient

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


def __getattr__(name: str) -> Any:
    """`AsyncClient` brings asyncio along, so it is loaded when somebody asks for it."""
    if name == "AsyncClient":
        from .sdk.async_client import AsyncClient

        return AsyncClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
