import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from yardarm.cli.failures import Failure
from yardarm.cli.target import DEV_FILE, Target, dev_key, find_target

DEV = {
    "url": "http://127.0.0.1:8180",
    "project": "demo",
    "environment": "production",
    "server_key": "ys_key",
    "admin_token": "yt_dev",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YARDARM_ENVIRONMENT", raising=False)
    return tmp_path


def write(value: Any = DEV) -> Path:
    DEV_FILE.parent.mkdir()
    DEV_FILE.write_text(value if isinstance(value, str) else json.dumps(value))
    return DEV_FILE


def found(url: str | None = None, token: str | None = None, **more: str) -> tuple[Any, ...]:
    target = find_target(url, token, more.get("project"), more.get("environment"))
    return target.url, target.token, target.project, target.environment


def test_without_anything_the_dev_server_of_this_folder_is_meant() -> None:
    write()
    assert found() == ("http://127.0.0.1:8180", "yt_dev", "demo", "production")
    assert found(environment="staging")[2:] == ("demo", "staging")
    assert find_target(None, None, None, None).server().found == " (from .yardarm/dev.json)"


def test_its_token_never_goes_elsewhere_and_no_other_token_to_it() -> None:
    write()
    assert found("https://flags.example.com") == ("https://flags.example.com", None, None, None)
    assert found(None, "yt_mine") == (None, "yt_mine", None, None)
    assert found("https://x", "yt_mine", project="p") == ("https://x", "yt_mine", "p", None)


def test_its_own_address_may_be_given() -> None:
    write()
    assert found("http://127.0.0.1:8180/")[1:] == ("yt_dev", "demo", "production")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"url": ""}', "\xff"])
def test_a_file_that_says_nothing(text: str) -> None:
    write(text)
    assert found() == (None, None, None, None)


@pytest.mark.skipif(sys.platform == "win32", reason="owners of POSIX")
def test_a_file_of_somebody_else_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    monkeypatch.setattr(os, "getuid", lambda: os.stat(".").st_uid + 1)
    assert found() == (None, None, None, None)


def test_the_key_hint_is_of_the_same_environment_only() -> None:
    write()
    target = find_target(None, None, None, None)
    assert dev_key(target) == "ys_key"
    assert dev_key(find_target(None, None, None, "staging")) is None
    assert dev_key(Target("https://x", "t", "demo", "production")) is None


def test_undo_names_the_environment_where_it_is_not_the_usual_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("YARDARM_ENVIRONMENT", "production")
    target = find_target("http://x", "t", "p", "staging")
    assert target.undo_words(3, "staging").endswith("`yardarm undo 3 --environment staging`")
    assert target.undo_words(3, "production").endswith("`yardarm undo 3`")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(), "no server is named"),
        (Target("flags.example.com"), "no address"),
        (Target("ftp://x"), "no address"),
        (Target("http://"), "no address"),
        (Target("http://[::1"), "no address"),
        (Target("http://x:99999"), "no address"),
        (Target("http://x", "yt_\n"), "token holds characters"),
        (Target("http://x", "yt_é"), "token holds characters"),
    ],
)
def test_a_target_that_is_none(target: Target, words: str) -> None:
    with pytest.raises(Failure, match=words):
        target.server()


def test_paths_name_what_is_missing() -> None:
    with pytest.raises(Failure, match="no project"):
        Target("http://x").in_project()
    with pytest.raises(Failure, match="no environment"):
        Target("http://x", project="p").in_environment()
    target = Target("http://x", project="p", environment="e")
    assert target.in_environment("flags", "a/b ?") == "/projects/p/environments/e/flags/a%2Fb%20%3F"
    assert target.in_environment(environment="x") == "/projects/p/environments/x"
