"""`yardarm version`."""

from __future__ import annotations

import platform

import click

from ..core.model import FORMAT
from ..sdk.version import VERSION
from .output import say, say_json
from .target import as_json


@click.command("version", short_help="Print the version.")
@as_json
def print_version(as_json: bool) -> None:
    """Print the version of this program."""
    if as_json:
        say_json({"version": VERSION, "python": platform.python_version(), "format": FORMAT})
    else:
        say(f"yardarm {VERSION}")
