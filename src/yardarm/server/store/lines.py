"""Rows of what is served now (one per flag or segment) and of stored snapshots."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from yardarm.core.snapshot import LineId, line_id, reference

from .schema import lines, snapshots
from .upsert import insert

_SNAPSHOT = sa.select(snapshots.c.version, snapshots.c.body)
_AT_ONCE = 500  # rows per statement, well below every limit on bound values


class LineRows:
    """Lines of environments."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def load(self, environment_id: int) -> list[bytes]:
        """Every line of the current snapshot."""
        query = sa.select(lines.c.kind, lines.c.key, lines.c.body).where(
            lines.c.environment_id == environment_id
        )
        found = await self._connection.execute(query)
        return [line_id(kind, key) + b"\t" + body for kind, key, body in found]

    async def put(self, environment_id: int, changed: Iterable[tuple[bytes, str]]) -> None:
        """Add or replace lines, each with its hash."""
        rows = []
        for line, line_hash in changed:
            kind, key, body = line.split(b"\t", 2)
            rows.append(
                {
                    "environment_id": environment_id,
                    "kind": kind.decode(),
                    "key": json.loads(key),
                    "body": body,
                    "hash": line_hash,
                }
            )
        if not rows:
            return
        statement = insert(self._connection, lines)
        statement = statement.on_conflict_do_update(
            index_elements=["environment_id", "kind", "key"],
            set_={"body": statement.excluded.body, "hash": statement.excluded.hash},
        )
        await self._connection.execute(statement, rows)

    async def remove(self, environment_id: int, removed: Iterable[LineId]) -> None:
        """Take lines away."""
        references = [reference(at) for at in removed]
        for start in range(0, len(references), _AT_ONCE):
            some = references[start : start + _AT_ONCE]
            await self._connection.execute(
                sa.delete(lines).where(
                    lines.c.environment_id == environment_id,
                    sa.tuple_(lines.c.kind, lines.c.key).in_(some),
                )
            )

    async def keep_snapshot(self, environment_id: int, version: int, data: bytes) -> None:
        """Store a whole snapshot's bytes."""
        body = await asyncio.to_thread(zlib.compress, data, 1)  # megabytes would hold up the loop
        await self._connection.execute(
            sa.insert(snapshots).values(environment_id=environment_id, version=version, body=body)
        )

    async def nearest_snapshot(self, environment_id: int, version: int) -> tuple[int, bytes] | None:
        """The latest stored snapshot that is not after `version`."""
        query = (
            _SNAPSHOT.where(
                snapshots.c.environment_id == environment_id, snapshots.c.version <= version
            )
            .order_by(snapshots.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (row.version, _unpacked(row.body))

    async def snapshots_between(
        self, environment_id: int, after: int, upto: int | None
    ) -> dict[int, bytes]:
        """Stored snapshots by version; of those that cannot be unpacked, nothing."""
        query = _SNAPSHOT.where(
            snapshots.c.environment_id == environment_id, snapshots.c.version > after
        )
        if upto is not None:
            query = query.where(snapshots.c.version <= upto)
        found = await self._connection.execute(query)
        return {version: _unpacked(body) for version, body in found}


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return b""
