"""How a client is doing: `Status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Origin = Literal["nothing", "bootstrap", "disk", "server", "file", "source", "memory"]
Connection = Literal["none", "connecting", "streaming", "polling", "closed"]


@dataclass(frozen=True, slots=True)
class Status:
    """What a client serves and where it stands, at one moment.

    `origin` says where the flags come from: `"nothing"` (fallbacks only), `"bootstrap"`, `"disk"`
    (the last-known-good snapshot), `"server"`, `"file"`, `"source"` or
    `"memory"`. `ready` is true once the
    client has heard from its source. `error` is the last problem, empty when there is none now;
    `refused` says that it is one that waiting will not mend: the server does not take the key, or
    there is no Yardarm at the URL.
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
    refused: bool = False
    overridden: tuple[str, ...] = ()
