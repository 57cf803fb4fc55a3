"""What can be imported from, and what of it the server takes from strangers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from yardarm import dialects
from yardarm.connect import endpoints, redis_keys, sql_tables
from yardarm.connect.sources import MAX_FILES
from yardarm.connect.verify import ORACLES, is_installed
from yardarm.core.jsontext import canonical
from yardarm.dialects.base import Dialect
from yardarm.errors import DocumentError, Problem

MAX_OPTIONS = 64 * 1024
"""Largest options of a dialect, in bytes of JSON."""

SECRET_OPTIONS = ("decryptionKey",)
"""Options that are kept like what was read, and never shown."""

_OURS = ("node", "packages", "decrypter")  # they name programs that would be run


@dataclass(frozen=True, slots=True)
class Verifier:
    """The vendor's SDK: the packages to install beside the server, and whether it is there."""

    packages: tuple[str, ...]
    installed: bool


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A vendor or library. `endpoint`: its SDKs' address can be asked, `key`: with a key.

    `databases`: which kinds it kept flags in that this server may read.
    """

    name: str
    title: str
    endpoint: bool
    key: bool
    databases: tuple[str, ...]
    verifier: Verifier | None


def known(databases: bool) -> list[ImportSource]:
    """Every vendor and library; `databases`: whether the server reads any."""
    return [_source(found(name), databases) for name in dialects.NAMES]


def found(name: str) -> Dialect:
    """The dialect of this name. Raises `DocumentError` pointing at `/dialect`."""
    dialect = dialects.find(name)
    if dialect is None:
        names = ", ".join(dialects.NAMES)
        raise DocumentError([Problem("/dialect", f"there is no {name[:60]!r}", f"one of {names}")])
    return dialect


def _source(dialect: Dialect, databases: bool) -> ImportSource:
    name = dialect.name
    kinds = (("redis", redis_keys.keeps(name)), ("postgresql", sql_tables.keeps(name)))
    return ImportSource(
        name,
        dialect.title,
        endpoints.has_endpoint(name),
        endpoints.needs_key(name),
        tuple(kind for kind, kept in kinds if kept and databases),
        Verifier(ORACLES[name][1], is_installed(name)) if name in ORACLES else None,
    )


def check_options(options: Mapping[str, Any]) -> None:
    """Raises `DocumentError` for options that are too large, or that name what is run here."""
    problems = [
        Problem(f"/options/{name}", "only the command line takes this option")
        for name in _OURS
        if name in options
    ]
    if len(canonical(dict(options))) > MAX_OPTIONS:
        problems.append(Problem("/options", "too large", f"at most {MAX_OPTIONS} bytes"))
    if problems:
        raise DocumentError(problems)


def check_files(files: Mapping[str, bytes]) -> None:
    """Raises `DocumentError` for too many files, or none."""
    if not 1 <= len(files) <= MAX_FILES:
        raise DocumentError([Problem("/files", f"give 1 to {MAX_FILES} files, or an address")])


def can_be_read(address: str) -> bool:
    """Whether it names a host, and a port that there can be if any."""
    try:
        return bool(urlsplit(address).hostname) and urlsplit(address).port != 0
    except ValueError:
        return False


def shown(address: str) -> str:
    """An address as it may be kept: without user, password and query."""
    parts = urlsplit(address)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
