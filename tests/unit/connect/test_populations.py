"""Populations in files and databases: what is read, what is left out, and never more at once."""

from __future__ import annotations

import gzip
import itertools
import json
import sqlite3
import sys
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.server_world import POSTGRES, postgres_reachable

from yardarm.connect import populations
from yardarm.connect.populations import Bad, Reading, open_population, query_population
from yardarm.core.keeping import kept_form
from yardarm.errors import OptionError


def read(path: Path, content: str | bytes, **reading: Any) -> list[Any]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_population(str(path), Reading(**reading)))


# --- JSON lines -------------------------------------------------------------------------------


def test_lines_are_contexts_or_hold_one(tmp_path: Path) -> None:
    found = read(
        tmp_path / "seen.jsonl",
        '\ufeff{"key": "ann"}\n\n'
        '{"context": {"key": "bea"}, "weight": 2.5}\r\n'
        '{"context": null}\n'
        '{"key": "cyd", "context": {"of": 1}}\n'
        '{"context": {"key": "dan"}}',
    )
    assert found == [
        ({"key": "ann"}, 1), ({"key": "bea"}, 2.5), (None, 1),
        ({"key": "cyd", "context": {"of": 1}}, 1), ({"key": "dan"}, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"nope", "not JSON at column 1"),
        (b"[]", "a line is an object"),
        (b'{"context": 3}', '"context" is an object'),
        (b'{"context": {}, "weight": -1}', "the weight"),
        (b'{"context": {}, "weight": "1"}', "the weight"),
        (b'{"context": {}, "weight": true}', "the weight"),
        (b'{"context": {}, "weight": 1e999}', "the weight"),
        (b'{"key": NaN}', "NaN is not JSON"),
        (b'{"key": "\xff"}', "not valid UTF-8 at byte 9"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "4300"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(tmp_path: Path, line: bytes, words: str) -> None:
    bad, good = read(tmp_path / "seen.jsonl", line + b'\n{"key": "ann"}\n')
    assert bad.line == 1
    assert words in bad.message
    assert good == ({"key": "ann"}, 1)


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(populations, "MAX_LINE", 50)
    text = '{"key": "' + "x" * 500 + '"}\n{"key": "ann"}\n' + "y" * 51
    assert read(tmp_path / "seen.jsonl", text) == [
        Bad(1, "longer than 50 bytes"), ({"key": "ann"}, 1), Bad(3, "longer than 50 bytes"),
    ]  # fmt: skip


def test_what_the_reader_has_no_use_for(tmp_path: Path) -> None:
    lines = '{"key": "ann"}\n{"plan": "pro"}\n'
    good, bad = read(tmp_path / "seen.jsonl", lines, check=kept_form)
    assert good == ({"key": "ann"}, 1)
    assert bad.line == 2
    assert "key" in bad.message
    many = {"key": "a"} | {f"name{n}": n for n in range(10_000)}
    assert read(tmp_path / "many.jsonl", json.dumps(many)) == [(many, 1)]
    (bad,) = read(tmp_path / "many.jsonl", json.dumps(many), check=kept_form)
    assert "leave attributes out" in bad.message


def test_files_are_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"key": "ann"}\n' * 3)
    assert read(tmp_path / "seen.jsonl.gz", packed) == [({"key": "ann"}, 1)] * 3
    assert read(tmp_path / "seen.csv.gz", gzip.compress(b"key\nann\n")) == [({"key": "ann"}, 1)]
    for damaged in (packed[:-5], packed[:10] + b"\xff" * 30):
        with pytest.raises((OptionError, OSError)):
            read(tmp_path / "seen.jsonl.gz", damaged)


# --- CSV --------------------------------------------------------------------------------------


def test_cells_that_are_numbers_or_booleans_are_that(tmp_path: Path) -> None:
    text = (
        ",key,n,zip,flag,text\n"
        "0,1,12,007,true,12\n"
        '1,2,-1.5e3,1234 AB,false,"a,\n""b"""\n'
        "2,3,,12345678901234567890,True,\n"
    )
    assert read(tmp_path / "p.csv", text, text=frozenset({"text"})) == [
        ({"key": "1", "n": 12, "zip": "007", "flag": True, "text": "12"}, 1),
        ({"key": "2", "n": -1500.0, "zip": "1234 AB", "flag": False, "text": 'a,\n"b"'}, 1),
        ({"key": "3", "zip": "12345678901234567890", "flag": True}, 1),
    ]


@pytest.mark.parametrize("cell", ["1e999", "0x10", "1_000", "+1", ".5", "5.", "\u0661", "NaN", "-"])
def test_what_only_looks_like_a_number_is_text(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path / "p.csv", f"key,a\nx,{cell}\n") == [({"key": "x", "a": cell}, 1)]


def test_which_column_is_what(tmp_path: Path) -> None:
    text = "id,seen,kind\n7,3,gold\n8,,gold\n"
    found = read(tmp_path / "p.csv", text, key="id", kind="team", weight="seen")
    assert found == [
        ({"kind": "multi", "team": {"key": "7", "kind": "gold"}}, 3),
        Bad(3, "the weight is a number, 0 or more"),
    ]


def test_bad_rows_are_told_with_their_line(tmp_path: Path) -> None:
    text = b"key,a\nann,1\n,2\nbea,1,2\n\n\xff,1\ncyd,\xff\n" + b"x" * 200_000 + b",1\ndan\neve,2\n"
    found = read(tmp_path / "p.csv", text)
    assert found[0] == ({"key": "ann", "a": 1}, 1)
    assert [(bad.line, bad.message.partition(" ")[0]) for bad in found if isinstance(bad, Bad)] == [
        (3, "no"), (4, "3"), (6, "key:"), (7, "a:"), (8, "field"),
    ]  # fmt: skip
    assert found[-2:] == [({"key": "dan"}, 1), ({"key": "eve", "a": 2}, 1)]


def test_a_table_without_the_column(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="no column 'key'; its columns: id, a"):
        read(tmp_path / "p.csv", "id,a\n1,2\n")
    with pytest.raises(OptionError, match="no column 'w'"):
        read(tmp_path / "p.csv", "key,a\n1,2\n", weight="w")
    with pytest.raises(OptionError, match="its columns: none"):
        read(tmp_path / "p.csv", "")


def test_memory_stays_small_whatever_the_size(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("key,a\n" + "".join(f"u{n},{'x' * 200}\n" for n in range(50_000)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_population(str(path))) == 50_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 10_000_000
    assert peak < 4_000_000


# --- Parquet ----------------------------------------------------------------------------------


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    table = pa.table(
        {
            "key": [1.0, None, 3.0],
            "at": [datetime(2026, 3, 1, tzinfo=UTC)] * 3,
            "day": [date(2026, 3, 1)] * 3,
            "price": [Decimal("1.50")] * 3,
            "tags": [["a", None], [], None],
            "part": [{"x": 1}, {"x": None}, None],
            "gap": [float("nan"), 1.0, 2.0],
            "zip": [7, 8, 9],
            "raw": [b"\xe9"] * 3,
        }
    )
    parquet.write_table(table, path)
    first, second, third = open_population(str(path), Reading(text=frozenset({"zip"})))
    assert first == (
        {
            "key": "1", "at": "2026-03-01T00:00:00+00:00", "day": "2026-03-01", "price": 1.5,
            "tags": ["a", None], "part": {"x": 1}, "zip": "7", "raw": "\xe9",
        },
        1,
    )  # fmt: skip
    assert second == Bad(2, "no key in the column 'key'")
    assert isinstance(third, tuple)
    assert third[0]["gap"] == 2.0  # type: ignore[index,call-overload]


def test_what_is_not_parquet(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"p\.parquet: not Parquet"):
        read(tmp_path / "p.parquet", b"PAR1 or not")
    parquet.write_table(pa.table({"id": [1]}), tmp_path / "q.parquet")
    with pytest.raises(OptionError, match="no column 'key'"):
        list(open_population(str(tmp_path / "q.parquet")))


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OptionError, match=r"install yardarm\[parquet\]"):
        list(open_population(str(tmp_path / "p.parquet")))


# --- queries ----------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE people (id INTEGER, at TEXT, plan TEXT)")
        rows = [(n, "12:30", None if n % 2 else "pro") for n in range(2_500)]
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)
    return f"sqlite:///{path}"


def test_a_query(database: str) -> None:
    query = "SELECT id AS key, at, plan FROM people WHERE at LIKE '%:30' ORDER BY id"
    found = list(query_population(database, query))
    assert found[0] == ({"key": "0", "at": "12:30", "plan": "pro"}, 1)
    assert found[2_499] == ({"key": "2499", "at": "12:30"}, 1)
    assert len(found) == 2_500


def test_a_query_that_is_not_read_to_its_end(database: str) -> None:
    found = query_population(database, "SELECT id AS key FROM people ORDER BY id")
    assert list(itertools.islice(found, 2)) == [({"key": "0"}, 1), ({"key": "1"}, 1)]


def test_a_query_changes_nothing(database: str) -> None:
    for query in ("DELETE FROM people", "SELEC"):
        with pytest.raises(OptionError, match="the query failed"):
            list(query_population(database, query))
    assert len(list(query_population(database, "SELECT id AS key FROM people"))) == 2_500


@pytest.mark.parametrize("url", ["mysql://host/x", "sqlite://", "people.db"])
def test_databases_of_other_kinds(url: str) -> None:
    with pytest.raises(OptionError, match="a database is named like"):
        list(query_population(url, "SELECT 1"))


def test_no_database_is_made(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no database file"):
        list(query_population(f"sqlite:///{tmp_path}/none.db", "SELECT 1 AS key"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.xdist_group("databases")
def test_a_query_of_postgresql() -> None:
    if not postgres_reachable():
        pytest.skip("no PostgreSQL to ask")
    query = "SELECT n::text AS key, '12:30'::time AS at, 1.50::numeric AS x, NULL AS y FROM "
    found = list(query_population(POSTGRES, f"{query} generate_series(1, 1500) AS n"))
    assert found[0] == ({"key": "1", "at": "12:30:00", "x": 1.5}, 1)
    assert len(found) == 1_500
    with pytest.raises(OptionError, match="read-only transaction"):
        list(query_population(POSTGRES, "CREATE TABLE never (a int)"))
