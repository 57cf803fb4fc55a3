"""The last known good snapshot, kept on disk for a start without a server.

One file per server and key, written beside its final name and then renamed, so that several
processes may write it and no reader sees half of one. Its first line is a code over the rest
(HMAC-SHA-256 under the SDK key): a file that is cut off, damaged or tampered with is not read.
"""

from __future__ import annotations

import hmac
import os
import time
from hashlib import sha256

from ...core.snapshot import Snapshot, decode
from ...errors import SnapshotError
from ..log import Log
from ..options import Address

MAX_BYTES = 64 * 1024 * 1024
WRITE_SECONDS = 10.0
"""At most one write in this time, however often flags change."""

_HEAD = b"yardarm snapshot 1 "


class Disk:
    """The snapshot file of one client. Never raises: a disk is a comfort, not a need."""

    __slots__ = ("_due", "_log", "_secret", "_written", "path")

    def __init__(self, folder: str | os.PathLike[str], address: Address, log: Log) -> None:
        self._secret = address.key.encode()
        name = sha256(f"{address.url}\n{address.key}".encode()).hexdigest()[:24]
        self.path = os.path.join(os.fspath(folder), f"yardarm-{name}.snapshot")
        self._log = log
        self._written = ("", 0)
        self._due = 0.0

    def load(self) -> Snapshot | None:
        """The snapshot that was kept, if there is one and it is whole."""
        try:
            with open(self.path, "rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._log.warning("disk", f"{self.path} cannot be read: {error.strerror}")
            return None
        head, _, body = data.partition(b"\n")
        try:
            if not hmac.compare_digest(head, self._head(body)):
                raise SnapshotError("it is cut off or was changed")
            snapshot = decode(body)
        except SnapshotError as error:
            self._log.warning("disk", f"{self.path} is not used: {error.problems[0].message}")
            return None
        self._written = (snapshot.root, snapshot.version)
        return snapshot

    def keep(self, snapshot: Snapshot, *, at_once: bool = False) -> None:
        """Write the snapshot, unless it is there already or something was written just now."""
        now = time.monotonic()
        if (snapshot.root, snapshot.version) == self._written or (now < self._due and not at_once):
            return
        self._due = now + WRITE_SECONDS
        body = snapshot.encode()
        if len(body) > MAX_BYTES:
            return
        beside = f"{self.path}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self._head(body) + b"\n" + body)
                os.replace(beside, self.path)
            except BaseException:
                os.unlink(beside)
                raise
            self._written = (snapshot.root, snapshot.version)
        except OSError as error:
            self._log.warning(
                "disk", f"the snapshot cannot be kept in {os.path.dirname(self.path)}: "
                f"{error.strerror}; flags work, but a start without the server will lack them",
            )  # fmt: skip

    def _head(self, body: bytes) -> bytes:
        return _HEAD + hmac.new(self._secret, body, sha256).hexdigest().encode()
