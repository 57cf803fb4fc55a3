"""Drivers' exceptions in plain words."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import exc

from yardarm.server.store.errors import (
    StoreBroken,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnreachable,
    StoreUnwritable,
)
from yardarm.server.store.faults import translate


def sqlite_error(name: str) -> exc.DBAPIError:
    error = sqlite3.OperationalError("words of SQLite")
    error.sqlite_errorname = name
    return exc.OperationalError("SELECT 1", {}, error)


class PostgresError(Exception):
    def __init__(self, code: str) -> None:
        self.sqlstate = code


def postgres_error(code: str, *, gone: bool = False) -> exc.DBAPIError:
    return exc.DBAPIError("SELECT 1", {}, PostgresError(code), connection_invalidated=gone)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite_error("SQLITE_BUSY"), StoreBusy),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), StoreBusy),
        (sqlite_error("SQLITE_FULL"), StoreFull),
        (sqlite_error("SQLITE_READONLY_DIRECTORY"), StoreUnwritable),
        (sqlite_error("SQLITE_CANTOPEN"), StoreUnwritable),
        (sqlite_error("SQLITE_IOERR_FSYNC"), StoreBroken),
        (sqlite_error("SQLITE_CORRUPT"), StoreBroken),
        (sqlite_error("SQLITE_NOTADB"), StoreBroken),
        (postgres_error("55P03"), StoreBusy),
        (postgres_error("40P01"), StoreBusy),
        (postgres_error("53100"), StoreFull),
        (postgres_error("53300"), StoreUnreachable),
        (postgres_error("58030"), StoreBroken),
        (postgres_error("25006"), StoreUnwritable),
        (postgres_error("57P01"), StoreUnreachable),
        (postgres_error("", gone=True), StoreUnreachable),
        (PostgresError("28P01"), StoreUnreachable),
        (PostgresError("3D000"), StoreUnreachable),
        (ConnectionRefusedError(111, "Connection refused"), StoreUnreachable),
        (TimeoutError(), StoreUnreachable),
        (exc.TimeoutError("QueuePool limit"), StoreBusy),
    ],
)
def test_what_is_wrong_with_the_database_is_said(error: Exception, kind: type[StoreError]) -> None:
    found = translate(error)
    assert type(found) is kind
    assert "\n" not in str(found)


@pytest.mark.parametrize(
    "error", [ValueError("ours"), sqlite_error("SQLITE_ERROR"), postgres_error("42601")]
)
def test_our_own_bugs_stay_what_they_are(error: Exception) -> None:
    assert translate(error) is None
