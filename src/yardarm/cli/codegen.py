"""`yardarm codegen`: source code written from a document."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from ..connect import files
from ..connect.jsonschema import check_schema
from ..connect.python.module import python_module
from ..core.codec import document_from_json
from ..core.model import Document
from ..core.validate import errors, validate
from ..errors import DocumentError
from .failures import Failure
from .instants import instant_named
from .output import note, safe, say, say_json
from .target import Target, as_json, targeted

DIFFERS = 1
"""The exit code of `--check` when the file is not what would be written."""


@click.command("python", short_help="Write a typed Python module for the flags.")
@click.argument("file", required=False)
@click.option("--output", metavar="MODULE", help="Write it into this file.")
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is out of date.")
@click.option(
    "--as-of", metavar="DATE", help="Flags that have expired by then are deprecated; else by now."
)
@as_json
@targeted
def codegen_python(
    file: str | None, output: str | None, check: bool, as_of: str | None, as_json: bool,
    target: Target,
) -> None:  # fmt: skip
    """Write a typed Python module for the flags of FILE or of the environment.

    \b
    yardarm codegen python --output flags.py
    yardarm codegen python flags.yaml --output flags.py --check

    Each flag becomes an attribute: `from flags import flags`, then `flags.new_search(context)`, and
    `flags.new_search.variant(context)` for `match`. Variants are literals, values of json flags
    typed by their schema, expired flags deprecated; archived ones are left out. The same flags give
    the same text. With --check the exit code is 1 when the file is out of date.
    """
    if check and output is None:
        raise Failure("--check needs --output: the file that is to be compared")
    text = python_module(_document(file, target), instant_named(as_of))
    if output is None:
        if as_json:
            say_json({"module": text})
        else:
            click.echo(text, nl=False)
        return
    path = Path(output)
    before = path.read_text("utf-8") if path.exists() else None
    if check and before != text:
        lines = (before or "").splitlines(), text.splitlines()
        for line in list(unified_diff(*lines, output, "written now", lineterm="", n=1))[:40]:
            note(safe(line))
        raise Failure(
            f"{output} is out of date: run `yardarm codegen python --output {output}`", DIFFERS
        )
    if before != text and not check:
        path.write_text(text, "utf-8", newline="\n")
    changed = before != text
    if as_json:
        say_json({"file": output, "changed": changed})
    else:
        say(f"{safe(output)} {'written' if changed else 'is up to date'}")


def _document(file: str | None, target: Target) -> Document:
    """Raises `OSError`, `DocumentError`, `Failure`."""
    if file is not None:
        document = files.load_document(file)
    else:
        where = target.in_environment("export")
        document = document_from_json(target.server().get(where).body)
    if problems := errors(validate(document, check_schema)):
        raise DocumentError(problems)
    return document
