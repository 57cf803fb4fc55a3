"""How a client is doing: `Status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["nothing", "bootstrap", "disk", "server", "file", "memory"]
Connection = Literal["none", "connecting", "streaming", "polling", "closed"]


@dataclass(frozen=True, slots=True)
class Status:
    """What a client serves and where it stands, at one moment.

    `origin` says where the flags come from: `"nothing"` (fallbacks only), `"bootstrap"`, `"disk"`
    (the last-known-good snapshot), `"server"`, `"file"` or `"memory"`. `ready` is true once the
    client has heard from its source. `error` is the last problem, empty when there is none now.
    `overridden` are the flags that the override file names for this environment.
    """

    ready: bool = False
    origin: Origin = "nothing"
    version: int = 0
    epoch: str = ""
    project: str = ""
    environment: str = ""
    connection: Connection = "none"
    error: str = ""
    overridden: tuple[str, ...] = ()
