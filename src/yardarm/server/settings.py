"""Every setting of the server. This is the only place that reads the environment.

Each field says in its metadata which variable it comes from and what it means;
`reference()` makes docs/reference/settings.md from that.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from yardarm.errors import OptionError

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

MIN_SECRET = 16
"""Fewest characters of YARDARM_SECRET_KEY."""

_KIB, _MIB = 1024, 1024 * 1024


def _from(variable: str, read: Callable[[str], Any], text: str, shown: str) -> dict[str, Any]:
    return {"variable": variable, "read": read, "text": text, "shown": shown}


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _size(text: str) -> int:
    units = {"kib": _KIB, "mib": _MIB, "gib": 1024 * _MIB}
    number, unit = text.strip().lower(), 1
    for name, factor in units.items():
        if number.endswith(name):
            number, unit = number.removesuffix(name).strip(), factor
    size = int(number) * unit
    if size < _KIB:
        raise ValueError("must be at least 1 KiB")
    return size


def _choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return read


def _yes(text: str) -> bool:
    return _choice("yes", "no")(text) == "yes"


def _secret(text: str) -> str:
    if len(text) < MIN_SECRET:
        raise ValueError(
            f"must have at least {MIN_SECRET} characters; make one with "
            "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`"
        )
    return text


def _database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be an address like https://flags.example.com")
    return text.rstrip("/")


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word) for word in _words(text))
    except ValueError as error:
        raise ValueError(f"must be networks like 10.20.0.0/16: {error}") from None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is set up. `Settings.from_environment(os.environ)` reads it."""

    data: Path = field(
        default=Path("yardarm-data"),
        metadata=_from(
            "YARDARM_DATA",
            Path,
            "Folder for the SQLite database and the generated secrets of `yardarm dev`.",
            "`yardarm-data`",
        ),
    )
    database_url: str = field(
        default="",
        metadata=_from(
            "YARDARM_DATABASE_URL",
            _database,
            "Where the data is: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
            "`yardarm.db` in the data folder",
        ),
    )
    secret_key: str = field(
        default="",
        repr=False,
        metadata=_from(
            "YARDARM_SECRET_KEY",
            _secret,
            "Encrypts stored client keys and signs stream tokens. At least 16 characters; keep it "
            "as safe as the database. `yardarm dev` makes its own.",
            "none: `yardarm serve` needs it",
        ),
    )
    host: str = field(
        default="127.0.0.1",
        metadata=_from("YARDARM_HOST", str, "Address to listen on.", "`127.0.0.1`"),
    )
    port: int = field(
        default=8180,
        metadata=_from(
            "YARDARM_PORT", _whole(0, 65535), "Port to listen on; 0 takes a free one.", "`8180`"
        ),
    )
    public_url: str = field(
        default="",
        metadata=_from(
            "YARDARM_PUBLIC_URL",
            _web_address,
            "The address that clients use, when it differs from host and port (behind a proxy).",
            "`http://HOST:PORT`",
        ),
    )
    archive_guard_hours: int = field(
        default=72,
        metadata=_from(
            "YARDARM_ARCHIVE_GUARD_HOURS",
            _whole(0, 24 * 366),
            "A flag that was evaluated within so many hours is archived only by force.",
            "`72`",
        ),
    )
    max_document_bytes: int = field(
        default=32 * _MIB,
        metadata=_from(
            "YARDARM_MAX_DOCUMENT_BYTES",
            _size,
            "Largest configuration of one environment that is published; a warning is given at "
            "half of it. Takes `KiB`, `MiB`, `GiB`.",
            "`32 MiB`",
        ),
    )
    max_body_bytes: int = field(
        default=_MIB,
        metadata=_from(
            "YARDARM_MAX_BODY_BYTES",
            _size,
            "Largest body of a request, after decompression.",
            "`1 MiB`",
        ),
    )
    max_import_bytes: int = field(
        default=10 * _MIB,
        metadata=_from(
            "YARDARM_MAX_IMPORT_BYTES",
            _size,
            "Largest body of an import, after decompression.",
            "`10 MiB`",
        ),
    )
    retention_days: int = field(
        default=90,
        metadata=_from(
            "YARDARM_RETENTION_DAYS",
            _whole(1, 3660),
            "How long counts, exposures and metric events are kept.",
            "`90`",
        ),
    )
    overrides: Path | None = field(
        default=None,
        metadata=_from(
            "YARDARM_OVERRIDES",
            Path,
            "A file that switches flags by hand when the database cannot be written, followed "
            "while the server runs. See [the override file](override-file.md).",
            "none",
        ),
    )
    webhook_allow: tuple[Network, ...] = field(
        default=(),
        metadata=_from(
            "YARDARM_WEBHOOK_ALLOW",
            _networks,
            "Networks, divided by commas, that webhooks may be sent to beside the public "
            "internet, on any port and by http too: `10.20.0.0/16`.",
            "none",
        ),
    )
    import_allow: tuple[Network, ...] = field(
        default=(),
        metadata=_from(
            "YARDARM_IMPORT_ALLOW",
            _networks,
            "Networks, divided by commas, whose addresses imports may be fetched from beside the "
            "public internet, on any port and by http too: `10.20.0.0/16`.",
            "none",
        ),
    )
    import_databases: bool = field(
        default=False,
        metadata=_from(
            "YARDARM_IMPORT_DATABASES",
            _yes,
            "`yes` lets whoever may edit an environment import from any Redis or PostgreSQL that "
            "the server can reach.",
            "`no`",
        ),
    )
    cors_origins: tuple[str, ...] = field(
        default=("*",),
        metadata=_from(
            "YARDARM_CORS_ORIGINS",
            _words,
            "Web origins, divided by commas, whose pages may evaluate with a client key; `*` for "
            "any.",
            "`*`",
        ),
    )
    log_format: str = field(
        default="auto",
        metadata=_from(
            "YARDARM_LOG_FORMAT",
            _choice("auto", "text", "json"),
            "`text` for people, `json` for machines; `auto` is text on a terminal.",
            "`auto`",
        ),
    )
    log_level: str = field(
        default="info",
        metadata=_from(
            "YARDARM_LOG_LEVEL",
            _choice("debug", "info", "warning", "error"),
            "What is logged.",
            "`info`",
        ),
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings. Raises `OptionError` naming the variable that is wrong.

        An empty variable counts as not set.
        """
        given: dict[str, Any] = {}
        for item in fields(cls):
            text = environ.get(item.metadata["variable"], "")
            if not text:
                continue
            try:
                given[item.name] = item.metadata["read"](text)
            except ValueError as error:
                shown = "" if item.name == "secret_key" else f" is {text!r} but"
                raise OptionError(f"{item.metadata['variable']}{shown} {error}") from None
        return cls(**given)

    @classmethod
    def of_this_process(cls) -> Settings:
        """The settings that this process was started with. Raises `OptionError`."""
        return cls.from_environment(os.environ)

    def database(self) -> str:
        """The database's URL: the one given, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{quote(str(self.data.absolute() / 'yardarm.db'))}"


def environment_with(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's environment and these variables, for a process that it starts."""
    return {**os.environ, **variables}


def reference() -> str:
    """docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "The server reads these environment variables when it starts. A value that makes no sense "
        "stops it with one line that names the variable.",
        "",
        "| Variable | Meaning | Default |",
        "| --- | --- | --- |",
    ]
    for item in fields(Settings):
        assert item.default is not MISSING
        meta = item.metadata
        lines.append(f"| `{meta['variable']}` | {meta['text']} | {meta['shown']} |")
    return "\n".join(lines) + "\n"
