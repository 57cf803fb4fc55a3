"""Tide tables over HTTP, by FastAPI, that follow flags.

    python examples/fastapi_app/app.py                        # beside the server of `yardarm dev`
    python examples/fastapi_app/app.py --port 0 --ready-file F

It reads YARDARM_URL and YARDARM_SERVER_KEY, and works by its fallbacks without them. Who asks is
named by the header `Boat`; a boat that names itself nowhere gets a key in a signed cookie. With
TIDES_SECRET set, testers may see other flags by `yardarm override-link`.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from starlette.requests import HTTPConnection

from yardarm import Client, SignedOverrides, Visitors, choose
from yardarm.integrations.starlette import (
    FlagsMiddleware,
    client_lifespan,
    flag_variant,
    require_flag,
)

METRES = {"Den Helder": 1.4, "Harlingen": 1.9, "Delfzijl": 3.0}
SECRET = os.environ.get("TIDES_SECRET") or secrets.token_urlsafe(32)


def open_client() -> Client:
    """A client of the server, if one is named; else one that knows no flags."""
    url, key = os.environ.get("YARDARM_URL"), os.environ.get("YARDARM_SERVER_KEY")
    if not url or not key:
        return Client.from_document({"flags": {}})
    return Client(url, key, application="tides")


def boat(request: HTTPConnection) -> dict[str, Any] | None:
    """Who asks; None is nobody in particular, and the visitor's cookie counts."""
    name = request.headers.get("boat")
    return None if name is None else {"key": name}


app = FastAPI(title="Tides", lifespan=client_lifespan(open_client))
app.add_middleware(
    FlagsMiddleware,
    context=boat,
    visitors=Visitors(SECRET, secure=False),  # there is no HTTPS here
    overrides=SignedOverrides(SECRET, "tides", parameter="try", redirect=True, secure=False),
    status_path="/v0",
    debug_path="/flags",
)


def by_name() -> list[str]:
    """As in every almanac."""
    return sorted(METRES)


def by_range() -> list[str]:
    """The greatest tides first."""
    return sorted(METRES, key=lambda port: -METRES[port])


ordered = choose("tide-order", {"name": by_name, "range": by_range}, fallback=by_name)


@app.get("/tides")
async def tides(unit: Annotated[str, Depends(flag_variant("tide-unit", "metres"))]) -> list[Any]:
    """The range of tide of each port."""
    factor = 3.28 if unit == "feet" else 1.0
    return [[port, round(METRES[port] * factor, 1)] for port in ordered()]


@app.get("/streams", dependencies=[Depends(require_flag("tidal-streams"))])
async def streams() -> str:
    """What is not for everybody yet."""
    return "3 knots, setting north-east"


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8091, help="0 for any free port")
    parser.add_argument("--ready-file", type=Path, help="write {url} here when it accepts requests")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", options.port)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        if options.ready_file is not None:
            partial = options.ready_file.with_suffix(".part")
            partial.write_text(json.dumps({"url": address}) + "\n")
            partial.replace(options.ready_file)
        print(f"tides: {address}/tides", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
