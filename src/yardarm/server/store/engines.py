"""Makes the engines: one for writing, one for reading, for SQLite and for PostgreSQL.

They are apart so that whoever reads never waits for whoever writes. With SQLite the writer is one
connection that begins with BEGIN IMMEDIATE (the driver's own way of beginning after the first
SELECT loses updates), and readers, in WAL mode, cannot write at all. With PostgreSQL both have
their own pools, and a read is one REPEATABLE READ, READ ONLY transaction.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from urllib.parse import quote, unquote

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from yardarm.errors import OptionError

from .errors import StoreUnwritable

WAIT_SECONDS = 30
"""How long to wait for another writer, or for a connection, before giving up."""

_TURNS = 50

_READERS = 8
_WRITERS = 5


@dataclass(frozen=True, slots=True)
class Engines:
    """Both engines. `folder` is what must be removed at the end (databases in memory)."""

    kind: Literal["sqlite", "postgresql"]
    writer: AsyncEngine
    reader: AsyncEngine
    url: sa.URL
    folder: TemporaryDirectory[str] | None = None

    @property
    def shared_url(self) -> str:
        """The URL by which `make_engines` finds the same database again."""
        if self.kind == "sqlite":
            return f"sqlite:///{quote(self.url.database or '')}"
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def dispose(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
        await self.writer.dispose()
        if self.folder is not None:
            self.folder.cleanup()


def make_engines(url: str) -> Engines:
    """Engines for `sqlite:///FILE`, `sqlite:///:memory:` or `postgresql://…`.

    Raises `OptionError` for other URLs and `StoreUnwritable` when the folder cannot be written.
    """
    if url.startswith("sqlite:///"):
        return _sqlite(unquote(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url)
    raise OptionError("a database URL begins with sqlite:/// or postgresql://")


# --- SQLite -----------------------------------------------------------------------------------


def _sqlite(path: str) -> Engines:
    folder = None
    if path in ("", ":memory:"):
        # A database truly in memory belongs to one connection. A file that nobody else sees and
        # that is never synced does the same for writer and readers.
        folder = TemporaryDirectory(prefix="yardarm-")
        path = os.path.join(folder.name, "yardarm.db")
    else:
        _writable(Path(path))
    url = sa.URL.create("sqlite+aiosqlite", database=path)
    arguments = {"timeout": WAIT_SECONDS, "isolation_level": None}

    def engine(size: int) -> AsyncEngine:
        return create_async_engine(
            url,
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS,
            connect_args=arguments,
        )

    writer, reader = engine(1), engine(_READERS)
    sync = "OFF" if folder is not None else "FULL"
    _on_connect(
        writer,
        (
            "journal_mode=WAL",
            f"synchronous={sync}",
            "fullfsync=ON",
            "foreign_keys=ON",
            "journal_size_limit=67108864",
        ),
    )
    _on_connect(reader, ("query_only=ON", "foreign_keys=ON"))
    _on_begin(writer, "BEGIN IMMEDIATE")
    _on_begin(reader, "BEGIN")
    return Engines("sqlite", writer, reader, url, folder)


def _writable(path: Path) -> None:
    """One clear line before SQLite says "unable to open database file"."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnwritable(
            f"cannot make the data folder {path.parent}: {error.strerror}"
        ) from None
    # WAL needs new files beside the database, so the folder counts as much as the file.
    for needed in (path.parent, path, Path(f"{path}-wal")):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise StoreUnwritable(f"cannot write {needed}: make it writable or choose another")
    if path.is_dir():
        raise StoreUnwritable(f"{path} is a folder, not a database file")
    try:
        # Nobody else's business; SQLite gives the files beside it the same mode.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnwritable(f"cannot write {path}: {error.strerror}") from None


def _on_connect(engine: AsyncEngine, pragmas: tuple[str, ...]) -> None:
    @sa.event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            _set(cursor, pragma)
        cursor.close()


def _set(cursor: Any, pragma: str) -> None:
    """SQLite does not wait for a lock to change the journal mode, but it does to begin.

    So when servers start together, one of them is told "locked" at once: it waits for its turn to
    begin a transaction and asks again.
    """
    for _ in range(_TURNS):
        try:
            cursor.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("COMMIT")
    cursor.execute(f"PRAGMA {pragma}")


def _on_begin(engine: AsyncEngine, statement: str) -> None:
    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)


# --- PostgreSQL -------------------------------------------------------------------------------


def _postgresql(text: str) -> Engines:
    try:
        url = sa.make_url(text).set(drivername="postgresql+asyncpg")
    except (sa.exc.ArgumentError, ValueError):
        raise OptionError("the database URL is not like postgresql://USER@HOST/NAME") from None
    if "sslmode" in url.query:  # libpq's word; asyncpg takes the same values as `ssl`
        mode = url.query["sslmode"]
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})

    def engine(size: int, **options: Any) -> AsyncEngine:
        return create_async_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS,
            pool_pre_ping=True,
            connect_args={
                "timeout": 10,
                "command_timeout": 60,
                "server_settings": {
                    "application_name": "yardarm",
                    "lock_timeout": f"{WAIT_SECONDS}s",
                    "idle_in_transaction_session_timeout": "60s",
                },
            },
            **options,
        )

    writer = engine(_WRITERS)
    # What is acknowledged is durable, also where somebody set the cluster to `off`. A stricter
    # setting (remote_apply) is left as it is.
    _on_begin(
        writer,
        (
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        ),
    )
    reader = engine(
        _READERS,
        execution_options={
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        },
    )
    return Engines("postgresql", writer, reader, url)
