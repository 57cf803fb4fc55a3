"""Files held in memory: whole, compressed for whoever takes that, or known already."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from yardarm.server.web.answers import Answer
from yardarm.server.web.files import FOR_EVER, File, file_answer, is_coded, read_file

SCRIPT = b"let answer = 42;\n" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.js").write_bytes(SCRIPT)
    (tmp_path / "app.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "app.js.br").write_bytes(b"as good as brotli")
    (tmp_path / "plain.txt").write_bytes(b"words")
    (tmp_path / "archive.gz").write_bytes(b"of its own")
    return tmp_path


def asked(file: File, **headers: str) -> tuple[Answer, dict[bytes, bytes]]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    answer = file_answer({"headers": named}, file)
    return answer, dict(answer.headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", b"br"),
        ("gzip, deflate", b"gzip"),
        ("GZIP;q=0.5", b"gzip"),
        ("br;q=0, gzip", b"gzip"),
        ("br;q=0.0,gzip;q=0.001", b"gzip"),
        ("gzip;q=0", None),
        ("deflate", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_that_is_taken(folder: Path, accepted: str, coding: bytes | None) -> None:
    file = read_file(folder / "app.js", FOR_EVER)
    answer, headers = asked(file, accept_encoding=accepted)
    assert headers.get(b"content-encoding") == coding
    assert answer.body == (SCRIPT if coding is None else file.coded[coding])
    assert headers[b"content-length"] == b"%d" % len(answer.body)
    assert headers[b"content-type"] == b"text/javascript; charset=utf-8"
    assert (headers[b"vary"], headers[b"cache-control"]) == (b"accept-encoding", FOR_EVER)


def test_each_form_has_a_tag_of_its_own(folder: Path) -> None:
    file = read_file(folder / "app.js")
    tags = {asked(file, accept_encoding=each)[1][b"etag"] for each in ("br", "gzip", "")}
    assert len(tags) == 3
    tag = asked(file, accept_encoding="gzip")[1][b"etag"].decode()
    known, _ = asked(file, accept_encoding="gzip", if_none_match=tag)
    assert (known.status, known.body) == (304, b"")
    other, _ = asked(file, accept_encoding="br", if_none_match=tag)
    assert other.status == 200


def test_a_file_alone_is_what_it_is(folder: Path) -> None:
    answer, headers = asked(read_file(folder / "plain.txt"), accept_encoding="gzip, br")
    assert (answer.body, b"content-encoding" in headers, b"vary" in headers) == (
        b"words", False, False,
    )  # fmt: skip
    assert {path.name for path in folder.iterdir() if is_coded(path)} == {"app.js.gz", "app.js.br"}
