"""Turns what drivers raise into `StoreError`s that say what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy import exc

from .errors import (
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnreachable,
    StoreUnwritable,
)

_SQLITE: tuple[tuple[str, type[StoreError], str], ...] = (
    ("SQLITE_BUSY", StoreBusy, "another writer held the database for too long; try again"),
    ("SQLITE_LOCKED", StoreBusy, "another writer held the database for too long; try again"),
    ("SQLITE_FULL", StoreFull, "no space is left for the database; nothing was written"),
    ("SQLITE_READONLY", StoreUnwritable, "the database file or its folder is read-only"),
    ("SQLITE_CANTOPEN", StoreUnwritable, "the database file cannot be opened or made"),
    (
        "SQLITE_IOERR",
        StoreBroken,
        "the disk reported an I/O error; writing has stopped: check "
        "the disk, then start the server again",
    ),
    ("SQLITE_CORRUPT", StoreBroken, "the database file is damaged; restore a backup"),
    ("SQLITE_NOTADB", StoreBroken, "the file is not a Yardarm database; choose another"),
)

_POSTGRESQL: tuple[tuple[str, type[StoreError], str], ...] = (
    ("55P03", StoreBusy, "another writer held the database for too long; try again"),
    ("57014", StoreBusy, "the database took too long; try again"),
    ("40", StoreBusy, "the database gave way to another transaction; try again"),
    ("53100", StoreFull, "no space is left for the database; nothing was written"),
    ("53", StoreUnreachable, "the database has no room for another connection"),
    ("25006", StoreUnwritable, "the database is read-only (a standby?)"),
    ("42501", StoreUnwritable, "the database user lacks a right"),
    ("58", StoreBroken, "the database's disk reported an error"),
    ("08", StoreUnreachable, "the connection to the database was lost"),
    ("57P", StoreUnreachable, "the database is shutting down or starting"),
    ("28", StoreUnreachable, "the database refuses the user or password"),
    ("3D000", StoreUnreachable, "there is no database of that name"),
)


def translate(error: BaseException) -> StoreError | None:
    """The `StoreError` for a driver's or SQLAlchemy's exception; None when it is a bug of ours."""
    if isinstance(error, exc.TimeoutError):
        return StoreBusy("every database connection is in use; try again")
    if isinstance(error, exc.DBAPIError):
        if isinstance(error.orig, sqlite3.Error):
            return _by_code(getattr(error.orig, "sqlite_errorname", ""), _SQLITE)
        found = _by_code(str(getattr(error.orig, "sqlstate", "") or ""), _POSTGRESQL)
        if found is None and error.connection_invalidated:
            return StoreUnreachable("the connection to the database was lost")
        return found
    code = str(getattr(error, "sqlstate", "") or "")  # asyncpg while connecting
    if code:
        return _by_code(code, _POSTGRESQL)
    if isinstance(error, OSError):
        # A name that does not resolve, a port where nobody listens, a time-out.
        return StoreUnreachable(
            f"the database does not answer: {str(error) or type(error).__name__}"
        )
    return None


def _by_code(code: str, table: tuple[tuple[str, type[StoreError], str], ...]) -> StoreError | None:
    for prefix, kind, message in table:
        if code.startswith(prefix):
            return kind(message)
    return None
