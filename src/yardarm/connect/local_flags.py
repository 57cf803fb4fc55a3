"""Local values of flags from everywhere at once, YAML files too."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from ..core.model import Json
from ..sdk.arguments import LocalFlags
from .files import parse


def local_flags(
    arguments: Mapping[str, Json] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    files: Sequence[str | os.PathLike[str]] = (),
) -> LocalFlags:
    """As `LocalFlags`, with the process's environment, and files that may be YAML.

    >>> local = local_flags(files=["pyproject.toml", "flags.yaml"])
    >>> client = Client("http://127.0.0.1:8180", "ys_…", local=local)

    `environ` takes the place of the process's environment; `{}` leaves it out. YAML needs
    `yardarm[yaml]`; without it such a file is not read, and the log says so.
    """
    return LocalFlags(
        dict(arguments or {}), os.environ if environ is None else environ, files, parse_file
    )


def parse_file(data: bytes, name: str) -> Json:
    """JSON, TOML or YAML, as the name says. Raises `DocumentError`, `OptionError`."""
    return parse(data, name).value
