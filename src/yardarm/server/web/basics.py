"""What every server answers, whatever it is for: health, readiness, metrics, where things are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from html import escape

from .answers import NO_STORE, Answer, Handler, bytes_answer, json_answer
from .asgi import Receive, Scope, Send
from .metrics import CONTENT_TYPE, Metrics
from .outer import Route
from .problems import KINDS, failed
from .requests import header, segments

CHECK_SECONDS = 2.0
"""How long a readiness check may take before it counts as failed."""

CACHE_SECONDS = 0.5
"""How long the outcome of the checks is kept, so that asking often costs nothing."""

Check = Callable[[], Awaitable[str]]
"""Answers an empty text when all is well, else what is not."""


class Readiness:
    """Runs the checks behind /readyz."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._found: dict[str, str] = {}
        self._until = 0.0

    async def faults(self) -> dict[str, str]:
        """What is wrong, by check; empty when the server is ready."""
        if time.monotonic() >= self._until:
            names = list(self._checks)
            said = await asyncio.gather(*(self._ask(self._checks[name]) for name in names))
            self._found = {name: text for name, text in zip(names, said, strict=True) if text}
            self._until = time.monotonic() + CACHE_SECONDS
        return self._found

    @staticmethod
    async def _ask(check: Check) -> str:
        try:
            return await asyncio.wait_for(check(), CHECK_SECONDS)
        except TimeoutError:
            return f"no answer within {CHECK_SECONDS:g} seconds"
        except Exception as error:  # noqa: BLE001 - a check that fails is the answer
            return f"{type(error).__name__}: {error}"


def basic_routes(
    checks: Mapping[str, Check],
    metrics: Metrics,
    places: Mapping[str, str],
    notices: Mapping[str, Callable[[], str]] | None = None,
    browsers_to: str = "",
) -> list[Route]:
    """/healthz, /readyz, /metrics, /problems and /, which lists `places` (path: what is there).

    `notices` say what a person should know of a server that is ready all the same. `browsers_to` is
    the path that browsers are sent to from `/`, where there is one.
    """
    readiness = Readiness(checks)

    async def get_health(scope: Scope, receive: Receive, send: Send) -> Answer:
        return json_answer({"status": "ok"}, 200, NO_STORE)

    async def get_ready(scope: Scope, receive: Receive, send: Send) -> Answer:
        faults = await readiness.faults()
        said = {name: text for name, ask in (notices or {}).items() if (text := ask())}
        more = {"notices": said} if said else {}
        if faults:
            answer = {"status": "not ready", "faults": faults, **more}
            return json_answer(answer, 503, NO_STORE, (b"retry-after", b"1"))
        return json_answer({"status": "ready", **more}, 200, NO_STORE)

    async def get_metrics(scope: Scope, receive: Receive, send: Send) -> Answer:
        return bytes_answer(metrics.render(), (b"content-type", CONTENT_TYPE), NO_STORE)

    async def get_index(scope: Scope, receive: Receive, send: Send) -> Answer:
        if browsers_to and _asks_for_page(scope):
            to = (b"location", browsers_to.encode())
            return bytes_answer(b"", to, (b"vary", b"accept"), NO_STORE, status=307)
        return _described(scope, "Yardarm", "Feature flags in real time.", places)

    async def get_problem(scope: Scope, receive: Receive, send: Send) -> Answer:
        slug = segments(scope)[-1]
        kind = KINDS.get(slug)
        if kind is None:
            raise failed("not-found", "there is no such type of problem")
        return _described(scope, f"{kind.status} {kind.title}", kind.advice, {})

    async def get_problems(scope: Scope, receive: Receive, send: Send) -> Answer:
        listed = {f"/problems/{slug}": f"{k.status} {k.title}" for slug, k in KINDS.items()}
        return _described(scope, "Problems", "Every type of error that is answered.", listed)

    return [
        _read_only("/healthz", get_health, quiet=True),
        _read_only("/readyz", get_ready, quiet=True),
        _read_only("/metrics", get_metrics, quiet=True),
        _read_only("/", get_index),
        _read_only("/problems", get_problems),
        _read_only("/problems/{slug}", get_problem, under="/problems"),
    ]


def _read_only(path: str, handler: Handler, *, quiet: bool = False, under: str = "") -> Route:
    return Route(path, {"GET": handler, "HEAD": handler}, quiet=quiet, under=under)


def _asks_for_page(scope: Scope) -> bool:
    return b"text/html" in (header(scope, b"accept") or b"")


def _described(scope: Scope, title: str, text: str, places: Mapping[str, str]) -> Answer:
    """A small page for browsers, the same as JSON for everybody else."""
    if not _asks_for_page(scope):
        said: dict[str, object] = {"title": title, "description": text}
        return json_answer({**said, "paths": dict(places)} if places else said)
    items = "".join(
        f"<dt><code>{escape(path)}</code></dt><dd>{escape(what)}</dd>"
        for path, what in places.items()
    )
    shown = escape(title)
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{shown}</title>'
        f"<h1>{shown}</h1><p>{escape(text)}</p>{f'<dl>{items}</dl>' if items else ''}</html>"
    )
    return bytes_answer(
        html.encode(),
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    )
