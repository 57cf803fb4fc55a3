"""Where a vendor's document may be found: files and folders, of any content, within bounds."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from yardarm.connect import files, sources
from yardarm.errors import DocumentError, OptionError


def written(folder: Path, name: str, data: bytes | str) -> str:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


@pytest.mark.parametrize(("name", "text", "found"), [
    ("flags.json", '{"a": 1}', {"a": 1}),
    ("flags.yaml", "a: 1\nb: [on, off]\n", {"a": 1, "b": ["on", "off"]}),
    ("flags.toml", "a = 1\n", {"a": 1}),
    ("features.properties", "A = true\nA.strategy = gradual\n", "A = true\nA.strategy = gradual\n"),
    ("features.ini", "[x]\ny = 1\n", "[x]\ny = 1\n"),
    ("export", '  {"a": 1}', {"a": 1}),
    ("export", "-----BEGIN SWITCHES-----\n", "-----BEGIN SWITCHES-----\n"),
    ("settings.py", "import os\nFEATURE_FLAGS = {'a': True}\nX = os.environ['HOME']\nY: int = 1\n",
     {"FEATURE_FLAGS": {"a": True}}),
])  # fmt: skip
def test_a_file_is_what_it_holds(name: str, text: str, found: Any, tmp_path: Path) -> None:
    assert sources.load("any", written(tmp_path, name, text)) == found


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"a": 1}')
    assert sources.load("any", written(tmp_path, "flags.json.gz", packed)) == {"a": 1}
    assert sources.load("any", written(tmp_path, "flags", packed)) == {"a": 1}


def test_a_small_file_of_many_zeros_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * (files.MAX_BYTES + 1))
    assert len(bomb) < 100_000
    with pytest.raises(DocumentError, match="too large when unpacked"):
        sources.load("any", written(tmp_path, "bomb.json.gz", bomb))


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="damaged gzip"):
        sources.load("any", written(tmp_path, "flags.gz", b"\x1f\x8b rubbish"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("flags.json", "{}")
    with pytest.raises(DocumentError, match="unpack it"):
        sources.load("any", written(tmp_path, "flags.zip", archive.getvalue()))


def test_aliases_are_refused(tmp_path: Path) -> None:
    laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(DocumentError, match="alias"):
        sources.load("any", written(tmp_path, "flags.yaml", laughs))


def test_python_is_read_and_never_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    text = f"open({str(touched)!r}, 'w')\nFEATURE_FLAGS = {{'a': __import__('os').getpid()}}\n"
    assert sources.load("any", written(tmp_path, "settings.py", text)) == {}
    assert not touched.exists()
    with pytest.raises(DocumentError, match="not Python"):
        sources.load("any", written(tmp_path, "broken.py", "x = ("))


def test_a_folder_is_its_files(tmp_path: Path) -> None:
    written(tmp_path, "b.json", '{"enabled": true}')
    written(tmp_path, "a.json", "{}")
    (tmp_path / "below").mkdir()
    found = sources.load("any", str(tmp_path))
    assert found == {"files": {"a.json": {}, "b.json": {"enabled": True}}}
    assert list(found["files"]) == ["a.json", "b.json"]


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path) -> None:
    for number in range(sources.MAX_FILES + 1):
        (tmp_path / f"{number}.json").touch()
    with pytest.raises(DocumentError, match="at most"):
        sources.load("any", str(tmp_path))


@pytest.mark.parametrize(("address", "message"), [
    ("ftp://example.com/x", "ftp:// is no source"),
    ("mongodb://localhost/x", "mongodb:// is no source"),
    ("redis://127.0.0.1:1/0", "kept nothing in Redis"),
    ("sqlite:///nothing.db", "kept nothing in tables"),
    ("https://127.0.0.1:1", "has no SDK endpoint"),
])  # fmt: skip
def test_a_source_of_no_known_kind_is_named(address: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        sources.load("any", address)


def test_text_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="not valid UTF-8"):
        sources.load("any", written(tmp_path, "x.properties", b"A = \xff\n"))
