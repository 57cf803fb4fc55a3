"""`yardarm dev|serve|migrate`: the one bridge to the server, which is imported when one runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from .failures import Failure
from .output import safe, say, say_json
from .target import as_json

_PORT = 8180
_DATA = ".yardarm"


@click.command("dev", short_help="Run a server with a demo here, without any set-up.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Port; the next one if it is taken, any free one for 0.",
)
@click.option(
    "--data",
    metavar="DIR|:memory:",
    default=_DATA,
    show_default=True,
    help="Where data and keys are kept.",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    metavar="[NAME:]FILE",
    help="Take over this document, or one in the dialect NAME. Repeatable.",
)
@click.option("--server-key", metavar="KEY", help="Use this server key instead of a new one.")
@click.option("--client-key", metavar="KEY", help="Use this client key instead of a new one.")
@click.option("--admin-token", metavar="TOKEN", help="Use this token instead of a new one.")
@click.option("--no-demo", is_flag=True, help="Without the demo's flags and shop.")
@click.option("--no-shop", is_flag=True, help="Without the demo's shop.")
@click.option(
    "--ready-file",
    metavar="FILE",
    help="When every port accepts connections, write addresses and keys there as one JSON line.",
)
def dev(
    port: int,
    data: str,
    seeds: tuple[str, ...],
    server_key: str | None,
    client_key: str | None,
    admin_token: str | None,
    no_demo: bool,
    no_shop: bool,
    ready_file: str | None,
) -> None:
    """Run a server with SQLite, a demo project and a shop, without any set-up.

    Prints addresses, keys and what to try next. Keys are kept in DIR/dev.json, for you alone;
    commands in this folder find the server by it. Ctrl-C ends it.
    """
    with _server_installed():
        from ..server.operate import DevOptions
        from ..server.operate import dev as run
    run(
        DevOptions(
            port=port,
            data=None if data == ":memory:" else Path(data),
            seeds=seeds,
            server_key=server_key,
            client_key=client_key,
            admin_token=admin_token,
            demo=not no_demo,
            shop=not no_shop,
            ready_file=None if ready_file is None else Path(ready_file),
        )
    )


@click.command("serve", short_help="Run a server, set up by YARDARM_ variables.")
@click.option("--host", help="Address to listen on, instead of YARDARM_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port, instead of YARDARM_PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Run a server, set up by YARDARM_ variables (docs/reference/settings.md).

    Without an administrator it prints a set-up link on stderr, which is valid once and for 15
    minutes.
    """
    with _server_installed():
        from ..server.operate import read_settings
        from ..server.operate import serve as run
    settings = read_settings()
    if host is not None:
        settings = replace(settings, host=host)
    if port is not None:
        settings = replace(settings, port=port)
    run(settings)


@click.command("migrate", short_help="Bring the database up to date without serving.")
@as_json
def migrate(as_json: bool) -> None:
    """Bring the database up to date without serving. `serve` does it at its start as well."""
    with _server_installed():
        from ..server.operate import migrate as run
        from ..server.operate import read_settings
    revision = run(read_settings())
    if as_json:
        say_json({"revision": revision})
    else:
        say(f"the database is at revision {safe(revision)}")


@contextmanager
def _server_installed() -> Iterator[None]:
    """Turns the absence of the server's packages into one line."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "yardarm":
            raise
        raise Failure(
            f"the server needs yardarm[server]: {error.name} is missing; install that extra"
        ) from None
