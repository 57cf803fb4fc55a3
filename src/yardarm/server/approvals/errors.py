"""Why a change was not made at once, or a change request not acted on."""

from __future__ import annotations

from collections.abc import Sequence

from yardarm.errors import YardarmError

from ..store.change_requests import ChangeRequestRow
from .life import Need


class ApprovalNeeded(YardarmError):
    """The change waits for approval; nothing was changed.

    `request` is what waits (or, asked again with the same key, what has become of it), `needs` the
    approvals that it still takes.
    """

    def __init__(self, request: ChangeRequestRow, needs: Sequence[Need]) -> None:
        self.request = request
        self.needs = tuple(needs)
        grounds = "; ".join(ground["words"] for ground in request.body["grounds"])
        super().__init__(f"change request {request.id} is {request.state}: {grounds}")
