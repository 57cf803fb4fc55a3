"""Populations by the command line against a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("cli")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop", "--no-demo") as running:
        yield running


@pytest.fixture(autouse=True)
def empty(server: Dev) -> None:
    server.yardarm("population", "clear", "--yes")
    server.yardarm("population", "policy", "--drop-none", "--keep-all")


def plain(server: Dev, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_yardarm("population", *arguments, environment=server.environment())


def exported(server: Dev) -> dict[str, Any]:
    """Weights by the key of the user."""
    lines = [json.loads(line) for line in plain(server, "export").stdout.splitlines()]
    return {line["context"]["key"]: line["weight"] for line in lines}


def test_a_round_trip(server: Dev, tmp_path: Path) -> None:
    seen = tmp_path / "seen.jsonl"
    given = [{"context": {"key": f"u{n}", "n": n}, "weight": n + 1} for n in range(4_500)]
    lines = [json.dumps(line) for line in given]
    lines[10:10] = ["no context", '{"context": {"plan": "pro"}}', '{"key": "bare"}']
    seen.write_text("".join(f"{line}\n" for line in lines))
    done = server.yardarm("population", "import", str(seen))
    assert (done["taken"], done["left_out"], done["bad"], done["contexts"]) == (4_501, 0, 2, 4_501)
    assert [bad["line"] for bad in done["first_bad"]] == [11, 12]
    shown = server.yardarm("population", "show")
    assert (shown["contexts"], shown["rate"]) == (4_501, 1.0)
    assert shown["sources"] == {"imported": 4_501}
    out = tmp_path / "out.jsonl"
    assert "wrote 4501 contexts" in plain(server, "export", "--output", str(out)).stderr
    assert exported(server) == {f"u{n}": n + 1 for n in range(4_500)} | {"bare": 1}
    assert server.yardarm("population", "export") == [
        json.loads(line) for line in out.read_text().splitlines()
    ]
    assert server.yardarm("population", "import", str(out))["contexts"] == 4_501
    assert exported(server)["u9"] == 10


def test_what_is_exported_is_a_population_to_preview_with(server: Dev, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(
        "id,country\n" + "".join(f"{n},{'NL' if n % 4 else 'BE'}\n" for n in range(80))
    )
    server.yardarm("population", "import", str(table), "--key", "id")
    plain(server, "export", "--output", str(tmp_path / "seen.jsonl"))
    flag = {
        "type": "boolean", "enabled": True, "off": "off", "default": "off",
        "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
    }  # fmt: skip
    when = {"attribute": "country", "op": "in", "values": ["BE"]}
    changed = {**flag, "rules": [{"id": "r", "when": when, "serve": "on"}]}
    for name, value in (("before", flag), ("after", changed)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"flags": {"f": value}}))
    done = run_yardarm(
        "preview", "--before", str(tmp_path / "before.json"), "--after",
        str(tmp_path / "after.json"), "--population", str(tmp_path / "seen.jsonl"), "--json",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["contexts"], found["moved"]) == (80, 20)


def test_a_person_is_forgotten_and_attributes_are_dropped(server: Dev, tmp_path: Path) -> None:
    policy = server.yardarm("population", "policy", "--drop", "email", "--retention-days", "7")
    assert (policy["drop"], policy["retention_days"]) == (["email"], 7)
    table = tmp_path / "people.csv"
    table.write_text("key,email\nann,a@b\nbea,b@b\n")
    server.yardarm("population", "import", str(table))
    assert server.yardarm("population", "forget", "ann")["contexts"] == 1
    (left,) = server.yardarm("population", "export")
    assert left["context"] == {"key": "bea", "_private": ["email"]}


def test_contexts_are_made_up(server: Dev, tmp_path: Path) -> None:
    shape = tmp_path / "shape.yaml"
    shape.write_text("attributes: {plan: {values: {pro: 1, free: 3}}}\n")
    for _ in range(2):
        done = server.yardarm("population", "synthesize", str(shape), "--count", "500")
        assert (done["taken"], done["contexts"]) == (500, 500)


def test_what_goes_wrong_is_one_line(server: Dev, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("id\n1\n")
    for arguments, words in (
        (["import", str(table)], "no column 'key'"),
        (["import", str(tmp_path / "none.csv")], "No such file"),
        (["import"], "name a file"),
        (["import", "--query", "SELECT 1"], "go together"),
        (["clear"], "give --yes"),
        (["synthesize", str(table)], "expected"),
        (["policy", "--keep", "a", "--keep-all"], "--keep goes without"),
        (["policy", "--limit", "5"], "limit"),
    ):
        done = plain(server, *arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr.startswith("yardarm: ")
        assert done.stderr.count("\n") == 1
        assert words in done.stderr


def test_parquet_without_its_library(server: Dev, tmp_path: Path) -> None:
    hidden = tmp_path / "pyarrow.py"
    hidden.write_text("raise ImportError('hidden')\n")
    done = subprocess.run(
        [sys.executable, "-m", "yardarm.cli.main", "population", "import", "p.parquet"],
        env={**server.environment(), "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("yardarm: reading Parquet needs a library; install yardarm[parquet]\n")


def test_what_a_program_evaluates_for_is_kept(server: Dev) -> None:
    server.yardarm("flags", "create", "seen", "--enabled")
    program = (
        "import os\nfrom yardarm import Client\n"
        "with Client(os.environ['YARDARM_URL'], os.environ['YARDARM_SERVER_KEY'],"
        " application='web') as client:\n"
        "    client.wait_ready(10)\n"
        "    for n in range(30):\n"
        "        client.boolean('seen', {'key': f'p{n}', 'plan': 'pro'}, fallback=False)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program], env=server.environment(), check=True, timeout=60
    )
    shown = server.yardarm("population", "show")
    assert (shown["contexts"], shown["sources"]) == (30, {"observed": 30})
    (reporter,) = shown["reporters"]
    assert (reporter["application"], reporter["contexts"]) == ("web", 30)
    assert shown["silent_reporters"] == []
    assert exported(server) == {f"p{n}": 1 for n in range(30)}
