"""`yardarm validate|diff|schema`: documents in files, without a server."""

from __future__ import annotations

from typing import Any

import click

from ..connect import files
from ..connect.jsonschema import check_schema
from ..core.codec import read_document
from ..core.edits import edits
from ..core.validate import errors, validate
from ..errors import DocumentError, Problem
from .edit_words import say_edits
from .failures import BAD_INPUT, Failure
from .output import paint, safe, say, say_json
from .target import as_json


@click.command("validate", short_help="Check documents in files.")
@click.argument("file", nargs=-1, required=True)
@as_json
def validate_files(file: tuple[str, ...], as_json: bool) -> None:
    """Check the documents in FILE… (JSON, YAML, TOML, snapshot; `-`: standard input).

    Prints every problem with its place and how to mend it. Exit code 2 when there is an error;
    warnings alone do not count.
    """
    found = [(name, *_problems(name)) for name in file]
    bad = [name for name, problems, _ in found if errors(problems)]
    if as_json:
        say_json([_report(*each) for each in found])
    else:
        for name, problems, loaded in found:
            _say_problems(name, problems, loaded)
    if bad:
        raise click.exceptions.Exit(BAD_INPUT)


def _problems(name: str) -> tuple[list[Problem], files.Loaded | None]:
    """Everything there is to say about a file. Raises `OSError`."""
    loaded = None
    try:
        loaded = files.load(name)
        document, problems = read_document(loaded.value)
    except DocumentError as error:
        return list(error.problems), loaded
    return problems or validate(document, check_schema), loaded


def _report(name: str, problems: list[Problem], loaded: files.Loaded | None) -> dict[str, Any]:
    return {
        "file": name,
        "valid": not errors(problems),
        "problems": [
            {
                "pointer": problem.pointer,
                "message": problem.message,
                "hint": problem.hint,
                "severity": problem.severity,
                "line": loaded.line(problem.pointer) if loaded is not None else None,
            }
            for problem in problems
        ],
    }


def _say_problems(name: str, problems: list[Problem], loaded: files.Loaded | None) -> None:
    for problem in problems:
        line = loaded.line(problem.pointer) if loaded is not None else None
        where = safe(name) + (f":{line}" if line else "")
        colour = "yellow" if problem.severity == "warning" else "red"
        say(f"{where}: {paint(problem.severity, fg=colour)}: {safe(str(problem))}")
    if not errors(problems):
        say(f"{safe(name)}: {paint('valid', fg='green')}")


@click.command("diff", short_help="Say what differs between two documents.")
@click.argument("before")
@click.argument("after")
@as_json
def diff_files(before: str, after: str, as_json: bool) -> None:
    """Say what differs between the documents in two files, in words."""
    if before == after == "-":
        raise Failure("only one of the two can be standard input")
    old, new = files.load_document(before), files.load_document(after)
    say_edits([edit.to_json() for edit in edits(old, new)], as_json)


@click.command("schema", short_help="Print the JSON Schema of documents.")
@as_json
def print_schema(as_json: bool) -> None:
    """Print the JSON Schema of documents, for editors.

    \b
    yardarm schema > document.schema.json
    # yaml-language-server: $schema=document.schema.json
    """
    from ..connect.document_schema import FILE, document_schema

    if as_json:
        say_json(document_schema())
    else:
        click.echo(FILE.read_text("utf-8"), nl=False)
