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
from ..core import model as m
from ..core.ambient import Ambient
from ..core.dates import instant_us
from ..core.movement import Ask, Asked, Measure, Movement, Observed
from ..core.outcome import Outcome
from ..dialects.base import Asked as Question
from ..dialects.base import Dialect
from ..errors import ContextError
from .dialect import dialect_named
from .failures import Failure
from .output import json_text, note, safe, say, say_json, table
from .target import as_json

_SHOWN = 10


@click.command("preview", short_help="Say who would get another variant by a change.")
@click.option("--before", required=True, metavar="FILE", help="The document as it is.")
@click.option("--after", required=True, metavar="FILE", help="The document as it would be.")
@click.option(
    "--population",
    required=True,
    metavar="FILE",
    help='Contexts to ask for, one {"context": …, "weight": n} a line (`-`: standard input).',
)
@click.option("--dialect", default="yardarm", metavar="NAME", help="Language of the documents.")
@click.option("--at", metavar="TIME", help="The time that rules take for the present.")
@click.option("--moved-out", metavar="FILE", help="Write every context that moves there, as JSON.")
@as_json
def preview(
    before: str,
    after: str,
    population: str,
    dialect: str,
    at: str | None,
    moved_out: str | None,
    as_json: bool,
) -> None:
    """Say exactly who of a population would get another variant, and why.

    Both documents are asked about every context; nothing is estimated. A context that names a
    private attribute and lacks it was seen without that attribute: it counts as unknown wherever
    the attribute decides, with bounds that contain the truth.

    \\b
    yardarm preview --before now.yaml --after then.yaml --population seen.jsonl
    """
    now = time.time() if at is None else _instant(at)
    spoken = None if dialect == "yardarm" else dialect_named(dialect)
    with ExitStack() as stack:
        tell = None
        if moved_out is not None:
            out = stack.enter_context(open(moved_out, "w", encoding="utf-8", newline="\n"))
            tell = _written(out.write)
        measure = _measure(spoken, before, after, now, tell)
        lines = stack.enter_context(_opened(population))
        bad = _fill(measure, lines, spoken)
    found = measure.result()
    if bad:
        note(f"yardarm: {bad} lines of {safe(population)} are no contexts; they are left out")
    if as_json:
        say_json(found.to_json() | {"bad_lines": bad})
    else:
        _say(found)


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


def _observed(line: Any, dialect: Dialect | None) -> Observed:
    """Raises `ValueError` or `ContextError` for what is none."""
    if not isinstance(line, dict) or "context" not in line:
        raise ValueError("no context")
    weight = line.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise ValueError("no weight")
    if dialect is None:
        return Observed.of(line["context"], weight)
    return Observed(_EMPTY, weight, raw=line["context"])


_EMPTY = Observed.of(None).context


def _say(found: Movement) -> None:
    of = f"{found.moved} of {found.contexts} contexts get another variant"
    say(of if found.exact else f"{of}; {found.unknown} more may")
    flags = [flag for flag in found.flags if flag.moved or flag.unknown]
    if not flags:
        say("nobody moves")
        return
    for flag in flags:
        say()
        why = safe(", ".join(flag.causes))
        say(f"{safe(flag.key)} ({why}): {_bounds(flag.moved, flag.unknown)}")
        table(
            ("from", "to", "contexts"),
            [(a or "fallback", b or "fallback", n) for (a, b), n in sorted(
                flag.matrix.items(), key=lambda item: -item[1])],
            empty="nobody for sure",
        )  # fmt: skip
        for told in flag.attributes:
            values = ", ".join(f"{safe(v['value'])} ({v['moved']})" for v in told["values"])
            say(f"  told best by {safe(told['attribute'])}: {values}")
        for example in flag.examples[:_SHOWN]:
            moves = f"{example.before or 'fallback'} -> {example.after or 'fallback'}"
            say(f"  {safe(example.context)}: {safe(moves)}")


def _bounds(moved: int, unknown: int) -> str:
    return f"{moved} move" if not unknown else f"{moved} to {moved + unknown} move"
