"""`yardarm lint --code`: the flags that Python source uses, declares and retires."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from ..connect import files
from ..connect.python.inventory import CodeFinding, check_usage
from ..connect.python.usage import read_usage
from .failures import Failure
from .output import paint, safe, say, say_json

FOUND = 1
"""The exit code when there is an error or a warning. Notes do not count."""

SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})
"""Folders that hold nobody's own source; those whose names begin with a dot are skipped too."""

MAX_BYTES = 4 * 1024 * 1024

_COLOURS = {"error": "red", "warning": "yellow"}


def lint_code(
    paths: tuple[str, ...], documents: tuple[str, ...], max_release: int | None, now_us: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Print what is wrong. Raises `OSError`, `DocumentError`, `Failure`, and click's `Exit`."""
    known = [files.load_document(name) for name in documents]
    usage = read_usage(_sources(paths))
    found = check_usage(usage, known, now_us, max_release)
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        _say(found, len(usage.uses), len(usage.declared))
    if any(one.severity != "note" for one in found):
        raise click.exceptions.Exit(FOUND)


def _say(found: list[CodeFinding], uses: int, declared: int) -> None:
    for one in found:
        where = safe(one.file) + (f":{one.line}" if one.line else "")
        severity = paint(one.severity, fg=_COLOURS.get(one.severity))
        say(f"{where}: {severity}: {safe(one.words)}")
    if not found:
        good = paint("nothing found", fg="green")
        say(f"{good}: {uses} uses of flags, {declared} declared")


def _sources(paths: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every Python file, in order. Raises `OSError`, `Failure`."""
    for path in paths:
        if not os.path.exists(path):
            raise Failure(f"there is no {path}")
        if not os.path.isdir(path):
            yield _source(path)
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(one for one in below if one not in SKIPPED and one[0] != ".")
            for name in sorted(names):
                if name.endswith(".py"):
                    yield _source(os.path.join(folder, name))


def _source(path: str) -> tuple[str, bytes]:
    if os.path.getsize(path) > MAX_BYTES:
        raise Failure(f"{path} has more than {MAX_BYTES >> 20} MiB")
    return os.path.normpath(path), Path(path).read_bytes()
