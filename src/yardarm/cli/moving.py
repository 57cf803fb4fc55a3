"""Moving in from another vendor or library, and moving out again: `import --from`, `export --to`.

The report comes before anything changes; then the document goes through the same door as any
other import, as one change that `yardarm undo` takes back.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ..analysis import Finding, analyse
from ..connect import files, foreign, sources
from ..connect.verify import Verified, generated, given, in_shape, verify
from ..core import model as m
from ..core.codec import document_from_json, document_to_json, flag_to_json
from ..core.context import Context
from ..core.model import Json
from ..dialects.base import Dialect, Loss, Reading
from ..dialects.report import ImportReport, of_losses
from ..dialects.report import report as reported
from .failures import REFUSED, Failure
from .mutations import base_of, say_mutation
from .output import note, safe, say, say_json, table
from .target import Target
from .words import flag_words

OBSERVED = "observed"
"""In place of a file: the contexts that the environment was really asked about."""

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be read, and how it is to be looked at first."""

    source: str
    key: str | None
    options: dict[str, Any]
    preview: bool
    verify: int | None
    contexts: str | None
    report: str | None


@dataclass(frozen=True, slots=True)
class Applying:
    """How it is to be taken over."""

    mode: str
    force: bool
    reason: str


def import_dialect(
    dialect: Dialect, asked: Asking, applying: Applying, target: Target, as_json: bool
) -> None:
    """Read, report, verify, and take over unless only a preview was asked for."""
    source = sources.load(dialect.name, asked.source, key=asked.key, options=asked.options)
    reading = foreign.read(dialect, source, asked.options)
    found = reported(dialect.name, reading, _present(target, needed=not asked.preview))
    verified = _verified(dialect, source, reading, asked, target)
    serves = {key: flag_words(flag_to_json(f)) for key, f in reading.document.flags.items()}
    findings = [f for f in analyse(reading.document) if f.severity != "note"]
    whole = _whole(found, serves, verified, findings)
    if asked.report is not None:
        Path(asked.report).write_text(files.write_json(whole), "utf-8", newline="\n")
    if not as_json:
        _say_report(dialect, found, serves)
        _say_findings(findings)
        _say_verified(verified)
    if verified is not None and verified.differing and not (applying.force or asked.preview):
        raise Failure(
            f"{verified.differing} answers differ from {dialect.title}'s SDK; nothing was imported",
            REFUSED,
        )
    done = None if asked.preview else _apply(reading, found, applying, target)
    if as_json:
        say_json({"report": whole, "done": done})
    elif done is not None:
        say_mutation(done, target, f"nothing to import: {safe(target.environment)} has all of it")
    else:
        say("a preview: nothing was changed")


def _whole(
    found: ImportReport,
    serves: dict[str, str],
    verified: Verified | None,
    findings: list[Finding],
) -> dict[str, Any]:
    """The whole report as JSON, with what each flag will serve."""
    told = found.to_json()
    flags = [{**flag, "serves": serves.get(flag["key"])} for flag in told["flags"]]
    return {
        **told,
        "flags": flags,
        "verified": None if verified is None else verified.to_json(),
        "findings": [finding.to_json() for finding in findings],
    }


def _present(target: Target, *, needed: bool) -> m.Document:
    """What the environment has now; nothing, where a preview is asked for without a server."""
    if not needed and not (target.url and target.project and target.environment):
        return m.Document()
    body = target.server().get(target.in_environment("export")).body
    return document_from_json(body)


def _apply(
    reading: Reading, found: ImportReport, applying: Applying, target: Target
) -> dict[str, Any]:
    if not found.changes and applying.mode == "merge":
        return {"changes": []}
    server = target.server()
    body = {
        "document": document_to_json(reading.document),
        "mode": applying.mode,
        "force": applying.force,
    }
    where = target.in_environment("import")
    reason = applying.reason or f"import from {found.dialect}"
    done: dict[str, Any] = server.send(
        "POST", where, body, on=base_of(server, target), reason=reason
    ).body
    return done


# --- verifying --------------------------------------------------------------------------------


def _verified(
    dialect: Dialect, source: Json, reading: Reading, asked: Asking, target: Target
) -> Verified | None:
    if asked.verify is None and asked.contexts is None:
        return None
    count = asked.verify or 1_000
    contexts = (
        generated(dialect.name, reading.document, count)
        if asked.contexts is None
        else _observed(dialect, target, asked.verify)
        if asked.contexts == OBSERVED
        else _given(asked.contexts, asked.verify)
    )
    total = count * len(reading.document.flags)
    if not sys.stderr.isatty():
        return _compared(dialect, source, reading, asked, contexts)
    with click.progressbar(length=total, label="verifying", file=sys.stderr) as bar:
        seen = 0

        def progress(done: int) -> None:
            nonlocal seen
            bar.update(done - seen)
            seen = done

        return _compared(dialect, source, reading, asked, contexts, progress)


