"""Brings the schema up to date, whole or not at all, one process at a time.

All steps run in one transaction (DDL is transactional in both databases), so a migration that is
interrupted at any statement leaves the old schema. The writer's lock (SQLite) or an advisory lock
(PostgreSQL) makes a second server wait and then find nothing to do.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import SchemaTooNew

_LOCK = 0x79617264  # "yard", for pg_advisory_xact_lock
_OPTIONS = {"version_table": "schema_version", "transactional_ddl": True}


def _scripts() -> ScriptDirectory:
    here = Path(__file__).parent
    return ScriptDirectory(str(here), version_locations=[str(here / "versions")])


def newest() -> str:
    """The revision this Yardarm works with."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


async def bring_up_to_date(connection: AsyncConnection) -> str:
    """Run the missing steps within the connection's transaction. Raises `SchemaTooNew`."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    return await connection.run_sync(_upgrade)


async def check_schema(connection: AsyncConnection) -> str:
    """The database's revision, empty when it has none. Raises `SchemaTooNew`."""
    return await connection.run_sync(_current)


def _current(connection: sa.Connection) -> str:
    context = MigrationContext.configure(connection, opts=_OPTIONS)
    found = context.get_current_revision() or ""
    known = {script.revision for script in _scripts().walk_revisions()}
    if found and found not in known:
        raise SchemaTooNew(found, newest())
    return found


def _upgrade(connection: sa.Connection) -> str:
    found, scripts = _current(connection), _scripts()

    def steps(revision: object, context: MigrationContext) -> object:
        return scripts._upgrade_revs("head", found or "base")

    if found == newest():
        return found
    context = MigrationContext.configure(connection, opts={**_OPTIONS, "fn": steps})
    # Handed over as an argument: alembic's global `op` would mix up two databases of one process.
    context.run_migrations(op=Operations(context))
    return newest()
