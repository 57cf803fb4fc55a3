"""`yardarm lint`: what the rule analysis says of documents in files, or of an environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from ..analysis import Finding, analyse
from ..connect import files
from ..connect.jsonschema import check_schema
from ..core import model as m
from ..core.codec import read_document
from ..core.validate import errors, validate
from ..errors import DocumentError, Problem
from .failures import BAD_INPUT, Failure
from .instants import instant_named
from .output import note, paint, safe, say, say_json
from .target import Target, as_json, targeted

FOUND = 1
"""The exit code when there is an error or a warning. Notes do not count."""

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command("lint", short_help="Find dead rules, or what is wrong in code.")
@click.argument("file", nargs=-1)
@click.option(
    "--code", multiple=True, metavar="PATH", help="Look at the Python of this file or folder."
)
@click.option(
    "--max-release",
    type=click.IntRange(min=0),
    metavar="N",
    help="With --code: fail when there are more live release flags.",
)
@click.option("--as-of", metavar="DATE", help="With --code: what has expired by then; else by now.")
@as_json
@targeted
def lint_documents(
    file: tuple[str, ...], code: tuple[str, ...], max_release: int | None, as_of: str | None,
    as_json: bool, target: Target,
) -> None:  # fmt: skip
    """Find rules that can never match or are never reached, in FILE… or in the environment.

    With --code it looks at Python source instead: flags that are used and declared nowhere, expired
    or retired, too many release flags. FILE… then says which flags there are beside those that the
    code declares.

    Also conditions that always or never hold, variants that nobody is served, empty and duplicate
    segments, prerequisites that never hold, and splits that give other shares than written. All of
    it is proven, for every context there can be.

    \b
    yardarm lint flags.yaml
    yardarm lint                 # the server's environment
    yardarm lint --code src --max-release 20

    Prints a line for each finding. Exit code 1 when there is an error or a warning, 2 when a
    document is not valid, 0 otherwise: notes do not count. With --json prints a list of findings,
    each {file, line, kind, severity, pointer, flag, segment, words, culprits, proof, witness}.
    """
    if code:
        from .lint_code import lint_code

        lint_code(code, file, max_release, instant_named(as_of), as_json)
        return
    if max_release is not None or as_of is not None:
        raise Failure("--max-release and --as-of need --code")
    linted = list(_in_files(file) if file else _in_environment(target))
    if as_json:
        say_json([_json(document, finding) for document in linted for finding in document.findings])
    else:
        for document in linted:
            _say(document)
    if any(document.problems for document in linted):
        raise click.exceptions.Exit(BAD_INPUT)
    found = [finding for document in linted for finding in document.findings]
    if any(finding.severity != "note" for finding in found):
        raise click.exceptions.Exit(FOUND)


@dataclass(frozen=True, slots=True)
class _Linted:
    """A document, its findings, or why it is not valid."""

    name: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    loaded: files.Loaded | None = None

    def where(self, pointer: str) -> str:
        line = self.line(pointer)
        return safe(self.name) + (f":{line}" if line else "")

    def line(self, pointer: str) -> int | None:
        return None if self.loaded is None else self.loaded.line(pointer)


def _in_files(names: tuple[str, ...]) -> Iterator[_Linted]:
    """Raises `OSError`."""
    for name in names:
        loaded = None
        try:
            loaded = files.load(name)
            yield _linted(name, loaded.value, loaded)
        except DocumentError as error:
            yield _Linted(name, problems=error.problems, loaded=loaded)


def _in_environment(target: Target) -> Iterator[_Linted]:
    where = target.in_environment("export")
    body = target.server().get(where).body
    yield _linted(f"{target.project}/{target.environment}", body, None)


def _linted(name: str, value: m.Json, loaded: files.Loaded | None) -> _Linted:
    document, problems = read_document(value)
    problems = problems or errors(validate(document, check_schema))
    if problems:
        return _Linted(name, problems=tuple(problems), loaded=loaded)
    return _Linted(name, analyse(document), loaded=loaded)


def _json(document: _Linted, finding: Finding) -> dict[str, Any]:
    line = document.line(finding.pointer)
    return {"file": document.name, "line": line, **finding.to_json()}


def _say(document: _Linted) -> None:
    for problem in document.problems:
        note(f"{document.where(problem.pointer)}: error: {safe(str(problem))}")
    for finding in document.findings:
        severity = paint(finding.severity, fg=_COLOURS.get(finding.severity))
        text = f"{finding.pointer}: {finding.words}"
        if finding.witness is not None:
            text += f"; for example {safe(finding.witness)}"
        say(f"{document.where(finding.pointer)}: {severity}: {safe(text)}")
    if not document.findings and not document.problems:
        say(f"{safe(document.name)}: {paint('nothing found', fg='green')}")
