"""What a library kept in tables: their rows as plain data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.model import Json
from ..errors import DocumentError, OptionError, Problem

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

MAX_ROWS = 100_000
"""Most rows read of one table."""

_TABLES: dict[str, tuple[str, ...]] = {
    "togglz": ("togglz",),
    "flagon": ("features", "params", "flagonfeature", "flagonparams"),
    "flask_featureflags": ("feature_flag",),
    "flipper": ("feature_flags",),
    "waffle": (
        "waffle_flag", "waffle_flag_groups", "waffle_flag_users", "waffle_switch", "waffle_sample",
    ),
    "django_flags": ("flags_flagstate",),
}  # fmt: skip
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
}
_AT_ONCE = 1_000


def keeps(dialect: str) -> bool:
    """Whether the library kept its flags in tables."""
    return dialect in _TABLES


def load_tables(dialect: str, url: str) -> Json:
    """``{"tables": {name: [{column: value}, …]}}`` of the tables that the library made.

    `url` is ``sqlite:///FILE`` or ``postgresql://…``. Tables of Django applications are found under
    any application's prefix. Raises `OptionError` when the database cannot be read or has none.
    """
    try:
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError
        from sqlalchemy.ext.asyncio import create_async_engine
    except ImportError:
        raise OptionError("reading a database needs a library; install yardarm[server]") from None
    wanted = _TABLES.get(dialect)
    if wanted is None:
        raise OptionError(f"{dialect} kept nothing in tables; give a file or an address")

    async def read() -> dict[str, list[dict[str, Json]]]:
        engine = create_async_engine(_driven(url))
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(lambda sync: _rows(sync, wanted))
        finally:
            await engine.dispose()

    try:
        tables = asyncio.run(read())
    except (SQLAlchemyError, ArgumentError, OSError) as error:
        raise OptionError(f"the database cannot be read: {str(error).splitlines()[0]}") from None
    if not tables:
        raise OptionError(f"the database has none of the tables {', '.join(wanted)}")
    return {"tables": tables}


def _rows(connection: Connection, wanted: tuple[str, ...]) -> dict[str, list[dict[str, Json]]]:
    from sqlalchemy import MetaData, Table, inspect, select

    found: dict[str, list[dict[str, Json]]] = {}
    for name in inspect(connection).get_table_names():
        known = next((one for one in wanted if _is(name, one)), None)
        if known is None:
            continue
        table = Table(name, MetaData(), autoload_with=connection)
        rows = connection.execute(select(table).limit(MAX_ROWS + 1)).mappings().all()
        if len(rows) > MAX_ROWS:
            raise DocumentError([Problem("", f"the table {name} is too large", f"{MAX_ROWS} rows")])
        found[known] = [{str(k): _plain(v) for k, v in row.items()} for row in rows]
    return found


def stream_query(url: str, query: str) -> Iterator[dict[str, Json]]:
    """The rows of a query, each by column, a thousand in memory at a time.

    `url` as for `load_tables`. Nothing can be written: the session is read-only. Raises
    `OptionError` when the database cannot be read or refuses the query.
    """
    try:
        from asyncpg import PostgresError
        from sqlalchemy import text
        from sqlalchemy.exc import ArgumentError, SQLAlchemyError
        from sqlalchemy.ext.asyncio import create_async_engine
    except ImportError:
        raise OptionError("reading a database needs a library; install yardarm[server]") from None
    # A colon in SQL is SQL, never the beginning of a parameter's name.
    statement = text(query.replace(":", "\\:"))

    async def begin(connection: AsyncConnection) -> AsyncResult[Any]:
        await connection.start()
        await connection.exec_driver_sql(_READ_ONLY[connection.dialect.name])
        return await connection.stream(statement)

    with asyncio.Runner() as runner:
        try:
            engine = create_async_engine(_driven(url))
            connection = engine.connect()
            try:
                found = runner.run(begin(connection))
                names = list(found.keys())
                while rows := runner.run(found.fetchmany(_AT_ONCE)):
                    for row in rows:
                        yield {n: _plain(v) for n, v in zip(names, row, strict=True)}
            finally:
                runner.run(connection.close())
                runner.run(engine.dispose())
        except (SQLAlchemyError, ArgumentError, PostgresError, OSError) as error:
            raise OptionError(f"the query failed: {str(error).splitlines()[0]}") from None


def _driven(url: str) -> str:
    """The URL with the driver that is used. Raises `OptionError` for other databases."""
    scheme, _, rest = url.partition("://")
    driver = _DRIVERS.get(scheme.lower().partition("+")[0])
    if driver is None or not rest:
        raise OptionError("a database is named like sqlite:///FILE or postgresql://USER@HOST/NAME")
    if driver.startswith("sqlite") and not Path(rest[1:].partition("?")[0]).is_file():
        raise OptionError(f"there is no database file {rest[1:]}")  # SQLite would make one
    return f"{driver}://{rest}"


def _is(name: str, wanted: str) -> bool:
    """Whether a table is the one wanted: case aside, and whatever application's name is before."""
    lowered = name.lower()
    return lowered == wanted or (wanted.startswith("flagon") and lowered.endswith(f"_{wanted}"))


def _plain(value: Any) -> Json:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str | int | float | bool | None) else str(value)
