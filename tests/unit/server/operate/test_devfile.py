"""What `yardarm dev` keeps: for its owner only, and never half written."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from yardarm.errors import OptionError
from yardarm.server.operate import devfile
from yardarm.server.operate.devfile import DevFile
from yardarm.server.operate.greeting import greeting

FILE = DevFile(
    url="http://127.0.0.1:8180", project="demo", environment="production", server_key="ys_1",
    client_key="yc_1", admin_token="yt_1", secret_key="very secret", ports={"http": 8180},
    seeded=("abc",),
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    devfile.write(tmp_path, FILE)
    found = devfile.read(tmp_path)
    for name in ("server_key", "client_key", "admin_token", "secret_key", "seeded"):
        assert getattr(found, name) == getattr(FILE, name)
    assert found.url == "", "where it ran says nothing of where it will run"
    path = tmp_path / devfile.NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "*" in (tmp_path / ".gitignore").read_text().splitlines()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".gitignore", "dev.json"]


def test_without_a_file_there_is_a_new_secret(tmp_path: Path) -> None:
    first, second = devfile.read(tmp_path), devfile.read(None)
    assert len(first.secret_key) >= 32
    assert first.secret_key != second.secret_key
    devfile.write(None, FILE)


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / devfile.NAME).write_text("{")
    with pytest.raises(OptionError, match=r"dev\.json"):
        devfile.read(tmp_path)
    (tmp_path / devfile.NAME).write_text('{"server_key": 7, "seeded": null, "other": []}')
    assert devfile.read(tmp_path).server_key == ""


def test_a_file_is_replaced_whole_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("old")
    path.chmod(0o644)
    devfile.replace_file(path, "new\n")
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(OSError, match="No such file"):
        devfile.replace_file(tmp_path / "nowhere" / "x", "")
    with pytest.raises(OptionError, match="cannot be written"):
        devfile.write(tmp_path / "nowhere", FILE)


def test_a_ready_file_says_what_scripts_rely_on() -> None:
    assert set(FILE.ready()) == {
        "url", "project", "environment", "server_key", "client_key", "admin_token", "ports"
    }  # fmt: skip
    assert "secret" not in json.dumps(FILE.ready())


def test_the_greeting_names_everything_and_no_secret_key() -> None:
    text = greeting(FILE, Path("data"), "http://127.0.0.1:8090", "")
    for part in ("http://127.0.0.1:8180", "http://127.0.0.1:8090", "ys_1", "yc_1", "yt_1", "data"):
        assert part in text
    assert "very secret" not in text
    assert "dashboard    - (tools/dashboard builds it" in text
    odd = greeting(replace(FILE, admin_token="it's"), None, None, "left out")
    assert "YARDARM_TOKEN='it'\"'\"'s'" in odd
    assert "in memory" in odd
    assert "left out" in odd


def test_the_greeting_leads_to_the_dashboard() -> None:
    text = greeting(FILE, None, None, "left out", "yl_1")
    assert "dashboard    http://127.0.0.1:8180/ui/#code=yl_1 " in text
