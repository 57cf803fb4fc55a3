"""The database as a source: what `YARDARM = {"source": "database"}` follows."""

from __future__ import annotations

from django.db import connections, router

from ...sdk.sources import Content, encoded


class DatabaseSource:
    """The document of a name in the table of `FlagDocument`, asked on the client's own thread.

    Whichever database Django's router reads the table from. A connection is kept between
    looks as long as `CONN_MAX_AGE` says.
    """

    def __init__(self, name: str = "default") -> None:
        self.name = f"Django's database, document {name}"
        self._name = name

    def fetch(self, mark: str) -> Content | None:
        """The document, if it has another mark. Raises `LookupError` when there is none."""
        from .models import FlagDocument

        rows = FlagDocument.objects.filter(pk=self._name)
        try:
            if mark and rows.filter(mark=mark).exists():
                return None
            found = rows.values_list("document", "mark").first()
        finally:
            connections[router.db_for_read(FlagDocument)].close_if_unusable_or_obsolete()
        if found is None:
            raise LookupError(
                "there is no document yet: `manage.py flags write FILE`, or the admin"
            )
        return Content(found[0].encode(), found[1])

    def write(self, data: bytes) -> None:
        """Hold another document. Raises `DocumentError` when not valid, else as Django does."""
        from .models import FlagDocument

        encoded(data)
        FlagDocument.objects.update_or_create(name=self._name, defaults={"document": data.decode()})
