"""REST: the log of what was done to access and projects."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency as Given
from msgspec import Struct

from ..web.paging import Page, PageRequest, cut
from ..web.rest.bodies import StrictRequest
from ..web.rest.lists import answer_page, wrong_cursor
from ..web.rest.scopes import needs
from .model import ChainFault
from .service import Audit


class AuditEntry(Struct):
    """One thing done to access or projects.

    `number` is gapless from 1; `hash` is the SHA-256 of the canonical JSON of all other fields,
    `prev_hash` that of the entry before, so that a reader can check the chain alone.
    """

    number: int
    at: str
    actor: str
    action: str
    details: dict[str, Any]
    reason: str
    prev_hash: str
    hash: str


class AuditCheck(Struct):
    """What checking the chain found: `head` is the last hash, `faults` what does not fit."""

    length: int
    head: str
    whole: bool
    faults: list[ChainFault]


@get("/audit", opt=needs("admin", on="system"), tags=["Audit"], summary="List audit entries")
async def list_audit(
    request: StrictRequest, audit: Given[Audit], page: Given[PageRequest]
) -> Response[Page[AuditEntry]]:
    """What was done to tokens, keys and projects, newest first.

    Changes of configuration are in the log of their environment.
    """
    if page.after is not None and type(page.after) is not int:
        raise wrong_cursor()
    entries = await audit.list_entries(page.limit + 1, page.after)
    shown = [AuditEntry(**entry.to_json()) for entry in entries]
    return answer_page(request, cut(shown, page, lambda entry: entry.number))


@get(
    "/audit/check",
    opt=needs("admin", on="system"),
    tags=["Audit"],
    summary="Check the audit chain",
)
async def check_audit(audit: Given[Audit]) -> AuditCheck:
    """Read the whole chain and check every number, link and hash."""
    report = await audit.verify()
    return AuditCheck(report.length, report.head, report.whole, list(report.faults))


ROUTES = (list_audit, check_audit)
