"""`yardarm population import|synthesize`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import click

from ..connect import sources
from ..connect.populations import Bad, Entry, Reading, open_population, query_population
from ..core.keeping import kept_form
from .failures import Failure
from .http import Server
from .output import note, safe, say, say_json
from .target import Target, as_json, targeted

_AT_ONCE = 2_000
_MOST_MADE_UP = 50_000
_SHOWN_BAD = 5
_KEPT_BAD = 100


@dataclass
class _Done:
    """What became of all contexts so far."""

    taken: int = 0
    left_out: int = 0
    bad: int = 0
    first_bad: list[dict[str, Any]] = field(default_factory=list)
    contexts: int = 0
    rate: float = 1.0

    def add(self, answer: dict[str, Any], entries: list[Entry]) -> None:
        """What the server did with some entries."""
        self.taken += answer["taken"]
        self.left_out += answer["left_out"]
        self.contexts, self.rate = answer["contexts"], answer["rate"]
        for refused in answer["rejected"]:
            context = entries[int(refused["pointer"][1:])][0]
            self.leave_out({"context": context, "message": refused["detail"]})

    def leave_out(self, bad: dict[str, Any]) -> None:
        """Something was no context, or none that can be kept."""
        self.bad += 1
        if len(self.first_bad) < _KEPT_BAD:
            self.first_bad.append(bad)

    def say(self, as_json: bool, did: str, target: Target) -> None:
        """Print it."""
        if as_json:
            say_json(
                {
                    "taken": self.taken,
                    "left_out": self.left_out,
                    "bad": self.bad,
                    "first_bad": self.first_bad,
                    "contexts": self.contexts,
                    "rate": self.rate,
                }
            )
            return
        where = safe(target.environment)
        say(f"{did} {self.taken} contexts; {where} now has {self.contexts}")
        if self.left_out:
            note(f"{self.left_out} stand outside of the sample of 1 in {1 / self.rate:.3g}")
        if self.bad:
            note(f"{self.bad} were left out:")
        for bad in self.first_bad[:_SHOWN_BAD]:
            where = f"line {bad['line']}" if "line" in bad else safe(bad["context"])
            note(f"  {where}: {safe(bad['message'])}")
        if self.bad > _SHOWN_BAD:
            note(f"  and {self.bad - _SHOWN_BAD} more")


class _Progress:
    """A count on a person's terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shows = sys.stderr.isatty()
        self._shown = False

    def at(self, count: int) -> None:
        """So many are done."""
        if self._shows:
            self._shown = True
            click.echo(f"\r{self._what} {count}", nl=False, err=True)

    def end(self) -> None:
        """All are done."""
        if self._shown:
            click.echo(err=True)


@click.command("import", short_help="Take contexts over from a file.")
@click.argument("file", required=False)
@click.option("--key", default="key", show_default=True, metavar="COLUMN", help="Holds the key.")
@click.option("--kind", default="user", show_default=True, help="What sort of thing keys name.")
@click.option("--weight", metavar="COLUMN", help="Holds how often a context was seen.")
@click.option("--text", multiple=True, metavar="COLUMN", help="Holds text, also if it is digits.")
@click.option("--query", metavar="SQL", help="Take the rows of this query, instead of a file.")
@click.option("--from", "source", metavar="URL", help="The database that --query asks.")
@as_json
@targeted
def import_population(
    file: str | None,
    key: str,
    kind: str,
    weight: str | None,
    text: tuple[str, ...],
    query: str | None,
    source: str | None,
    as_json: bool,
    target: Target,
) -> None:
    """Take over the contexts in FILE: CSV, Parquet, or JSON lines (`-`: standard input).

    A JSON line is a context, or {"context": …, "weight": n}. Of a table every column is an
    attribute. Contexts replace those known with the same key. What is no context is left out and
    told.

    \\b
    yardarm population import people.csv --key email --text postcode
    yardarm population import --query "select id as key, plan from users" --from sqlite:///app.db
    """
    server, where = target.server(), target.in_environment("population", "contexts")
    reading = Reading(key, kind, weight, frozenset(text), kept_form)
    if (query is None) is not (source is None):
        raise Failure("--query and --from go together")
    if (file is None) is (query is None):
        raise Failure("name a file, or a --query and the database it is --from")
    found = (
        open_population(file, reading)
        if file is not None
        else query_population(str(source), str(query), reading)
    )
    done, progress = _Done(), _Progress("contexts read:")
    _import(server, where, found, done, progress)
    progress.end()
    done.say(as_json, "imported", target)


def _import(
    server: Server, where: str, found: Iterator[Entry | Bad], done: _Done, progress: _Progress
) -> None:
    count = 0
    while some := list(islice(found, _AT_ONCE)):
        entries = [each for each in some if not isinstance(each, Bad)]
        for each in some:
            if isinstance(each, Bad):
                done.leave_out({"line": each.line, "message": each.message})
        if entries:
            body = [{"context": context, "weight": weight} for context, weight in entries]
            done.add(server.send("POST", where, body).body, entries)
        count += len(some)
        progress.at(count)


@click.command("synthesize", short_help="Make contexts up.")
@click.argument("schema")
@click.option("--count", type=click.IntRange(1), default=1_000, show_default=True, help="How many.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed, other contexts.")
@as_json
@targeted
def synthesize_population(
    schema: str, count: int, seed: int, as_json: bool, target: Target
) -> None:
    """Make up contexts by the schema in the file SCHEMA (JSON, YAML or TOML).

    It gives each attribute its values with their weights, or a range:

    \\b
    {"attributes": {"country": {"values": {"NL": 3, "DE": 1}},
                    "age": {"min": 18, "max": 99, "integer": true}}}
    """
    server, where = target.server(), target.in_environment("population", "synthetic")
    given = sources.load_file(schema)
    done, progress = _Done(), _Progress("contexts made up:")
    for first in range(0, count, _MOST_MADE_UP):
        some = min(_MOST_MADE_UP, count - first)
        body = {"contexts": given, "first": first, "count": some, "seed": seed}
        done.add(server.send("POST", where, body).body, [])
        progress.at(first + some)
    progress.end()
    done.say(as_json, "made up", target)
