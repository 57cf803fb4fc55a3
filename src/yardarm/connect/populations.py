"""Populations in files and databases: contexts with weights, read a few at a time.

What is no context is told and left out, never the end of it: a large file always holds some.
Memory is bounded by the longest line, whatever the file's size.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NoReturn, TypeAlias, cast

from ..core.context import Context
from ..core.jsontext import SAFE_INTEGER
from ..core.model import DEFAULT_KIND, Json
from ..errors import ContextError, OptionError
from .sql_tables import stream_query

MAX_LINE = 4 * 1024 * 1024
"""Longest line of a file, in bytes."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A line (or row, counted from 1) that is no context, and why."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows of a table become contexts: which column is the key, and the weight if any.

    Reading named in `text` hold text, also where it looks like a number or like true or false.
    Every other column is an attribute, which a context lacks where the cell is empty. `check` is
    asked about every context and raises `ValueError` for what the reader has no use for.
    """

    key: str = "key"
    kind: str = DEFAULT_KIND
    weight: str | None = None
    text: frozenset[str] = frozenset()
    check: Callable[[Json], object] | None = None

    def entry(self, context: Json, weight: float) -> Entry:
        """The entry, checked. Raises `ValueError`."""
        if self.check is not None:
            self.check(context)
        return context, weight


Entry: TypeAlias = tuple[Json, float]
"""A context as JSON, and its weight."""


def open_population(path: str, reading: Reading | None = None) -> Iterator[Entry | Bad]:
    """The contexts of a file: CSV or Parquet by the ending of its name, else JSON lines.

    A JSON line is `{"context": …, "weight": n}` or a bare context. `-` is standard input; what
    ends with `.gz` is unpacked. Raises `OSError` for the file, and `OptionError` for a table
    without the key's column, damaged Parquet, or a library that is not installed.
    """
    reading = reading or Reading()
    match Path(path.removesuffix(".gz")).suffix.lower():
        case ".csv":
            return _whole(_csv(path, reading), path)
        case ".parquet":
            return _parquet(path, reading)
        case _:
            return _whole(_json_lines(path, reading), path)


def query_population(url: str, query: str, reading: Reading | None = None) -> Iterator[Entry | Bad]:
    """The contexts that a query gives, one a row. Raises `OptionError`."""
    return _rows(stream_query(url, query), reading or Reading(), "the query")


def _whole(found: Iterator[Entry | Bad], path: str) -> Iterator[Entry | Bad]:
    try:
        yield from found
    except (EOFError, zlib.error) as error:
        raise OptionError(f"{path}: damaged gzip: {error}") from None


# --- JSON lines -------------------------------------------------------------------------------


def _not_json(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_decode = json.JSONDecoder(parse_constant=_not_json).decode


def _json_lines(path: str, reading: Reading) -> Iterator[Entry | Bad]:
    with ExitStack() as stack:
        file = _opened(path, stack)
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield Bad(number, f"longer than {MAX_LINE} bytes")
            elif line.strip():
                yield _json_line(line, number, reading)


def _json_line(line: bytes, number: int, reading: Reading) -> Entry | Bad:
    try:
        found = _entry(_decode(line.decode("utf-8-sig" if number == 1 else "utf-8").strip()))
        return reading.entry(*found)
    except UnicodeDecodeError as error:
        return Bad(number, f"not valid UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return Bad(number, f"not JSON at column {error.colno}: {error.msg}")
    except RecursionError:
        return Bad(number, "nested too deeply")
    except ValueError as error:
        return Bad(number, str(error))


def _entry(value: Any) -> Entry:
    if not isinstance(value, dict):
        raise ValueError("a line is an object, a context or one with its weight")
    # A context may have an attribute that is called "context"; a line has nothing beside these.
    if "context" not in value or value.keys() - {"context", "weight"}:
        return value, 1
    context = value["context"]
    if context is not None and not isinstance(context, dict):
        raise ValueError('"context" is an object')
    return context, _weight(value.get("weight", 1))


def _weight(value: Any) -> float:
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError("the weight is a number, 0 or more")
    return value


def _opened(path: str, stack: ExitStack) -> IO[bytes]:
    if path == "-":
        return sys.stdin.buffer
    if path.endswith(".gz"):
        return cast("IO[bytes]", stack.enter_context(gzip.open(path, "rb")))
    return stack.enter_context(open(path, "rb"))


# --- CSV --------------------------------------------------------------------------------------


def _csv(path: str, reading: Reading) -> Iterator[Entry | Bad]:
    with ExitStack() as stack:
        # What is not UTF-8 becomes surrogates, so that it spoils its own row only.
        text = io.TextIOWrapper(_opened(path, stack), "utf-8-sig", "surrogateescape", newline="")
        stack.callback(text.detach)
        # A line that never ends comes in pieces, of which csv refuses the long fields.
        reader = csv.reader(iter(lambda: text.readline(MAX_LINE), ""))
        names = next(reader, [])
        _check_columns(names, reading, path)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield Bad(reader.line_num, str(error))
                continue
            if row is None:
                return
            if row:
                yield _csv_row(names, row, reading, reader.line_num)


def _csv_row(names: list[str], row: list[str], reading: Reading, number: int) -> Entry | Bad:
    if len(row) > len(names):
        return Bad(number, f"{len(row)} cells for {len(names)} columns")
    values: dict[str, Json] = {}
    for name, cell in zip(names, row, strict=False):
        if cell == "" or name == "":  # an empty cell, or a column of row numbers
            continue
        if not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell):
            return Bad(number, f"{name}: not valid UTF-8")
        values[name] = cell if name in reading.text or name == reading.key else _value(cell)
    return _row(values, reading, number)


_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}


@lru_cache(maxsize=65_536)
def _value(cell: str) -> Json:
    """A number or a boolean where the cell is exactly that; 007 is text, as postal codes are."""
    if cell in _BOOLEANS:
        return _BOOLEANS[cell]
    found = _NUMBER.fullmatch(cell) if len(cell) <= 40 else None
    if found is None:
        return cell
    if found[1] or found[2]:
        number = float(cell)
        return number if math.isfinite(number) else cell
    whole = int(cell)
    return whole if abs(whole) <= SAFE_INTEGER else cell


# --- rows of any table ------------------------------------------------------------------------


def _rows(rows: Iterable[dict[str, Any]], reading: Reading, name: str) -> Iterator[Entry | Bad]:
    for number, row in enumerate(rows, 1):
        if number == 1:
            _check_columns(row, reading, name)
        values = {key: plain for key, value in row.items() if (plain := _plain(value)) is not None}
        for text in reading.text & values.keys():
            values[text] = _as_text(values[text])
        yield _row(values, reading, number)


def _check_columns(names: Iterable[str], reading: Reading, where: str) -> None:
    known = list(names)
    for name in (reading.key, reading.weight, *sorted(reading.text)):
        if name is not None and name not in known:
            shown = ", ".join(known[:20]) or "none"
            raise OptionError(f"{where} has no column {name!r}; its columns: {shown}")


def _row(values: dict[str, Json], reading: Reading, number: int) -> Entry | Bad:
    key = values.pop(reading.key, None)
    try:
        weight = 1.0 if reading.weight is None else _weight(values.pop(reading.weight, None))
        if key is None or isinstance(key, dict | list):
            raise ValueError(f"no key in the column {reading.key!r}")
        return reading.entry(Context(_as_text(key), values, kind=reading.kind).to_json(), weight)
    except (ValueError, ContextError) as error:
        return Bad(number, str(error))


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) <= SAFE_INTEGER:
        return str(int(value))  # a column of integers with gaps is one of floats in many files
    return value if isinstance(value, str) else json.dumps(value)


def _plain(value: Any) -> Json:
    """A cell as JSON; None for one that is empty."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    return str(value)


# --- Parquet ----------------------------------------------------------------------------------


def _parquet(path: str, reading: Reading) -> Iterator[Entry | Bad]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise OptionError("reading Parquet needs a library; install yardarm[parquet]") from None
    with ExitStack() as stack:
        file = stack.enter_context(open(path, "rb"))
        try:
            found = parquet.ParquetFile(file)
            _check_columns(found.schema_arrow.names, reading, path)
            rows = (row for batch in found.iter_batches(1_000) for row in batch.to_pylist())
            yield from _rows(rows, reading, path)
        except pyarrow.ArrowException as error:
            raise OptionError(f"{path}: not Parquet: {str(error).splitlines()[0]}") from None
