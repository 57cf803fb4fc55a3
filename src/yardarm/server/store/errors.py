"""What the store answers with when it cannot do what was asked.

`StoreError`s say what is wrong with the database itself, each in one line that says what to do.
"""

from __future__ import annotations

from yardarm.errors import YardarmError


class StoreError(YardarmError):
    """The database cannot do what was asked. Nothing was changed."""


class SchemaTooNew(StoreError):
    """The database was made by a newer Yardarm than this one."""

    def __init__(self, found: str, known: str) -> None:
        self.found = found
        self.known = known
        super().__init__(
            f"the database has schema {found}, made by a newer Yardarm; this one knows {known}: "
            "start the newer version, or restore a backup made before the upgrade"
        )


class StoreUnwritable(StoreError):
    """The data folder or the database file cannot be written."""


class StoreUnreachable(StoreError):
    """The database does not answer, or the connection was lost."""


class StoreFull(StoreError):
    """No space is left for the database. What was being written is absent whole."""


class StoreBroken(StoreError):
    """The disk reported an I/O error. Nothing more is written until the server is started anew.

    After a failed fsync the kernel may have dropped the data and still report success later, so
    a retry would prove nothing.
    """


class StoreBusy(StoreError):
    """Another writer held the database for too long. Try again."""


class NotFound(YardarmError):
    """There is no such thing. `kind`: project, environment, flag, segment, change, key, token."""

    def __init__(self, kind: str, key: str, within: str = "") -> None:
        self.kind = kind
        self.key = key
        self.within = within
        super().__init__(f"there is no {kind} {key!r}" + (f" in {within}" if within else ""))


class AlreadyExists(YardarmError):
    """The key is taken. Keys of archived flags stay taken."""

    def __init__(self, kind: str, key: str, hint: str = "") -> None:
        self.kind = kind
        self.key = key
        self.hint = hint
        super().__init__(f"the {kind} {key!r} exists already" + (f": {hint}" if hint else ""))


class StoreDamaged(StoreError):
    """Stored data is not what was written. The message names what, and what to do."""
