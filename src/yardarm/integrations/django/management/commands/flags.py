"""`manage.py flags`: list, check, and the document in the database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from .....errors import ContextError, DocumentError
from .....sdk.current import find_client
from .....sdk.flagged import enabled
from .....sdk.listing import flag_table
from ...models import DEFAULT, FlagDocument

READY_SECONDS = 5.0


class Command(BaseCommand):
    """Asks the process's client; the last four work on the database's document."""

    help = "Feature flags, as this project sees them."

    def add_arguments(self, parser: Any) -> None:
        """One subcommand for each thing."""
        does = parser.add_subparsers(dest="action", required=True, metavar="action")
        listed = does.add_parser("list", help="every flag with what it serves, and who says so")
        checked = does.add_parser("check", help="whether a flag is on; fails when it is off")
        checked.add_argument("flag")
        for one in (listed, checked):
            one.add_argument("--context", default="{}", help='such as {"key": "user-1"}')
        for word, help in (
            ("enable", "switch a flag's rules on"),
            ("disable", "switch a flag off"),
        ):
            one = does.add_parser(word, help=f"{help}, in the database")
            one.add_argument("flag")
            one.add_argument("--document", default=DEFAULT)
        one = does.add_parser("write", help="put a document into the database")
        one.add_argument("file", help="JSON; - reads standard input")
        one.add_argument("--document", default=DEFAULT)
        one = does.add_parser("read", help="print the document in the database")
        one.add_argument("--document", default=DEFAULT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises `CommandError` for what cannot be done."""
        getattr(self, f"_{options['action']}")(options)

    def _list(self, options: Any) -> None:
        client = _client()
        try:
            self.stdout.write(flag_table(client, _context(options)))
        except ContextError as error:
            raise CommandError(str(error)) from None

    def _check(self, options: Any) -> None:
        on = bool(enabled(options["flag"], _context(options), client=_client()))
        self.stdout.write(f"{options['flag']} is {'on' if on else 'off'}")
        if not on:
            raise SystemExit(1)

    def _enable(self, options: Any) -> None:
        self._switch(options, True)

    def _disable(self, options: Any) -> None:
        self._switch(options, False)

    def _switch(self, options: Any, enabled: bool) -> None:
        row = _row(options)
        held = json.loads(row.document)
        flag = held.get("flags", {}).get(options["flag"])
        if flag is None:
            raise CommandError(f"document {row.name!r} has no flag {options['flag']!r}")
        flag["enabled"] = enabled
        row.document = json.dumps(held, indent=2, ensure_ascii=False)
        row.save()
        self.stdout.write(f"{options['flag']} is {'enabled' if enabled else 'disabled'}")

    def _write(self, options: Any) -> None:
        path = options["file"]
        try:
            text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
            row = FlagDocument(name=options["document"], document=text)
            row.save()
        except (OSError, UnicodeDecodeError, DocumentError) as error:
            raise CommandError(f"{path}: {error}") from None
        except ValidationError as error:
            raise CommandError("\n".join([f"{path} is not valid:", *error.messages])) from None
        self.stdout.write(f"document {row.name!r} is written")

    def _read(self, options: Any) -> None:
        self.stdout.write(_row(options).document)


def _row(options: Any) -> Any:
    found = FlagDocument.objects.filter(pk=options["document"]).first()
    if found is None:
        raise CommandError(f"there is no document {options['document']!r}: write one first")
    return found


def _client() -> Any:
    client = find_client()
    if client is None:
        raise CommandError("there is no client: see `manage.py check`")
    client._serving.ready.wait(READY_SECONDS)  # a command has only just started
    return client


def _context(options: Any) -> dict[str, Any]:
    try:
        found = json.loads(options["context"])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CommandError(f'--context is JSON such as {{"key": "user-1"}}: {options["context"]!r}')
    return found
