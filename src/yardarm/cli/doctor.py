"""`yardarm doctor`."""

from __future__ import annotations

import click

from ..sdk.drivers.doctor import examine
from ..sdk.options import Options
from .failures import OK, REFUSED, UNREACHABLE, Failure
from .output import say_json, table
from .target import Target, as_json, targeted

_WORDS = {True: "ok", False: "WRONG", None: "unknown"}
_CODES = {"server": UNREACHABLE, "key": REFUSED}


@click.command("doctor", short_help="Say whether programs here get their flags.")
@click.option("--cache-dir", metavar="DIR", help="Where programs keep the last snapshot.")
@click.option("--ca-file", metavar="FILE", help="Certificates to trust instead of the system's.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=5.0, show_default=True,
    help="Seconds that the server may take.",
)  # fmt: skip
@click.option("--key", envvar="YARDARM_SERVER_KEY", show_envvar=True, help="The SDK key.")
@as_json
@targeted
def examine_client(
    cache_dir: str | None, ca_file: str | None, timeout: float, key: str | None, as_json: bool,
    target: Target,
) -> int:  # fmt: skip
    """Say whether a program that runs here would get its flags, as its SDK would.

    Looked at are the server and how fast it answers, the SDK key, the clock, and what a program
    would serve if it started without the server. Nothing is changed. The exit code is 5 when the
    server is not reached, 4 when it refuses the key, otherwise 0.
    """
    if not target.url or not key:
        raise Failure("set YARDARM_URL and YARDARM_SERVER_KEY, as the program has them")
    options = Options(cache_dir=cache_dir, ca_file=ca_file, timeout_seconds=timeout)
    found = examine(target.url, key, options)
    if as_json:
        say_json([{"name": one.name, "ok": one.ok, "said": one.said} for one in found])
    else:
        table(("WHAT", "STATE", ""), ((one.name, _WORDS[one.ok], one.said) for one in found),
              empty="")  # fmt: skip
    return next((_CODES[one.name] for one in found if one.ok is False and one.name in _CODES), OK)
