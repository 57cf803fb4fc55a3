"""`yardarm kill` and its override file, which need no server."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Yardarm

from yardarm.cli.kill import killed
from yardarm.cli.override_edit import edit
from yardarm.sdk.overrides import NOTHING, Overrides, read_overrides

FILES = ["overrides.json", "overrides.toml"]


def held(file: str) -> object:
    data = Path(file).read_bytes()
    return read_overrides(data, toml=file.endswith(".toml")).to_json()


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_made_changed_and_lifted(yardarm: Yardarm, file: str) -> None:
    done = yardarm("kill", "a", "--override-file", file)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"a is off everywhere for servers and SDKs that follow {file}, within a second; "
        "take it back by the same command with --lift\n"
    )
    assert held(file) == {"kill": ["a"]}
    where = ("--environment", "production", "--environment", "shop/staging")
    assert "is off in production, shop/staging" in yardarm(
        "kill", "b", "--override-file", file, *where
    ).out  # fmt: skip
    below = {"production": {"kill": ["b"]}, "shop/staging": {"kill": ["b"]}}
    assert held(file) == {"kill": ["a"], "environments": below}
    assert yardarm("kill", "b", "--override-file", file, "--lift", *where[2:]).code == 0
    assert held(file) == {"kill": ["a"], "environments": {"production": {"kill": ["b"]}}}
    assert yardarm("kill", "b", "--override-file", file, "--lift").code == 0
    done = yardarm("kill", "a", "--override-file", file, "--lift")
    assert done.out == f"a is no longer overridden everywhere by {file}\n"
    assert held(file) == {}


@pytest.mark.parametrize("file", FILES)
def test_what_stood_there_is_kept(yardarm: Yardarm, file: str) -> None:
    value = {
        "kill": ['quo"te', "a\\b"], "serve": {"x.y": 'é"\\', "del\x7f": "\U0001f6a9"},
        "environments": {"a.b/c d": {"serve": {"s": "v"}}},
    }  # fmt: skip
    Path("overrides.json").write_text(json.dumps(value))
    if file.endswith(".toml"):
        edit(file, lambda _: read_overrides(Path("overrides.json").read_bytes()))
    assert yardarm("kill", "s", "--override-file", file).code == 0
    assert held(file) == {**value, "kill": sorted([*value["kill"], "s"])}


def test_json_for_programs(yardarm: Yardarm) -> None:
    done = yardarm("kill", "a", "--override-file", "o.json", "--environment", "p", "--json")
    assert json.loads(done.out) == {
        "flag": "a", "file": "o.json", "overrides": {"environments": {"p": {"kill": ["a"]}}},
    }  # fmt: skip


def test_the_files_rights_and_place_are_kept(yardarm: Yardarm, tmp_path: Path) -> None:
    assert yardarm("kill", "a", "--override-file", "o.json").code == 0
    assert os.stat("o.json").st_mode & 0o777 == 0o644, "a server that is somebody else reads it"
    os.chmod("o.json", 0o640)
    os.symlink("o.json", "link.json")
    before = os.stat("o.json").st_ino
    assert yardarm("kill", "b", "--override-file", "link.json").code == 0
    assert os.path.islink("link.json")
    found = os.stat("o.json")
    assert (found.st_mode & 0o777, found.st_ino == before) == (0o640, False)
    assert sorted(os.listdir()) == ["link.json", "o.json"]


@pytest.mark.parametrize("text", ["{", '{"kill": "a"}', '{"killed": []}'])
def test_a_broken_file_is_left_as_it_is(yardarm: Yardarm, text: str) -> None:
    Path("o.json").write_text(text)
    done = yardarm("kill", "a", "--override-file", "o.json")
    assert (done.code, done.out) == (2, "")
    assert "is not valid" in done.err
    assert "mend it, or move it away" in done.err
    assert Path("o.json").read_text() == text


def test_what_cannot_be_done_is_said(yardarm: Yardarm) -> None:
    assert yardarm("kill", "a", "--override-file", "o.json", "--environment", "p").code == 0
    for arguments, words in (
        (("b", "--lift"), "nothing to lift: the file does not override 'b' there"),
        (("a", "--lift", "--environment", "q"), "does not override 'a' there"),
        (("a ",), "white space"),
        (("",), "the key is empty"),
    ):
        done = yardarm("kill", *arguments, "--override-file", "o.json")
        assert (done.code, words in done.err) == (2, True), done.err
    assert yardarm("kill", "a", "--override-file", "none/o.json").code == 2
    yardarm("kill", "a", "--override-file", "o.json")
    done = yardarm("kill", "a", "--override-file", "o.json", "--lift", "--environment", "q")
    assert "it is overridden everywhere, leave out --environment" in done.err
    assert "--lift needs --override-file" in yardarm("kill", "a", "--lift").err


def test_no_server_means_how_to_do_without(yardarm: Yardarm) -> None:
    done = yardarm(
        "kill", "a", "--environment", "p q", "--url", "http://127.0.0.1:9", "--project", "shop"
    )
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)
    assert "cannot reach http://127.0.0.1:9" in done.err
    assert "`yardarm kill a --environment 'p q' --override-file FILE`" in done.err
    assert "YARDARM_OVERRIDES" in done.err


def test_many_who_edit_at_once_lose_nothing(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    file = str(tmp_path / "o.json")

    def kill(key: str) -> None:
        def change(found: Overrides) -> Overrides:
            return killed(found, key, ())

        edit(file, change)

    keys = [f"flag-{n:02}" for n in range(24)]
    threads = [threading.Thread(target=kill, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held(file) == {"kill": keys}
    edit(file, lambda _: NOTHING)
    assert held(file) == {}
