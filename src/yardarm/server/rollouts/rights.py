"""What an actor may do now, by every token that the actor holds."""

from __future__ import annotations

from datetime import datetime

from ..access.model import Principal
from ..access.rows import grants_of, in_force
from ..store.database import Database


async def rights_now(database: Database, actor: str, now: datetime) -> Principal | None:
    """The actor, as a plan acts for them; None when no token of theirs is in force."""
    async with database.read() as transaction:
        rows = [row for row in await transaction.access.tokens(actor) if in_force(row, now)]
    grants = tuple(dict.fromkeys(grant for row in rows for grant in grants_of(row.grants)))
    return Principal(actor, grants, None, "robot") if grants else None
