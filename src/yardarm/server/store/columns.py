"""Column types that mean the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from yardarm.core.jsontext import canonical

from .instants import from_rfc3339, to_rfc3339

_UNREADABLE = datetime.min.replace(tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware instant, to the microsecond: `timestamptz`, or RFC 3339 text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite has no type for instants; text of fixed form sorts as they do."""
        kind = sa.String(27) if dialect.name == "sqlite" else sa.DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses naive datetimes."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        return to_rfc3339(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always aware, in UTC. Text that `to_rfc3339` did not make comes back as year 1."""
        if not isinstance(value, str):
            return None if value is None else value.astimezone(UTC)
        try:
            at = from_rfc3339(value)
        except ValueError:
            return _UNREADABLE
        return at if to_rfc3339(at) == value else _UNREADABLE


class JsonText(TypeDecorator[Any]):
    """JSON kept as canonical text, so that what is hashed is what is stored."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """None becomes the text `null`."""
        return canonical(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The parsed value. Text that `canonical` did not make comes back as an object that says
        so: somebody wrote into the database, and checking the chain tells."""
        if value is None:
            return None
        try:
            parsed = json.loads(value)
            own = canonical(parsed).decode() == value
        except (ValueError, RecursionError):
            own = False
        return parsed if own else {"unreadable": value}


class Bytes(TypeDecorator[bytes]):
    """Bytes, whatever somebody wrote into SQLite's column of that type."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        """Text as UTF-8."""
        return value if value is None or isinstance(value, bytes) else str(value).encode()


# SQLite counts up only columns of exactly the type INTEGER.
Identifier = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
