"""Logs: one line per event, as text for people or JSON for machines. Never a secret in one.

What is logged of a request is its method, its path *without the query* (stream tokens travel in
queries) and the route, status, time, client address and request id; no header and no body. All of
the server logs through the standard library, so that a host program can take it over.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

ACCESS = logging.getLogger("yardarm.access")

_MAX_PATH = 300


def configure(style: Literal["auto", "text", "json"] | str, level: str) -> None:
    """Send every logger of this process to stderr in that style."""
    as_json = style == "json" or (style == "auto" and not sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _shorten,
    ]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        # The default one shows local variables, which may hold keys.
        exception_formatter=structlog.dev.plain_traceback,
    )
    render: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if as_json
        else [console]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn", "uvicorn.error", "asyncio", "aiosqlite", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _shorten(logger: Any, name: str, event: EventDict) -> EventDict:
    path = event.get("path")
    if isinstance(path, str) and len(path) > _MAX_PATH:
        event["path"] = path[:_MAX_PATH] + "…"
    return event
