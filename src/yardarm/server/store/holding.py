"""Whether a column holds some bytes or text: by the exact bytes, which `LIKE` does not compare."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


def holds(connection: AsyncConnection, column: Any, needle: bytes | str) -> sa.ColumnElement[bool]:
    """A condition: the column's value has the needle in it, which is of the column's own kind."""
    kind = sa.LargeBinary() if isinstance(needle, bytes) else sa.Text()
    value, wanted = sa.type_coerce(column, kind), sa.literal(needle, kind)
    if connection.dialect.name == "postgresql":
        found: sa.ColumnElement[Any] = sa.func.position(wanted.op("IN")(value))
    else:
        found = sa.func.instr(value, wanted)
    return found > 0
