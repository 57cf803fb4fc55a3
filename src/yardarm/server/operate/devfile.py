"""What `yardarm dev` keeps in its data folder: addresses, keys and the secret key, for its owner.

The file is `dev.json`, readable by its owner only, replaced whole. The command line and the example
shop read addresses and keys from it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ...errors import OptionError

NAME = "dev.json"


@dataclass(frozen=True, slots=True)
class DevFile:
    """The file's content. Empty texts are not known yet. `seeded` has hashes of seeds taken in."""

    url: str = ""
    project: str = ""
    environment: str = ""
    server_key: str = ""
    client_key: str = ""
    admin_token: str = ""
    secret_key: str = ""
    ports: Mapping[str, int] | None = None
    seeded: tuple[str, ...] = ()

    def ready(self) -> dict[str, Any]:
        """What a ready file says."""
        return {
            "url": self.url,
            "project": self.project,
            "environment": self.environment,
            "server_key": self.server_key,
            "client_key": self.client_key,
            "admin_token": self.admin_token,
            "ports": dict(self.ports or {}),
        }

    def exports(self) -> dict[str, str]:
        """The variables that point the command line and a program here."""
        return {
            "YARDARM_URL": self.url,
            "YARDARM_TOKEN": self.admin_token,
            "YARDARM_PROJECT": self.project,
            "YARDARM_ENVIRONMENT": self.environment,
            "YARDARM_SERVER_KEY": self.server_key,
        }


def read(folder: Path | None) -> DevFile:
    """The folder's file, with a secret key in any case. Raises `OptionError`."""
    known: dict[str, Any] = {}
    path = None if folder is None else folder / NAME
    if path is not None and path.exists():
        try:
            value = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise OptionError(
                f"{path} cannot be read ({error}); delete it to have new keys made"
            ) from None
        known = value if isinstance(value, dict) else {}
    names = ("server_key", "client_key", "admin_token", "secret_key")
    kept = {name: known[name] for name in names if isinstance(known.get(name), str)}
    seeded = tuple(str(item) for item in known.get("seeded") or ())
    found = DevFile(**kept, seeded=seeded)
    return found if found.secret_key else replace(found, secret_key=secrets.token_urlsafe(32))


def write(folder: Path | None, file: DevFile) -> None:
    """Replace the folder's file. Raises `OptionError` when the folder cannot be written."""
    if folder is None:
        return
    try:
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("# Keys and data of `yardarm dev`.\n*\n", "utf-8")
        replace_file(folder / NAME, json.dumps(asdict(file), indent=2) + "\n")
    except OSError as error:
        why = error.strerror or str(error)
        raise OptionError(f"the data folder {folder} cannot be written: {why}") from None


def replace_file(path: Path, text: str) -> None:
    """Write a file for its owner only; a reader sees the old one or the new one, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
