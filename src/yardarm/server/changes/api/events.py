"""REST: a stream that says what happened in a project, for whoever shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.response import Stream
from msgspec import json

from ...access.model import Principal
from ...store.errors import StoreError
from ...web.problems import failed
from ...web.rest.bodies import streams
from ...web.rest.parameters import ProjectKey
from ...web.rest.scopes import needs
from ..announcements import Announcement
from ..service import Changes

IDLE_SECONDS = 15.0


@get(
    "/projects/{project:str}/events",
    opt={**needs("read", on="project"), **streams("text/event-stream")},
    tags=["Changes"],
    summary="Follow what happens",
    media_type="text/event-stream",
)
async def follow_events(
    project: ProjectKey,
    caller: Given[Principal],
    caller_now: Given[Callable[[], Awaitable[Principal | None]]],
    changes: Given[Changes],
) -> Response[bytes]:
    """Server-sent events: `change`, `request`, `plan`, each only saying that there is news.

    Ask for what changed by the other routes. `missed` stands for more than could be told. The
    stream ends with the session or token that it was opened with.
    """
    if changes.announcements.full:
        raise failed("unavailable", "no further stream can be opened now")

    async def reader() -> Principal | None:
        try:
            return await caller_now()
        except StoreError:
            return caller  # nobody loses a right because the database is gone

    async def blocks() -> AsyncIterator[bytes]:
        # The first words tell the reader that whatever happens after them will be told.
        async for found in changes.announcements.watch(project, IDLE_SECONDS):
            now = await reader()
            if now is None or not now.may("read", project):
                return
            if found is None:
                yield b"retry: 2000\n\n"
            elif not found.environment or now.may("read", project, found.environment):
                yield _block(found)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    # Litestar's streams are typed as answers of nothing.
    return cast("Response[bytes]", Stream(blocks(), headers=headers))


def _block(announcement: Announcement) -> bytes:
    data = {**announcement.data}
    if announcement.environment:
        data["environment"] = announcement.environment
    return b"event: %b\ndata: %b\n\n" % (announcement.kind.encode(), json.encode(data))


ROUTES = (follow_events,)
