"""Yardarm: feature flags in real time. This is the public API; everything else may change.

>>> from yardarm import Client
>>> client = Client("http://127.0.0.1:8180", "ys_…")
>>> client.boolean("new-checkout", {"key": "user-1"}, fallback=False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .sdk.version import VERSION

if TYPE_CHECKING:
    from .connect.local_flags import local_flags
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
    from .sdk.arguments import LocalFlags, take_flags
    from .sdk.async_client import AsyncClient
    from .sdk.binding import bind_context, bound_context, carry, current_context, reset_context
    from .sdk.client import Client
    from .sdk.current import get_client, set_client
    from .sdk.declaring import Declaration, declare, declared_flags, expired_flags, retire
    from .sdk.extracting import context_for
    from .sdk.flagged import choose, enabled, flag
    from .sdk.hangup import reload_on_hangup
    from .sdk.hooks import Evaluation, Hook
    from .sdk.listing import ListedFlag, flag_table, list_flags
    from .sdk.options import Options
    from .sdk.sources import (
        CachedSource,
        ChainedSource,
        Content,
        FileSource,
        MemorySource,
        ReplicatedSource,
        Source,
    )
    from .sdk.status import Status
    from .sdk.typed import BooleanFlag, IntegerFlag, JsonFlag, NumberFlag, StringFlag
    from .sdk.web.options import WebOptions
    from .sdk.web.page import page_flags
    from .sdk.web.signed import OverrideUse, SignedOverrides
    from .sdk.web.tokens import SignedOverride, sign_override
    from .sdk.web.visitors import Visitors

__version__ = VERSION

__all__ = [
    "AsyncClient",
    "BooleanFlag",
    "CachedSource",
    "ChainedSource",
    "Client",
    "Content",
    "Context",
    "ContextError",
    "Decision",
    "Declaration",
    "DocumentError",
    "Evaluation",
    "FileSource",
    "Hook",
    "IntegerFlag",
    "JsonFlag",
    "ListedFlag",
    "LocalFlags",
    "MemorySource",
    "NumberFlag",
    "OptionError",
    "Options",
    "OverrideUse",
    "Problem",
    "ReplicatedSource",
    "SignedOverride",
    "SignedOverrides",
    "SnapshotError",
    "Source",
    "Status",
    "StringFlag",
    "Trace",
    "Visitors",
    "WebOptions",
    "YardarmError",
    "__version__",
    "bind_context",
    "bound_context",
    "carry",
    "choose",
    "context_for",
    "current_context",
    "declare",
    "declared_flags",
    "enabled",
    "expired_flags",
    "flag",
    "flag_table",
    "get_client",
    "list_flags",
    "local_flags",
    "page_flags",
    "reload_on_hangup",
    "reset_context",
    "retire",
    "set_client",
    "sign_override",
    "take_flags",
]

_HOMES = {
    "AsyncClient": ".sdk.async_client",
    "BooleanFlag": ".sdk.typed",
    "CachedSource": ".sdk.sources",
    "ChainedSource": ".sdk.sources",
    "Client": ".sdk.client",
    "Content": ".sdk.sources",
    "Context": ".core.context",
    "ContextError": ".errors",
    "Decision": ".core.decision",
    "Declaration": ".sdk.declaring",
    "DocumentError": ".errors",
    "Evaluation": ".sdk.hooks",
    "FileSource": ".sdk.sources",
    "Hook": ".sdk.hooks",
    "IntegerFlag": ".sdk.typed",
    "JsonFlag": ".sdk.typed",
    "ListedFlag": ".sdk.listing",
    "LocalFlags": ".sdk.arguments",
    "MemorySource": ".sdk.sources",
    "NumberFlag": ".sdk.typed",
    "OptionError": ".errors",
    "Options": ".sdk.options",
    "OverrideUse": ".sdk.web.signed",
    "Problem": ".errors",
    "ReplicatedSource": ".sdk.sources",
    "SignedOverride": ".sdk.web.tokens",
    "SignedOverrides": ".sdk.web.signed",
    "SnapshotError": ".errors",
    "Source": ".sdk.sources",
    "Status": ".sdk.status",
    "StringFlag": ".sdk.typed",
    "Trace": ".core.explain",
    "Visitors": ".sdk.web.visitors",
    "WebOptions": ".sdk.web.options",
    "YardarmError": ".errors",
    "bind_context": ".sdk.binding",
    "bound_context": ".sdk.binding",
    "carry": ".sdk.binding",
    "choose": ".sdk.flagged",
    "context_for": ".sdk.extracting",
    "current_context": ".sdk.binding",
    "declare": ".sdk.declaring",
    "declared_flags": ".sdk.declaring",
    "enabled": ".sdk.flagged",
    "expired_flags": ".sdk.declaring",
    "flag": ".sdk.flagged",
    "flag_table": ".sdk.listing",
    "get_client": ".sdk.current",
    "list_flags": ".sdk.listing",
    "local_flags": ".connect.local_flags",
    "page_flags": ".sdk.web.page",
    "reload_on_hangup": ".sdk.hangup",
    "reset_context": ".sdk.binding",
    "retire": ".sdk.declaring",
    "set_client": ".sdk.current",
    "sign_override": ".sdk.web.tokens",
    "take_flags": ".sdk.arguments",
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
