"""What a library kept in tables: their rows as plain data."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..core.model import Json
from ..errors import DocumentError, OptionError, Problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

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
    scheme, rest = url.split("://", 1)

    async def read() -> dict[str, list[dict[str, Json]]]:
        engine = create_async_engine(f"{_DRIVERS[scheme.partition('+')[0]]}://{rest}")
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
