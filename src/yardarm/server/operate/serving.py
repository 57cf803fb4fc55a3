"""`yardarm serve` and `yardarm migrate`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

from ...errors import OptionError
from ..bootstrap import Application, build
from ..settings import Settings
from ..store.database import Database
from ..web.log import configure
from . import process


def read_settings() -> Settings:
    """The settings that the environment gives. Raises `OptionError` naming the variable."""
    return Settings.of_this_process()


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `OptionError` and `StoreError` at start."""
    if not settings.secret_key:
        raise OptionError(
            "YARDARM_SECRET_KEY is not set; make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'` and keep it"
        )
    configure(settings.log_format, settings.log_level)
    folder = _sqlite_folder(settings)
    with nullcontext() if folder is None else process.alone_in(folder):
        process.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    listening = process.bind(settings.host, settings.port)
    address = settings.public_url or process.address_of(listening)
    application = await build(settings, most_streams=process.most_streams())

    async def say_ready() -> None:
        print(f"Yardarm serves at {address}", file=sys.stderr, flush=True)
        await _offer_setup(application, address)

    await process.run_until_told(application, listening, say_ready)


async def _offer_setup(application: Application, address: str) -> None:
    code = await application.services.access.setup_link()
    if code is not None:
        print(
            "There is no administrator yet. Open this link within 15 minutes, once:\n"
            f"  {address}/setup?code={code}",
            file=sys.stderr, flush=True,
        )  # fmt: skip


def migrate(settings: Settings) -> str:
    """Bring the database's schema up to date without serving; gives its revision.

    Raises `StoreError` and `OptionError`.
    """
    return process.run(_migrate(settings))


async def _migrate(settings: Settings) -> str:
    database = await Database.open(settings.database())
    try:
        return await database.schema()
    finally:
        await database.close()


def _sqlite_folder(settings: Settings) -> Path | None:
    """The folder of the SQLite file, None for other databases and for memory."""
    url = settings.database()
    if not url.startswith("sqlite:///") or ":memory:" in url:
        return None
    return Path(url.removeprefix("sqlite:///").partition("?")[0]).parent
