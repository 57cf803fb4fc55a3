"""What `yardarm dev` prints when it is ready."""

from __future__ import annotations

import shlex
from pathlib import Path

from ..access.sessions import LINK_MINUTES
from .devfile import NAME, DevFile


def greeting(
    file: DevFile, data: Path | None, shop_url: str | None, without_shop: str, code: str = ""
) -> str:
    """Addresses, keys, and what to try next.

    `code` signs in to the dashboard once; empty where the dashboard is not built.
    """
    where = "in memory: gone when this ends" if data is None else f"{data} (keys in {NAME})"
    rows = {
        "server": file.url,
        "dashboard": _dashboard(file.url, code),
        **(_pages(file) if code else {}),
        "shop": shop_url or f"- ({without_shop})",
        "data": where,
        "project": f"{file.project}, environment {file.environment}",
        "server key": f"{file.server_key}   for programs: sees the whole configuration",
        "client key": f"{file.client_key}   for browsers: sees evaluated values",
        "admin token": f"{file.admin_token}   for the command line",
    }
    width = max(map(len, rows)) + 2
    exports = [f"export {name}={shlex.quote(value)}" for name, value in file.exports().items()]
    return "\n".join([
        "",
        "Yardarm is running.",
        "",
        *(f"  {name:{width}}{text}" for name, text in rows.items()),
        "",
        "Tell your terminal and your programs:",
        "",
        *(f"  {line}" for line in exports),
        "",
        "Try next, in a second terminal:",
        "",
        *(f"  {line}" for line in _suggestions(file, shop_url)),
        "",
        "Ctrl-C ends it.",
    ])  # fmt: skip


def _dashboard(url: str, code: str) -> str:
    """Its address. The code stands behind the `#`, which browsers send to nobody."""
    if not code:
        return "- (tools/dashboard builds it in a checkout)"
    return f"{url}/ui/#code={code}   signs in once, within {LINK_MINUTES} minutes"


def _pages(file: DevFile) -> dict[str, str]:
    """Where the dashboard begins, for whoever is signed in, and the documentation."""
    return {
        "first run": f"{file.url}/ui/projects/{file.project}/start   a flag in your own program",
        "docs": f"{file.url}/docs/",
    }


def _suggestions(file: DevFile, shop_url: str | None) -> list[str]:
    shown = [
        "yardarm flags list",
        "yardarm flags create my-first-flag",
        "yardarm flags enable my-first-flag",
        "yardarm changes list",
    ]
    if shop_url is not None:
        shown[1:1] = [f"yardarm flags enable new-checkout      # then look at {shop_url}/checkout"]
    return [
        *shown,
        f"curl -H 'Authorization: Bearer {file.client_key}' -H 'Content-Type: application/json' \\",
        f'  -d \'{{"context":{{"targetingKey":"vip-1"}}}}\' {file.url}/ofrep/v1/evaluate/flags',
    ]
