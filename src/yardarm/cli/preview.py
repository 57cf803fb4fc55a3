"""`yardarm preview`: who would get another variant, before anything is changed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, BinaryIO

import click

from ..connect import files, sources
from ..connect.decryption import with_decrypter
from ..connect.populations import Bad, open_population
from ..core import model as m
from ..core.ambient import Ambient
from ..core.dates import instant_us
from ..core.movement import Ask, Asked, Measure, Observed
from ..core.outcome import Outcome
from ..dialects.base import Asked as Question
from ..dialects.base import Dialect
from ..errors import ContextError
from .dialect import dialect_named
from .failures import Failure
from .movement_words import say_movement
from .output import json_text, note, safe, say_json
from .previewing import finished, say_preview
from .target import Target, as_json, targeted


@click.command("preview", short_help="Say who would get another variant by a change.")
@click.option(
    "--command", "commands", metavar="FILE", help="Commands (JSON) that a server is to preview."
)
@click.option("--base", type=click.IntRange(min=0), help="With --command: the version to build on.")
@click.option("--before", metavar="FILE", help="Without a server: the document as it is.")
@click.option("--after", metavar="FILE", help="The document as it would be.")
@click.option(
    "--population",
    metavar="FILE",
    help=(
        'Contexts to ask for, one {"context": …, "weight": n} a line (`-`: standard input), or '
        "CSV or Parquet by the file's name."
    ),
)
@click.option("--dialect", default="yardarm", metavar="NAME", help="Language of the documents.")
@click.option("--at", metavar="TIME", help="The time that rules take for the present.")
@click.option("--moved-out", metavar="FILE", help="Write every context that moves there, as JSON.")
@as_json
@targeted
def preview(
    commands: str | None,
    base: int | None,
    before: str | None,
    after: str | None,
    population: str | None,
    dialect: str,
    at: str | None,
    moved_out: str | None,
    as_json: bool,
    target: Target,
) -> None:
    """Say exactly who would get another variant, and why. Nothing is changed.

    With --command, a server counts over the contexts that its environment was really asked
    about. Without one, two documents are asked about every context of a file. A context that
    names a private attribute and lacks it was seen without that attribute: it counts as unknown
    wherever the attribute decides, with bounds that contain the truth.

    \b
    yardarm preview --command change.json
    yardarm preview --before now.yaml --after then.yaml --population seen.jsonl
    """
    if commands is not None:
        if before or after or population or moved_out:
            raise Failure("--command asks a server; it goes with none of the options for files")
        _online(commands, base, at, as_json, target)
        return
    if not (before and after and population):
        raise Failure("give --command FILE, or --before, --after and --population")
    _offline(before, after, population, dialect, at, moved_out, as_json)


def _online(commands: str, base: int | None, at: str | None, as_json: bool, target: Target) -> None:
    asked = _asked_for(commands)
    if at is not None:
        asked["at"] = at
    if "environments" not in asked and target.environment:
        asked["environments"] = {target.environment: base}
    server = target.server()
    found = finished(server, server.send("POST", target.in_project("previews"), asked))
    if as_json:
        say_json(found)
    else:
        say_preview(found)


def _asked_for(name: str) -> dict[str, Any]:
    """What a file asks for: a command, several, or commands with their environments."""
    try:
        with _opened(name) as file:
            value = json.load(file)
    except ValueError as error:
        raise Failure(f"{name} holds no JSON: {error}") from None
    if isinstance(value, dict) and "commands" in value:
        return value
    return {"commands": value if isinstance(value, list) else [value]}


def _offline(
    before: str,
    after: str,
    population: str,
    dialect: str,
    at: str | None,
    moved_out: str | None,
    as_json: bool,
) -> None:
    now = time.time() if at is None else _instant(at)
    spoken = None if dialect == "yardarm" else dialect_named(dialect)
    with ExitStack() as stack:
        tell = None
        if moved_out is not None:
            out = stack.enter_context(open(moved_out, "w", encoding="utf-8", newline="\n"))
            tell = _written(out.write)
        measure = _measure(spoken, before, after, now, tell)
        if population.removesuffix(".gz").endswith((".csv", ".parquet")):
            bad = _fill_from_table(measure, population, spoken)
        else:
            bad = _fill(measure, stack.enter_context(_opened(population)), spoken)
    found = measure.result()
    if bad:
        note(f"yardarm: {bad} lines of {safe(population)} are no contexts; they are left out")
    if as_json:
        say_json(found.to_json() | {"bad_lines": bad})
    else:
        say_movement(found.to_json())


def _instant(at: str) -> float:
    found = instant_us(at)
    if found is None:
        raise Failure(f"{at!r} is no time with a zone; write it like 2027-03-01T09:00:00Z")
    return found / 1_000_000


def _written(write: Callable[[str], Any]) -> Callable[..., None]:
    def tell(context: Any, flag: str, one: str | None, other: str | None) -> None:
        write(json_text({"context": context, "flag": flag, "from": one, "to": other}) + "\n")

    return tell


def _measure(dialect: Dialect | None, before: str, after: str, now: float, tell: Any) -> Measure:
    if dialect is None:
        documents = [files.load_document(name) for name in (before, after)]
        return Measure(documents[0], documents[1], now=now, tell=tell)
    found = [sources.load_file(name) for name in (before, after)]
    options = with_decrypter(dialect.name, {})
    read = [dialect.read(source, options).document for source in found]
    ask = None
    if dialect.evaluation is not None:
        ask = (_asking(dialect, found[0], now), _asking(dialect, found[1], now))
    return Measure(read[0], read[1], now=now, tell=tell, ask=ask)


def _asking(dialect: Dialect, source: m.Json, now: float) -> Ask:
    """Asks the vendor's document as `yardarm eval --dialect` does."""
    assert dialect.evaluation is not None
    evaluation, ambient = (
        dialect.evaluation(source, with_decrypter(dialect.name, {})),
        Ambient.at(now),
    )

    def ask(key: str) -> Asked:
        def asked(observed: Observed) -> Outcome:
            decision = evaluation.answer(Question(key, observed.raw), ambient).decision
            assert decision is not None
            return Outcome(decision.value, decision.variant, decision.reason, error=decision.error)

        return asked

    return ask


def _opened(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else open(name, "rb")


def _fill(measure: Measure, lines: BinaryIO, dialect: Dialect | None) -> int:
    """Measure every line; how many were no contexts."""
    bad = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            measure.add(_observed(json.loads(line), dialect))
        except (ValueError, RecursionError, ContextError):
            bad += 1
    return bad


def _fill_from_table(measure: Measure, name: str, dialect: Dialect | None) -> int:
    """Measure every row of a table; how many were no contexts."""
    bad = 0
    for entry in open_population(name):
        if isinstance(entry, Bad):
            bad += 1
        else:
            measure.add(_read(*entry, dialect))
    return bad


def _observed(line: Any, dialect: Dialect | None) -> Observed:
    """Raises `ValueError` or `ContextError` for what is none."""
    if not isinstance(line, dict) or "context" not in line:
        raise ValueError("no context")
    weight = line.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise ValueError("no weight")
    return _read(line["context"], weight, dialect)


def _read(context: Any, weight: float, dialect: Dialect | None) -> Observed:
    """Raises `ContextError` for what is none."""
    if dialect is None:
        return Observed.of(context, weight)
    return Observed(_EMPTY, weight, raw=context)


_EMPTY = Observed.of(None).context
