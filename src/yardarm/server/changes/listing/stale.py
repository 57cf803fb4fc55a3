"""Which flags are stale: what they decide has been decided. Pure.

Nobody has changed a stale flag in any environment for `STALE_AFTER`, and either

* `one-answer`: it is a release or an experiment, and serves everybody one variant in each
  environment, so that the code can be left with that one; or
* `unused`: nobody has evaluated it in any environment for as long, or ever.

Operational flags and permissions may well serve one variant for years, so that the first is never
said of them. Archived flags are not stale: they are put away already.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from .row import Row

Stale: TypeAlias = Literal["one-answer", "unused"]

STALE_AFTER = timedelta(days=30)

_SHORT_LIVED = ("release", "experiment")


def stale(row: Row, last_evaluated_at: datetime | None, now: datetime) -> Stale | None:
    """Why the flag is stale, or None. `last_evaluated_at`: in any environment."""
    before, flag = now - STALE_AFTER, row.flag
    if flag.archived_at is not None or row.changed_at is None or row.changed_at > before:
        return None
    if last_evaluated_at is None or last_evaluated_at < before:
        return "unused"
    settled = all(here.is_settled for here in row.here.values())
    return "one-answer" if settled and flag.purpose in _SHORT_LIVED else None
