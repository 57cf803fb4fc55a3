"""What strangers may bring: read in bounded time and memory, or refused with a reason."""

from __future__ import annotations

import base64
import gzip
import io
import json
import multiprocessing
import pickle
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from yardarm.core.codec import document_from_json
from yardarm.core.model import Document
from yardarm.dialects import NAMES, find
from yardarm.errors import DocumentError, OptionError
from yardarm.server.imports import reading
from yardarm.server.imports.process import Refusal, main
from yardarm.server.imports.reading import Read, Reading, read, unpack
from yardarm.server.working.process import Control

QUIET = Control(lambda done: None, lambda: None)


def looked_at(dialect: str, files: dict[str, bytes], **options: Any) -> Read:
    return read(Reading(dialect, options, Document(), files), QUIET)


class Harmful:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("/tmp/yardarm-was-here"),))


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.json", b" " * 50_000_000)
    return file.getvalue()


def block(value: object) -> bytes:
    """What gutter-django exports."""
    packed = base64.encodebytes(pickle.dumps(value)).decode()
    return f"-----BEGIN SWITCHES-----\n{packed}-----END SWITCHES-----".encode()


HOSTILE: dict[str, tuple[str, dict[str, bytes]]] = {
    "a zip bomb": ("unleash", {"a.json": zipped()}),
    "a gzip bomb": ("unleash", {"a.json.gz": gzip.compress(b" " * 100_000_000)}),
    "damaged gzip": ("unleash", {"a.json.gz": gzip.compress(b"{}")[:12] + b"\0\0\0"}),
    "YAML aliases": ("togglz", {"a.yml": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"}),
    "a pickle that would run": ("gutter", {"a.txt": block([Harmful()])}),
    "deep JSON": ("unleash", {"a.json": b"[" * 100_000}),
    "no JSON": ("unleash", {"a.json": b"{features: }"}),
    "numbers without end": ("unleash", {"a.json": b'{"features": ' + b"9" * 100_000 + b"}"}),
    "no text": ("togglz", {"a.properties": b"\xff\xfe\x00"}),
    "another vendor's": ("launchdarkly", {"a.json": b'{"features": []}'}),
    "more flags than are taken": (
        "flask_featureflags",
        {"a.json": json.dumps({f"f{n}": True for n in range(100_001)}).encode()},
    ),
    "Python that is none": ("flask_featureflags", {"a.py": b"(" * 10_000}),
    "a damaged database": ("waffle", {"db.sqlite3": b"SQLite format 3\0" + b"\xff" * 5_000}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused(what: str) -> None:
    dialect, files = HOSTILE[what]
    with pytest.raises((DocumentError, OptionError)):
        looked_at(dialect, files)
    assert not Path("/tmp/yardarm-was-here").exists()


def test_what_a_python_file_would_do_is_not_done() -> None:
    code = (
        b'SECRET_KEY = open("/etc/passwd").read()\nFEATURE_FLAGS = {"nav": True, "old": (1, {2})}\n'
    )
    found = looked_at("flask_featureflags", {"config.py": code})
    assert found.summary["flags"] == 2
    assert "SECRET_KEY" not in unpack(found.source)


def test_of_a_database_file_only_the_librarys_tables_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE auth_user (password TEXT)")
    database.execute("INSERT INTO auth_user VALUES ('secret hash')")
    database.execute("CREATE TABLE waffle_switch (id INTEGER, name TEXT, active BOOL, note TEXT)")
    database.execute("INSERT INTO waffle_switch VALUES (1, 'mail', 1, '')")
    database.commit()
    database.close()
    found = looked_at("waffle", {"db.sqlite3": file.read_bytes()})
    assert found.summary["exact"] == 1
    assert "secret hash" not in json.dumps(unpack(found.source))


def test_what_it_does_not_name_is_told() -> None:
    flag = {"type": "boolean", "variants": [{"key": "on", "value": True}]}
    present = document_from_json({
        "flags": {
            "same": flag, "gone": flag, "retired": {**flag, "archived_at": "2026-01-01T00:00:00Z"},
        },
        "segments": {"vip": {}},
    })  # fmt: skip
    files = {"a.json": b'{"same": true, "new": true}'}
    summary = read(Reading("flask_featureflags", {}, present, files), QUIET).summary
    assert (summary["absent"], summary["absent_flags"], summary["absent_segments"]) == (
        2, ("gone",), ("vip",),
    )  # fmt: skip


def test_several_files_are_a_folder() -> None:
    states = {f"F{n}": json.dumps({"enabled": True}).encode() for n in range(2)}
    assert looked_at("togglz", states).summary["flags"] == 2


def test_analysis_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = [
        {"contextName": "a", "operator": operator, "values": ["x"]} for operator in ("IN", "NOT_IN")
    ]
    strategy = {"name": "default", "constraints": nobody}
    features = [{"name": f"f{n}", "enabled": True, "strategies": [strategy]} for n in range(3)]
    body = json.dumps({"version": 1, "features": features}).encode()
    found = looked_at("unleash", {"a.json": body}).summary
    assert found["found"] >= 3
    assert found["analysed"]
    monkeypatch.setattr(reading, "ANALYSE_SECONDS", -1.0)
    cut = looked_at("unleash", {"a.json": body}).summary
    assert (cut["found"], cut["analysed"]) == (1, False)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_choice_is_what_is_read_without_it(name: str) -> None:
    dialect = find(name)
    assert dialect is not None
    for values in dialect.choices.values():
        assert len(values) >= 2
        assert {"did", "said"} <= set(values) or all(key == value for key, value in values.items())


def asked(work: Reading, most_memory: int) -> Any:
    """The answer of a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=main, args=(theirs, most_memory), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send(("work", 1, work))
        while True:
            message = ours.recv()
            if message[0] not in ("ready", "progress"):
                return message
    finally:
        ours.close()
        process.join(10)


def test_the_process_ends_rather_than_takes_all_memory() -> None:
    large = gzip.compress(b"[" + b'{"a":[1,2]},' * 2_500_000 + b"{}]")
    what, _, words = asked(Reading("unleash", {}, Document(), {"a.json.gz": large}), 300 * 2**20)
    assert (what, words) == (
        "failed",
        "it takes more memory than an import may; import it in parts",
    )
    what, _, answer = asked(Reading("unleash", {}, Document(), {"a.json": b"["}), 2**31)
    assert what == "done"
    assert isinstance(answer, Refusal)
