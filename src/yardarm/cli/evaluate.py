"""`yardarm eval`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import click

from ..connect import files, sources
from ..core.dates import instant_us
from ..core.evaluate import evaluate as decide
from ..core.program import Program
from ..dialects.base import Dialect
from .cases import BadLine, Cases, Ready, ready_in
from .dialect import dialect_named, json_or_text
from .failures import Failure
from .grammar import Token, value_of
from .json_source import program_of
from .output import fields, note, paint, safe, say, say_json, table
from .target import Target, as_json, targeted


@click.command("eval", short_help="Say what a flag answers for a context, and why.")
@click.argument("flag", required=False)
@click.argument("attribute", nargs=-1)
@click.option(
    "--context",
    "contexts",
    multiple=True,
    metavar="JSON|NAME=VALUE",
    help='Who is asked for: {"key": "user-1"}, or country=NL. Repeatable.',
)
@click.option("--fallback", metavar="JSON", help="The caller's own value; text need not be quoted.")
@click.option("--all", "every", is_flag=True, help="Ask every flag of the environment.")
@click.option("--explain", is_flag=True, help="Say why: every rule and clause with its outcome.")
@click.option(
    "--version", type=click.IntRange(min=0), help="As the environment was at this version."
)
@click.option("--at", metavar="TIME", help="As it was, and for rules is, at this time.")
@click.option("--document", metavar="FILE", help="Ask this document instead of a server.")
@click.option(
    "--cases", metavar="FILE", help="Answer every line of this file (`-`: standard input)."
)
@click.option("--dialect", default="yardarm", metavar="NAME", help="Language of the document.")
@as_json
@targeted
def evaluate(
    flag: str | None,
    attribute: tuple[str, ...],
    contexts: tuple[str, ...],
    fallback: str | None,
    every: bool,
    explain: bool,
    version: int | None,
    at: str | None,
    document: str | None,
    cases: str | None,
    dialect: str,
    as_json: bool,
    target: Target,
) -> None:
    """Say what FLAG answers for a context.

    \b
    yardarm eval new-checkout --context '{"key": "user-1", "country": "NL"}'
    yardarm eval new-checkout key=user-1 country=NL --explain
    yardarm eval new-checkout key=user-1 --at 2026-11-24T14:03:00Z --explain
    yardarm eval --all key=user-1 country=NL
    yardarm eval --cases cases.jsonl --document flags.yaml

    Asked for a time, the server answers what was served then, and why. --all prints {flags,
    environment_version, at} with --json.

    Every line of CASES is {"flag", "context", "default", "document"}: the line's own document wins
    over --document, which wins over the environment on the server. Every line gets an answer,
    {"flag", "value", "variant", "reason", "rule", "error"}, in the same order; --explain adds
    "trace". A line that cannot be read, or has no document that can, gets its default and the error
    PARSE_ERROR; why is said on stderr, for the first ten. Any number of lines is streamed.

    With --dialect, documents and contexts have a vendor's own shapes, and every answer has besides
    ours a "vendor" object in the shape of the vendor's own result.
    """
    spoken = None if dialect == "yardarm" else dialect_named(dialect)
    if document is not None and version is not None:
        raise Failure("--version asks a server; a document in a file has one version only")
    now = _instant(at) if at is not None else time.time()
    source = _Source(target, document, version, at)
    if cases is not None:
        if flag is not None or contexts or fallback is not None or every:
            raise Failure("--cases brings flags, contexts and defaults of its own; leave them out")
        _answer_cases(cases, source, explain, now, spoken)
        return
    if spoken is not None:
        raise Failure("a vendor's dialect answers the lines of --cases; give it a file, or `-`")
    if every:
        if document is not None or fallback is not None:
            raise Failure("--all asks a server, without a value of the caller's own")
        attributes = (*contexts, *filter(None, (flag, *attribute)))
        _answer_all(target, attributes, explain, version, at, as_json)
        return
    if flag is None:
        raise Failure("name a flag, or --all, or a file of questions by --cases")
    context = read_context((*contexts, *attribute))
    value = None if fallback is None else json_or_text(fallback)
    if document is not None:
        decided = _local(source.program(), flag, context, value, now, explain)
    else:
        asked = {
            "flag": flag, "context": context, "fallback": value, "explain": explain,
            "version": version, "at": at,
        }  # fmt: skip
        where = target.in_environment("evaluate")
        decided = target.server().send("POST", where, asked).body
    if as_json:
        say_json(decided)
    else:
        _say(decided)


class _Source:
    """Where the document comes from that lines without their own are asked of."""

    def __init__(
        self, target: Target, document: str | None, version: int | None, at: str | None
    ) -> None:
        self.document = document
        self._target = target
        self._query = {"version": version, "at": at if version is None else None}

    def ready(self, dialect: Dialect) -> Ready:
        """The document of another system made ready. Raises what `program` raises."""
        if self.document is None:
            raise BadLine("no document: neither in the line nor by --document")
        return ready_in(dialect, sources.load_file(self.document), {})

    def program(self) -> Program:
        """The document's program. Raises `BadLine` when there is none to ask.

        Raises `Failure`, `DocumentError` and `OSError` when it cannot be had.
        """
        if self.document is not None:
            return program_of(files.load(self.document).value)
        if not (self._target.url and self._target.project and self._target.environment):
            raise BadLine("no document: neither in the line, nor by --document, nor a server's")
        where = self._target.in_environment("export")
        return program_of(self._target.server().get(where, self._query).body)


def _answer_cases(
    name: str, source: _Source, explain: bool, now: float, dialect: Dialect | None
) -> None:
    made: Callable[[], Ready] = source.program
    if dialect is not None:
        made = partial(source.ready, dialect)
    common = cache(made)
    if source.document is not None:
        common()  # a bad file is said before the first answer
    runner = Cases(
        common, explain=explain, now=now, complain=lambda text: note(f"yardarm: {text}"),
        dialect=dialect,
    )  # fmt: skip
    out = sys.stdout.buffer
    if name == "-":
        runner.run(sys.stdin.buffer, out, flush=True)
        return
    with open(name, "rb") as lines:
        runner.run(lines, out)


def _answer_all(
    target: Target,
    attributes: tuple[str, ...],
    explain: bool,
    version: int | None,
    at: str | None,
    as_json: bool,
) -> None:
    asked = {"context": read_context(attributes), "explain": explain, "version": version, "at": at}
    found = target.server().send("POST", target.in_environment("evaluate", "all"), asked).body
    if as_json:
        say_json(found)
    elif explain:
        for number, decided in enumerate(found["flags"]):
            if number:
                say()
            _say(decided)
    else:
        table(
            ("FLAG", "VALUE", "VARIANT", "REASON", "RULE"),
            (
                (
                    each["flag"],
                    json.dumps(each["value"], ensure_ascii=False),
                    each["variant"],
                    each["reason"],
                    each["rule"],
                )
                for each in found["flags"]
            ),
            empty="no flags",
        )


def _local(
    program: Program, flag: str, context: Any, fallback: Any, now: float, explain: bool
) -> dict[str, Any]:
    decision = decide(program, flag, context, fallback, now=now, explained=explain)
    out = {
        name: getattr(decision, name)
        for name in (
            "flag", "value", "variant", "reason", "rule", "error", "cause", "bucket", "version",
        )
    }  # fmt: skip
    return {**out, "trace": decision.trace.to_json() if decision.trace is not None else None}


def read_context(texts: tuple[str, ...]) -> dict[str, Any]:
    """A context from objects in JSON and from `name=value`. Raises `Failure`."""
    context: dict[str, Any] = {}
    for text in texts:
        if text.lstrip().startswith("{"):
            try:
                found = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise Failure(f"the context is no JSON: {error}") from None
            context |= found
            continue
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise Failure(f"{text!r} is no attribute; write country=NL, or a context as JSON")
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        context[name] = value_of(Token(value[1:-1] if quoted else value, quoted))
    return context


def _instant(at: str) -> float:
    found = instant_us(at)
    if found is None:
        raise Failure(f"{at!r} is no time with a zone; write it like 2027-03-01T09:00:00Z")
    return found / 1_000_000


def _say(decided: dict[str, Any]) -> None:
    shown = json.dumps(decided["value"], ensure_ascii=False)
    say(f"{paint(safe(decided['flag']), bold=True)} = {safe(shown)}")
    fields((
        ("variant", decided["variant"] or "none: the caller's fallback"),
        ("reason", decided["reason"]), ("rule", decided["rule"]), ("bucket", decided["bucket"]),
        ("error", decided["error"]), ("cause", decided["cause"]),
        ("version", decided.get("environment_version")),
        ("chance", "had a part: asked again, it may be another" if decided.get("chance") else ""),
    ))  # fmt: skip
    if decided.get("trace"):
        say()
        _say_trace(decided["trace"], 0)


def _say_trace(trace: dict[str, Any], depth: int) -> None:
    """A part of the trace and, indented, its parts."""
    outcome = trace["outcome"]
    sign = paint("yes", fg="green") if outcome is True else paint("no", fg="red")
    if outcome is None:
        sign = paint("not asked", dim=True)
    elif isinstance(outcome, str):
        sign = f"serves {safe(outcome)}"
    what = safe(_what(trace))
    told = "".join(f" ({safe(text)})" for text in (trace.get("note"), _bucket(trace)) if text)
    say(f"{'  ' * depth}{trace['kind']}{f' {what}' if what else ''}: {sign}{told}")
    for part in trace.get("parts", ()):
        _say_trace(part, depth + 1)


def _what(trace: dict[str, Any]) -> str:
    from .words import condition_words

    what = trace.get("what")
    if not isinstance(what, dict):
        return ""
    if trace["kind"] in ("clause", "segment", "flag condition"):
        return condition_words(what)
    if trace["kind"] == "prerequisite":
        return f"{what['flag']} is {','.join(what['variants'])}"
    return str(what.get("name") or what.get("id") or what.get("key") or what.get("variant") or "")


def _bucket(trace: dict[str, Any]) -> str:
    return f"bucket {trace['bucket']}" if trace.get("bucket") is not None else ""
