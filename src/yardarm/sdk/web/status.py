"""Whether a flag is on, asked over HTTP: what Flagon's status endpoint answered."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import unquote

from ...core.decision import FLAG_NOT_FOUND, PROVIDER_NOT_READY, TYPE_MISMATCH
from ..evaluating import Evaluating


class Page(NamedTuple):
    """An answer that is given in the application's place."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


_JSON = [
    ("content-type", "application/json"),
    ("cache-control", "no-cache, no-store, must-revalidate"),
]


def status_page(client: Evaluating | None, path: str) -> Page:
    """The status of the flag that the path names, for the context that is bound.

    A flag that is not boolean is active when it serves a variant other than its `off`. Without a
    client, and as long as there are no flags, none is known.
    """
    key = unquote(path)
    if not key or "/" in path:
        return Page(404, [("content-type", "text/html; charset=utf-8")], b"<h1>Not Found</h1>")
    known, active = False, False
    if client is not None:
        decision = client.boolean_detail(key, None, False)
        known = decision.error not in (FLAG_NOT_FOUND, PROVIDER_NOT_READY)
        active = decision.error is None and decision.value is True
        if decision.error == TYPE_MISMATCH:
            served = client.variant_detail(key)
            active = served.error is None and served.variant is not None
            active = active and served.reason != "DISABLED"
    body = json.dumps({"active": active, "known": known}).encode()
    return Page(200 if known else 404, _JSON, body)
