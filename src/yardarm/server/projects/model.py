"""Projects and environments as the rest of the server sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from yardarm.errors import DocumentError, Problem

_KEY = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", re.ASCII)

MAX_NAME = 200
"""The longest display name, in characters."""


@dataclass(frozen=True, slots=True)
class Project:
    """A set of flags with their environments. `key` never changes."""

    key: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment and where its history stands.

    `version` is the number of the last change (0: none yet), `root` the root of that snapshot,
    `epoch` the random name of this history, `bytes` the size of the snapshot.
    """

    project: str
    key: str
    name: str
    epoch: str
    version: int
    root: str
    bytes: int
    created_at: datetime


def check_key(key: str, pointer: str = "/key") -> str:
    """A key for a project or environment, as given. Raises `DocumentError`.

    Lower-case letters, digits, dots, dashes and underscores, at most 64, so that keys never need
    escaping in a URL and no two look alike.
    """
    if _KEY.fullmatch(key) is None:
        raise DocumentError(
            [
                Problem(
                    pointer,
                    "not a key: 1 to 64 of a-z, 0-9, '.', '_', '-', starting and ending with a "
                    "letter or digit",
                    'for example "my-shop"',
                )
            ]
        )
    return key


def check_name(name: str, key: str, pointer: str = "/name") -> str:
    """A display name, or the key when it is empty. Raises `DocumentError`."""
    name = name.strip()
    if len(name) > MAX_NAME or any(ord(c) < 32 for c in name):
        raise DocumentError(
            [
                Problem(
                    pointer, f"a name has at most {MAX_NAME} characters and no control characters"
                )
            ]
        )
    return name or key
