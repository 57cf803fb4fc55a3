"""Writes imports down and reads them: what is known of each, and the large parts beside it.

What was read is encrypted: settings files hold more than flags. It is removed with the import's
last use, and with everything else after a week.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ..access.secrets import Sealer
from ..changes.errors import Refused
from ..store.database import Database
from ..store.errors import NotFound
from ..store.imports import ImportRow, Part
from .model import Body, Import, ImportedFlag
from .reading import unpack

KEPT = timedelta(days=7)
MOST = 20
"""Imports kept of one environment."""

_REPORTS = 4
"""Reports kept in memory, so that their pages come at once."""


@dataclass(frozen=True, slots=True)
class Original:
    """What was read, packed, and the options that nobody is shown."""

    source: bytes
    secrets: Mapping[str, Any] = field(repr=False)


class Book:
    """Imports as they are stored."""

    def __init__(self, database: Database, sealer: Sealer, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._reports: OrderedDict[tuple[str, datetime], list[ImportedFlag]] = OrderedDict()

    async def add(self, name: str, project: str, environment: str, body: Body, actor: str) -> None:
        """A new import. Older ones than are kept are forgotten. Raises `NotFound`."""
        now = self._clock()
        async with self._database.write() as transaction:
            rows = await transaction.projects.environments(project)
            row = next((row for row in rows if row.key == environment), None)
            if row is None:
                raise NotFound("environment", environment, project)
            await transaction.imports.forget(row.id, now - KEPT, MOST - 1)
            await transaction.imports.add(name, row.id, msgspec.to_builtins(body), now, actor)

    async def get(self, project: str, environment: str, name: str) -> Import:
        """One import of that environment. Raises `NotFound`."""
        async with self._database.read() as transaction:
            row = await transaction.imports.find(name)
        if (
            row is None
            or (row.project, row.environment) != (project, environment)
            or row.created_at < self._clock() - KEPT
        ):
            raise NotFound("import", name, f"{project}/{environment}")
        return _import(row)

    async def recent(self, project: str, environment: str) -> list[Import]:
        """An environment's imports, newest first. Raises `NotFound`."""
        async with self._database.read() as transaction:
            rows = await transaction.projects.environments(project)
            row = next((row for row in rows if row.key == environment), None)
            if row is None:
                raise NotFound("environment", environment, project)
            found = await transaction.imports.of(row.id, MOST)
        since = self._clock() - KEPT
        return [_import(row) for row in found if row.created_at >= since]

    async def change(
        self,
        name: str,
        how: Callable[[Body], Body],
        parts: Mapping[Part, bytes | None] | None = None,
    ) -> None:
        """Write what becomes of its body, and parts of it. Nothing happens to one that is gone."""
        async with self._database.write() as transaction:
            row = await transaction.imports.find(name, lock=True)
            if row is not None:
                body = msgspec.to_builtins(how(msgspec.convert(row.body, Body)))
                await transaction.imports.update(name, body, self._clock(), parts)

    async def remove(self, name: str) -> None:
        """Forget it, with all that was read."""
        async with self._database.write() as transaction:
            await transaction.imports.remove(name)

    # --- its parts ----------------------------------------------------------------------------

    async def sealed(self, name: str, original: Original) -> bytes:
        """The original, encrypted for this import."""
        source = base64.b64encode(original.source).decode()
        text = json.dumps({"source": source, "secrets": dict(original.secrets)})
        return await asyncio.to_thread(self._sealer.seal, text, f"import {name}")

    async def original(self, name: str) -> Original:
        """What was read. Raises `Refused` when it is gone."""
        sealed = await self._part(name, "source")
        text = (
            None
            if sealed is None
            else await asyncio.to_thread(self._sealer.open, sealed, f"import {name}")
        )
        if text is None:
            raise Refused(
                "import-gone",
                "what was read is no longer kept",
                hint="bring the file again, or connect again",
            )
        found = json.loads(text)
        return Original(base64.b64decode(found["source"]), found["secrets"])

    async def document(self, name: str) -> dict[str, Any]:
        """The document that it became, as JSON. Raises `Refused` when there is none."""
        packed = await self.packed(name)
        found: dict[str, Any] = await asyncio.to_thread(unpack, packed)
        return found

    async def packed(self, name: str) -> bytes:
        """The same, compressed."""
        packed = await self._part(name, "document")
        if packed is None:
            raise Refused("import-unread", "the document has not been read")
        return packed

    async def flags(self, found: Import) -> list[ImportedFlag]:
        """The report on each flag."""
        key = (found.id, found.updated_at)
        rows = self._reports.get(key)
        if rows is None:
            packed = await self._part(found.id, "flags")
            rows = [] if packed is None else await asyncio.to_thread(_rows, packed)
            self._reports[key] = rows
            while len(self._reports) > _REPORTS:
                self._reports.popitem(last=False)
        else:
            self._reports.move_to_end(key)
        return rows

    async def _part(self, name: str, part: Part) -> bytes | None:
        async with self._database.read() as transaction:
            return await transaction.imports.part(name, part)


def _rows(packed: bytes) -> list[ImportedFlag]:
    return msgspec.convert(unpack(packed), list[ImportedFlag])


def _import(row: ImportRow) -> Import:
    return Import(
        row.id,
        row.project,
        row.environment,
        msgspec.convert(row.body, Body),
        row.created_at,
        row.created_by,
        row.updated_at,
    )
