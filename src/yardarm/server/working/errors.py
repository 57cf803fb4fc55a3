"""What keeps work in another process from ending well."""

from __future__ import annotations

from yardarm.errors import YardarmError


class WorkFailed(YardarmError):
    """The work ended without a result. Asking again may help."""
