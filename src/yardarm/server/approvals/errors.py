"""Why a change was not made at once, or a change request not acted on."""

from __future__ import annotations

from yardarm.errors import YardarmError

from ..store.change_requests import ChangeRequestRow


class ApprovalNeeded(YardarmError):
    """The change waits for approval; nothing was changed.

    `request` is what waits (or, asked again with the same key, what has become of it), `missing`
    how many more approvals it takes.
    """

    def __init__(self, request: ChangeRequestRow, missing: int) -> None:
        self.request = request
        self.missing = missing
        grounds = "; ".join(ground["words"] for ground in request.body["grounds"])
        super().__init__(f"change request {request.id} is {request.state}: {grounds}")
