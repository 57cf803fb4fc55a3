"""How a client would fare: whether its server is reached, its key taken, and what there is without.

Each finding is made as a client makes its requests, by the same transport, and nothing is written.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from ...core.snapshot import Snapshot, decode
from ...errors import SnapshotError
from ..log import Log
from ..options import Address, Options
from ..version import VERSION
from .answers import Unusable, check
from .disk import Disk
from .follow import MAX_SNAPSHOT, SNAPSHOT
from .http import Answer, Broken, Transport

MAX_SKEW_SECONDS = 5.0
"""How far a clock may be off before rules about time, and reports, are noticeably wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok` is None where nothing could be found out."""

    name: str
    ok: bool | None
    said: str


def examine(url: str, key: str, options: Options) -> list[Finding]:
    """Look at everything once, within about `timeout_seconds`. Raises `OptionError`."""
    address = Address.of(url, key)
    found = [Finding("version", True, f"yardarm-python {VERSION}")]
    found += _asked(address, Transport(address, options.ca_file, options.timeout_seconds))
    return [*found, _offline(address, options)]


def _asked(address: Address, transport: Transport) -> list[Finding]:
    began = time.monotonic()
    try:
        answer = transport.request("GET", SNAPSHOT)
    except Broken as error:
        said = f"{address.url} is not reached: {type(error).__name__}: {error}"
        return [Finding("server", False, said), Finding("key", None, "nobody to ask")]
    milliseconds = (time.monotonic() - began) * 1000
    try:
        reached = Finding("server", True, f"{address.url} answers in {milliseconds:.0f} ms")
        return [reached, _clock(answer, time.time()), *_flags(answer, address)]
    finally:
        answer.close()


def _clock(answer: Answer, now: float) -> Finding:
    try:
        off = now - parsedate_to_datetime(answer.header("date")).timestamp()
    except ValueError:
        return Finding("clock", None, "the server does not say what time it is")
    said = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} the server's"
    return Finding("clock", abs(off) <= MAX_SKEW_SECONDS, said)


def _flags(answer: Answer, address: Address) -> list[Finding]:
    environment = answer.header("yardarm-environment")
    try:
        check(answer, address, environment)
        snapshot = decode(answer.read(MAX_SNAPSHOT))
    except Unusable as problem:
        return [Finding("key", False, str(problem))]
    except (SnapshotError, *Broken) as problem:
        return [Finding("key", None, f"what is answered is not ours: {problem}")]
    where = f"{answer.header('yardarm-project')}, environment {environment}"
    return [
        Finding("key", True, f"{address.key_hint} reads project {where}"),
        Finding("flags", True, _words(snapshot)),
    ]


def _offline(address: Address, options: Options) -> Finding:
    """What a program that starts now would serve if the server were gone."""
    if options.cache_dir is None:
        return Finding("offline", None, "fallbacks: no folder for the last snapshot is given")
    disk = Disk(options.cache_dir, address, Log("doctor"))
    kept = disk.load()
    if kept is None:
        said = f"fallbacks: {options.cache_dir} has no snapshot of this server and key"
        return Finding("offline", False, said)
    hours = max(0.0, time.time() - os.stat(disk.path).st_mtime) / 3600
    return Finding("offline", True, f"{_words(kept)}, kept {hours:.1f} hours ago")


def _words(snapshot: Snapshot) -> str:
    flags = sum(at.startswith(b"flag\t") for at in snapshot.lines)
    return f"version {snapshot.version} with {flags} flag{'' if flags == 1 else 's'}"