def _compared(
    dialect: Dialect, source: Json, reading: Reading, asked: Asking, contexts: Iterator[Json],
    progress: Any = lambda done: None,
) -> Verified:  # fmt: skip
    return verify(
        dialect, source, reading.document, contexts, time.time(), options=asked.options,
        progress=progress,
    )  # fmt: skip


def _observed(dialect: Dialect, target: Target, limit: int | None) -> Iterator[Json]:
    """The contexts of the environment's population, in the vendor's shape."""
    lines = target.server().lines(target.in_environment("population", "contexts", "export"))
    contexts = (Context.of(json.loads(line)["context"]) for line in lines if line.strip())
    shaped = (in_shape(dialect.name, context) for context in contexts)
    return islice((context for context in shaped if context is not None), limit)


def _given(name: str, most: int | None) -> Iterator[Json]:
    """Contexts from a file, one JSON object a line; `{"context": …}` is taken for what is in it."""
    with open(name, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if most is not None and number > most:
                return
            if not line.strip():
                continue
            try:
                yield given(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise Failure(f"{name}, line {number}: no JSON: {error}") from None


# --- what is said -----------------------------------------------------------------------------


def _say_report(dialect: Dialect, found: ImportReport, serves: dict[str, str]) -> None:
    counts = f"{found.count('exact')} exact, {found.count('losses')} with losses"
    say(f"{dialect.title}: {len(found.flags)} flags; {counts}, {found.count('refused')} refused")
    table(
        ("flag", "read", "becomes", "units placed by", "serves"),
        [
            (f.key, f.fate, f.step, ", ".join(f.placed_by), serves.get(f.key))
            for f in found.flags[:_SHOWN]
        ],
        empty="there are no flags in it",
    )
    if len(found.flags) > _SHOWN:
        say(f"… and {len(found.flags) - _SHOWN} more; --report FILE has them all")
    if found.segments:
        say(f"segments: {', '.join(map(safe, found.segments))}")
    _say_losses([loss for flag in found.flags for loss in flag.losses] + list(found.losses))
    if all(flag.fate == "exact" for flag in found.flags):
        say("nobody moves: every flag is served exactly as before")
    else:
        say("nobody moves but for what is listed above; all others are served exactly as before")


def _say_losses(losses: list[Loss]) -> None:
    for loss, words in list(zip(losses, of_losses(losses), strict=True))[:_SHOWN]:
        say(f"  {loss.kind}: {safe(f'{loss.flag}: ' if loss.flag else '')}{safe(words)}")
    if len(losses) > _SHOWN:
        say(f"  … and {len(losses) - _SHOWN} more; --report FILE has them all")


def _say_findings(findings: list[Finding]) -> None:
    """What was wrong with the rules already, and is taken over as it is."""
    for finding in findings[:_SHOWN]:
        say(f"  {finding.severity}: {safe(finding.pointer)}: {safe(finding.words)}")
    if len(findings) > _SHOWN:
        say(f"  … and {len(findings) - _SHOWN} more; `yardarm lint` has them all")


def _say_verified(verified: Verified | None) -> None:
    if verified is None:
        return
    say(
        f"verified with the vendor's own SDK: {verified.asked} answers for {verified.contexts} "
        f"contexts and {verified.flags} flags, {verified.differing} differ"
    )
    for one in verified.differences[:10]:
        say(f"  {safe(one.flag)} for {safe(one.context)}")
        say(f"    vendor {safe(one.vendor)}")
        say(f"    ours   {safe(one.ours)}")


def write_dialect(
    document: Json, dialect: Dialect, options: dict[str, Any], output: str | None
) -> None:
    """Write our document in the vendor's dialect; losses on stderr."""
    if dialect.write is None:
        raise Failure(f"nothing can be written for {dialect.title}; `yardarm export` keeps all")
    written = dialect.write(document_from_json(document), options)
    text = written.document
    if not isinstance(text, str):
        text = files.write_json(text)
    if output is None:
        click.echo(text, nl=False)
    else:
        Path(output).write_text(text, "utf-8", newline="\n")
    for loss, words in zip(written.losses, of_losses(written.losses), strict=True):
        note(f"{loss.kind}: {safe(f'{loss.flag}: ' if loss.flag else '')}{safe(words)}")
