"""The example shop beside `yardarm dev`, as a process of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

from ..settings import environment_with
from . import process
from .devfile import DevFile

PORT = 8090
START_SECONDS = 15.0
STOP_SECONDS = 0.8


def find() -> Path | None:
    """The shop's program: in the installed package, or in the checkout we run from."""
    here = Path(__file__).resolve()
    for root in (here.parents[2], here.parents[4]):
        program = root / "examples" / "shop" / "shop.py"
        if program.is_file():
            return program
    return None


def why_not() -> str:
    """Why the shop cannot run here; empty when it can."""
    if find() is None:
        return "the example shop is not here: it comes with the source (examples/shop)"
    if importlib.util.find_spec("flask") is None:
        return "the example shop needs Flask: install yardarm[flask]"
    return ""


class Shop:
    """The running shop."""

    def __init__(self, child: asyncio.subprocess.Process, url: str) -> None:
        self._child = child
        self.url = url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def stop(self) -> None:
        """End it, kindly first."""
        if self._child.returncode is None:
            self._child.terminate()
            try:
                await asyncio.wait_for(self._child.wait(), STOP_SECONDS)
            except TimeoutError:
                self._child.kill()
                await self._child.wait()


async def start(file: DevFile, port: int, log: Path | None) -> Shop | None:
    """Start it on this port or the next free one; None when it does not come up."""
    program = find()
    if program is None:
        return None
    if port:
        with process.bind_near("127.0.0.1", port) as free:
            port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="yardarm-") as folder:
        ready = Path(folder) / "ready.json"
        output = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, str(program), "--port", str(port), "--ready-file", str(ready),
                env=environment_with(file.exports()),
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        finally:
            os.close(output)
        url = await _url_of(child, ready)
    shop = Shop(child, url)
    if not url:
        await shop.stop()
        return None
    return shop


async def _url_of(child: asyncio.subprocess.Process, ready: Path) -> str:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while child.returncode is None and asyncio.get_running_loop().time() < deadline:
        url = _read_url(ready)
        if url:
            return url
        await asyncio.sleep(0.05)
    return ""


def _read_url(ready: Path) -> str:
    return str(json.loads(ready.read_text("utf-8"))["url"]) if ready.exists() else ""
