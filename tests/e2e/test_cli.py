"""The command line against a real server: what scripts rely on, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm

from yardarm import Client
from yardarm.connect.yaml import load_yaml
from yardarm.core import snapshot
from yardarm.core.codec import document_from_json

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("cli")]

CHANGE = {
    "version", "command", "actor", "reason", "at", "movement", "inverse", "prev_hash", "hash",
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop") as running:
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def plain(server: Dev, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it."""
    return run_yardarm(*arguments, environment={**server.environment(), **more})


def fails(server: Dev, code: int, *arguments: str, **more: str) -> str:
    """The one line of a command that fails with this code."""
    done = plain(server, *arguments, **more)
    assert (done.returncode, done.stdout) == (code, ""), done.stdout + done.stderr
    assert done.stderr.startswith("yardarm: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("yardarm: ").rstrip("\n")


def show(server: Dev, key: str, environment: str = "production") -> dict[str, Any]:
    found: dict[str, Any] = server.yardarm("flags", "show", key)
    return {**found, **found["environments"][environment]}


# --- stable interfaces --------------------------------------------------------------------------


def test_the_ready_file_is_one_line_that_says_everything(server: Dev) -> None:
    text = (server.folder / "ready.json").read_text()
    assert text.count("\n") == 1
    assert {
        "url", "project", "environment", "server_key", "client_key", "admin_token", "ports",
    } <= set(json.loads(text))  # fmt: skip


def test_enable_and_disable_print_the_change(server: Dev) -> None:
    server.yardarm("flags", "create", "switched")
    first = server.yardarm("flags", "enable", "switched")
    state = server.yardarm("environments", "show", "production")
    assert first == {
        "change": state["version"],
        "environment": "production",
        "version": state["version"],
        "epoch": state["epoch"],
    }
    assert server.yardarm("flags", "enable", "switched") == {**first, "change": None}
    second = server.yardarm("flags", "disable", "switched")
    assert (second["change"], second["version"]) == (first["change"] + 1, first["version"] + 1)


def test_changes_are_shown_and_listed_alike(server: Dev) -> None:
    server.yardarm("flags", "create", "listed", "--reason", "weil Größe zählt")
    done = server.yardarm("flags", "enable", "listed", "--reason", "go")
    shown = server.yardarm("changes", "show", str(done["change"]))
    assert set(shown) == CHANGE
    assert shown["command"] == {"type": "set_enabled", "flag": "listed", "enabled": True}
    assert (shown["version"], shown["actor"], shown["reason"]) == (
        done["change"],
        "developer",
        "go",
    )
    listed = server.yardarm("changes", "list", "--limit", "2")
    assert listed[0] == shown
    assert listed[1]["reason"] == "weil Größe zählt"
    assert listed[1]["hash"] == shown["prev_hash"]


def test_all_changes_are_listed_over_page_boundaries(server: Dev) -> None:
    server.yardarm("flags", "create", "many")
    where = "/projects/demo/environments/production/flags/many/"
    for number in range(210):
        server.rest("POST", where + ("enable", "disable")[number % 2], {}, If_Match="*")
    listed = server.yardarm("changes", "list", "--limit", "all")
    newest = server.yardarm("environments", "show", "production")["version"]
    assert [change["version"] for change in listed] == list(range(newest, 0, -1))
    assert len(server.yardarm("changes", "list")) == 20
    assert len(server.yardarm("changes", "list", "--limit", "205")) == 205


def test_an_environment_is_shown_with_its_root(server: Dev) -> None:
    state = server.yardarm("environments", "show", "staging")
    assert set(state) == {"key", "version", "epoch", "root", "flags"}
    document = server.yardarm("export", "--environment", "staging")
    made = snapshot.from_document(document_from_json(document))
    assert (state["root"], state["version"]) == (made.root, made.version)
    assert {flag["key"] for flag in state["flags"]} == set(document["flags"])


def test_undo_takes_a_change_back(server: Dev) -> None:
    server.yardarm("flags", "create", "undone")
    change = server.yardarm("flags", "enable", "undone")["change"]
    done = server.yardarm("undo", str(change), "--reason", "no good")
    assert (done["undone"], done["changes"][0]["change"]) == (change, change + 1)
    assert show(server, "undone")["enabled"] is False
    server.yardarm("flags", "enable", "undone")
    line = fails(server, 3, "undo", str(change + 1))
    assert "was changed again by" in line
    assert "--force" in line


# --- flags --------------------------------------------------------------------------------------


def test_create_alone_makes_a_boolean_and_prints_a_program_that_runs(server: Dev) -> None:
    done = plain(server, "flags", "create", "new-thing")
    assert done.returncode == 0, done.stderr
    flag = show(server, "new-thing")
    assert (flag["type"], flag["off"], flag["default"]) == ("boolean", "off", "on")
    assert flag["enabled"] is False

    def ask() -> str:
        program = subprocess.run(
            [sys.executable, "-c", done.stdout],
            env=server.environment(), capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert program.returncode == 0, program.stderr
        return program.stdout.strip()

    assert ask() == "False"
    server.yardarm("flags", "enable", "new-thing")
    assert ask() == "True"


def test_the_program_asks_for_any_type_and_key(server: Dev) -> None:
    made = server.yardarm(
        "flags", "create", "what'é\"s", "--type", "json", "--variant", 'a={"x": [true, null]}',
        "--variant", "b=[]", "--off", "a", "--enabled",
    )  # fmt: skip
    program = subprocess.run(
        [sys.executable, "-c", made["snippet"]],
        env=server.environment(), capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert program.stdout == "{'x': [True, None]}\n", program.stderr


def test_set_changes_both_parts_of_a_flag(server: Dev) -> None:
    server.yardarm("flags", "create", "set")
    done = server.yardarm(
        "flags", "set", "set", "--owner", "ann", "--tag", "a", "--expires", "2027-03-01",
        "--rollout", "12.5%", "--add-rule", "country in NL,BE and not segment vip -> on",
        "--target", "on=u1,u2", "--require", "new-checkout=on", "--reason", "all at once",
    )  # fmt: skip
    assert [(c["environment"], c["command"]["type"]) for c in done["changes"]] == [
        ("production", "update_flag"), ("staging", "update_flag"), ("production", "edit_flag"),
    ]  # fmt: skip
    flag = show(server, "set")
    assert (flag["owner"], flag["tags"]) == ("ann", ["a"])
    assert flag["expires_at"] == "2027-03-01T00:00:00Z"
    assert flag["default"]["split"]["arms"] == [{"variant": "on", "weight": 12_500}]
    assert flag["targets"] == [{"variant": "on", "keys": ["u1", "u2"]}]
    assert show(server, "set", "staging")["rules"] == []
    rule = flag["rules"][0]["id"]
    server.yardarm("flags", "set", "set", "--set-rule", rule, "everyone -> 50% on, 50% off")
    assert show(server, "set")["rules"][0]["id"] == rule
    assert server.yardarm("flags", "set", "set", "--owner", "ann")["changes"] == []
    text = plain(server, "flags", "show", "set").stdout
    assert f"rule      {rule}: everyone -> 50% on, 50% off" in text
    assert "default   12.5% on, rest off" in text
    assert "requires  new-checkout = on" in text


def test_a_whole_flag_from_a_file(server: Dev, tmp_path: Path) -> None:
    (tmp_path / "flag.yaml").write_text(
        "type: string\n"
        "variants: [{key: a, value: A}, {key: b, value: B}]\n"
        "enabled: true\n"
        "off: a\n"
        "default: b\n"
        "owner: ann\n"
    )
    server.yardarm("flags", "create", "from-file", "--file", "flag.yaml")
    assert server.yardarm("eval", "from-file")["value"] == "B"
    (tmp_path / "flag.yaml").write_text(
        "variants: [{key: a, value: A}, {key: c, value: C}]\nenabled: true\ndefault: c\n"
    )
    line = fails(server, 2, "flags", "set", "from-file", "--file", "flag.yaml")
    assert "has no variant 'b'" in line  # staging serves it still, and so does what was read
    server.yardarm("flags", "set", "from-file", "--default", "a", "--environment", "staging")
    server.yardarm("flags", "set", "from-file", "--default", "a")
    server.yardarm("flags", "set", "from-file", "--file", "flag.yaml")
    assert server.yardarm("eval", "from-file")["value"] == "C"
    assert show(server, "from-file")["owner"] == ""


def editor(folder: Path, code: str) -> dict[str, str]:
    """An editor that runs this code with the file's path as `path`."""
    program = folder / "editor.py"
    program.write_text(f"import pathlib, subprocess, sys\npath = pathlib.Path(sys.argv[1])\n{code}")
    return {"VISUAL": "", "EDITOR": f"{sys.executable} {program}"}


def test_edit_sends_what_was_saved(server: Dev, tmp_path: Path) -> None:
    server.yardarm("flags", "create", "edited")
    shown = "path.write_text(path.read_text().replace('default: on', 'default: off'))"
    done = plain(server, "flags", "edit", "edited", **editor(tmp_path, shown))
    assert done.returncode == 0, done.stderr
    assert show(server, "edited")["default"] == "off"
    nothing = plain(server, "flags", "edit", "edited", **editor(tmp_path, ""))
    assert "nothing" in nothing.stdout
    bad = editor(tmp_path, "path.write_text('variants: &x []\\n')")
    assert "line 1" in fails(server, 2, "flags", "edit", "edited", **bad)


def test_whoever_was_faster_wins(server: Dev, tmp_path: Path) -> None:
    """Between reading and sending, somebody else changes the flag."""
    server.yardarm("flags", "create", "raced")
    faster = [sys.executable, "-m", "yardarm.cli.main", "flags", "set", "raced", "--off", "on"]
    code = (
        f"subprocess.run({faster!r}, check=True, capture_output=True)\n"
        "path.write_text(path.read_text().replace('default: on', 'default: off'))\n"
    )
    line = fails(server, 3, "flags", "edit", "raced", **editor(tmp_path, code))
    assert "production" in line
    assert "flag 'raced': While switched off it serves on instead of off" in line
    assert show(server, "raced")["default"] == "on"


def test_archive_and_restore(server: Dev) -> None:
    server.yardarm("flags", "create", "needed")
    server.yardarm("flags", "create", "needing", "--require", "needed=on")
    line = fails(server, 4, "flags", "archive", "needed")
    assert "needing" in line
    assert "force" in line
    server.yardarm("flags", "archive", "needing")
    assert "needing" not in {flag["key"] for flag in server.yardarm("flags", "list")}
    assert "needing" in {flag["key"] for flag in server.yardarm("flags", "list", "--archived")}
    assert "needing" in fails(server, 3, "flags", "create", "needing")
    server.yardarm("flags", "restore", "needing")
    assert show(server, "needing")["archived_at"] is None


def test_a_flag_that_was_just_evaluated_is_archived_by_force_only(server: Dev) -> None:
    made = server.yardarm("flags", "create", "busy", "--enabled")
    subprocess.run(
        [sys.executable, "-c", made["snippet"]],
        env=server.environment(), capture_output=True, timeout=30, check=True,
    )  # fmt: skip
    assert "evaluated" in fails(server, 4, "flags", "archive", "busy")
    counted = server.yardarm("counts", "busy")
    assert [(row["variant"], row["count"]) for row in counted] == [("on", 1)]
    server.yardarm("flags", "archive", "busy", "--force")


def test_lists_may_be_narrowed(server: Dev) -> None:
    server.yardarm("flags", "create", "narrow", "--owner", "zoe", "--tag", "t1")
    for option, value in (("--owner", "zoe"), ("--tag", "t1"), ("--query", "arro")):
        keys = [flag["key"] for flag in server.yardarm("flags", "list", option, value)]
        assert keys == ["narrow"]


@pytest.mark.parametrize("key", ["a/b", "a?b#c", "100%", "ключ", "a b", "..x", "%2F", "a;b=c&d"])
def test_any_key_reaches_its_flag(server: Dev, key: str) -> None:
    server.yardarm("flags", "create", key)
    assert server.yardarm("flags", "enable", key)["change"]
    assert server.yardarm("eval", key)["value"] is True
    assert server.yardarm("flags", "show", key)["key"] == key
    server.yardarm("flags", "archive", key)


# --- the rest -----------------------------------------------------------------------------------


def test_segments(server: Dev) -> None:
    server.yardarm("segments", "set", "beta", "--include", "a,b", "--when", "plan = pro")
    server.yardarm("segments", "set", "beta", "--exclude", "b", "--name", "Beta")
    assert server.yardarm("segments", "show", "beta") | {"version": 0} == {
        "key": "beta", "name": "Beta", "version": 0,
        "when": {"attribute": "plan", "op": "equals", "values": ["pro"]},
        "included": [{"keys": ["a"]}], "excluded": [{"keys": ["b"]}],
    }  # fmt: skip
    assert {"beta", "vip"} <= {segment["key"] for segment in server.yardarm("segments", "list")}
    assert "new-checkout" in fails(server, 4, "segments", "remove", "vip")
    server.yardarm("segments", "remove", "beta")
    assert "beta" in fails(server, 2, "segments", "show", "beta")


def test_projects_and_environments(server: Dev) -> None:
    server.yardarm("projects", "create", "second", "--name", "Second")
    assert "second" in {project["key"] for project in server.yardarm("projects", "list")}
    more = ("--project", "second")
    server.yardarm("environments", "create", "live", *more)
    server.yardarm("flags", "create", "f", "--enabled", "--environment", "live", *more)
    server.yardarm("environments", "create", "test", "--copy-from", "live", *more)
    server.yardarm("flags", "disable", "f", "--environment", "live", *more)
    server.yardarm("environments", "copy", "live", "test", *more)
    flags = server.yardarm("environments", "show", "test", *more)["flags"]
    assert [flag["enabled"] for flag in flags] == [False]
    assert [e["key"] for e in server.yardarm("environments", "list", *more)] == ["live", "test"]


def test_export_and_import(server: Dev, tmp_path: Path) -> None:
    server.yardarm("flags", "create", "exported")
    version = server.yardarm("environments", "show", "production")["version"]
    server.yardarm("flags", "enable", "exported")
    before = server.yardarm("export", "--version", str(version))
    assert before["flags"]["exported"]["enabled"] is False
    assert plain(server, "export", "--output", "now.yaml").returncode == 0
    value = load_yaml((tmp_path / "now.yaml").read_text())
    assert list(value["flags"]["exported"])[:3] == ["type", "variants", "enabled"]
    assert plain(server, "validate", "now.yaml").returncode == 0
    text = plain(server, "export", "--format", "yaml").stdout
    assert load_yaml(text) == value
    assert server.yardarm("import", "now.yaml")["changes"] == []
    (tmp_path / "more.toml").write_text(
        '[flags.imported]\ntype = "boolean"\nenabled = true\ndefault = "on"\n'
        'variants = [{key = "on", value = true}]\n'
    )
    (change,) = [
        change for change in server.yardarm("import", "more.toml")["changes"]
        if change["environment"] == "production"
    ]  # fmt: skip
    assert server.yardarm("eval", "imported")["value"] is True
    at = server.yardarm("changes", "show", str(change["version"] - 1))["at"]
    assert "imported" not in server.yardarm("export", "--at", at)["flags"]
    assert server.yardarm("eval", "imported", "--at", at)["error"] == "FLAG_NOT_FOUND"
    (tmp_path / "bad.yaml").write_text("flags: {x: {type: boolean, variants: [], off: a}}\n")
    assert "/flags/x" in fails(server, 2, "import", "bad.yaml")
    (tmp_path / "empty.json").write_text("{}")
    assert "--force" in fails(server, 4, "import", "empty.json", "--mode", "replace")


def test_eval_says_why(server: Dev) -> None:
    server.yardarm("flags", "create", "asked", "--enabled", "--default", "off")
    server.yardarm("flags", "set", "asked", "--add-rule", "country in NL -> on")
    found = server.yardarm("eval", "asked", "key=u", "country=NL", "--explain")
    assert (found["value"], found["reason"]) == (True, "TARGETING_MATCH")
    assert found["trace"]["parts"][0]["outcome"] is True
    text = plain(server, "eval", "asked", "key=u", "country=FR", "--explain").stdout
    assert "clause country in NL: no" in text


def test_cases_are_asked_of_the_environment(server: Dev, tmp_path: Path) -> None:
    server.yardarm("flags", "create", "cased", "--enabled")
    (tmp_path / "cases.jsonl").write_text('{"flag": "cased"}\n{"flag": "nope", "default": 1}\n')
    done = plain(server, "eval", "--cases", "cases.jsonl")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["value"] for line in done.stdout.splitlines()] == [True, 1]
    fails(server, 5, "eval", "--cases", "cases.jsonl", YARDARM_URL="http://127.0.0.1:1")


def test_keys_open_and_close(server: Dev) -> None:
    made = server.yardarm("keys", "create", "--name", "test")
    assert made["key"].startswith("ys_")
    number = made["info"]["id"]
    assert number in {key["id"] for key in server.yardarm("keys", "list")}
    assert made["key"] not in plain(server, "keys", "list").stdout
    server.yardarm("keys", "revoke", str(number))
    revoked = {key["id"]: key["revoked_at"] for key in server.yardarm("keys", "list")}
    assert revoked.get(number, "gone")
    only_key = plain(server, "keys", "create", "--kind", "client")
    assert re.fullmatch(r"yc_\S+\n", only_key.stdout)


def test_a_vendors_key_is_taken_over(server: Dev) -> None:
    theirs = "sdk-5f0c7a64-1111-4222-8333-944455556666"
    made = server.yardarm("keys", "alias", "launchdarkly", theirs, "--name", "old")
    assert made["vendor"] == "launchdarkly"
    assert theirs not in plain(server, "keys", "list").stdout
    with Client(server.url, theirs, report=False) as client:
        assert client.wait_ready(10)
    assert "in use" in fails(server, 2, "keys", "alias", "unleash", theirs)
    server.yardarm("keys", "revoke", str(made["id"]))
    with Client(server.url, theirs, report=False) as client:
        assert not client.wait_ready(2)


def test_who_is_signed_in_is_listed_and_ended(server: Dev) -> None:
    request = urllib.request.Request(
        f"{server.url}/api/v1/session",
        json.dumps({"token": server.ready["admin_token"]}).encode(),
        {"Content-Type": "application/json", "User-Agent": "a browser"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201
    [session] = server.yardarm("sessions", "list")
    assert (session["agent"], session["address"]) == ("a browser", "127.0.0.1")
    assert "a browser" in plain(server, "sessions", "list").stdout
    assert plain(server, "sessions", "end", session["id"]).stdout.startswith("ended session")
    assert server.yardarm("sessions", "list") == []
    assert "nobody is signed in" in plain(server, "sessions", "list").stdout
    fails(server, 2, "sessions", "end", session["id"])
    assert "no webhook is set" in plain(server, "webhook", "show").stdout


def test_a_token_may_do_what_it_was_given_and_no_more(server: Dev) -> None:
    server.yardarm("flags", "create", "killed", "--enabled")
    token = server.yardarm("tokens", "create", "pager", "--grant", "kill@demo/production")["token"]
    pager = {"YARDARM_TOKEN": token}
    assert plain(server, "flags", "disable", "killed", **pager).returncode == 0
    assert "scope" in fails(server, 4, "flags", "enable", "killed", **pager)
    assert "scope" in fails(server, 4, "flags", "create", "more", **pager)
    number = next(t["id"] for t in server.yardarm("tokens", "list") if t["actor"] == "pager")
    server.yardarm("tokens", "revoke", str(number))
    line = fails(server, 4, "flags", "list", **pager)
    assert "does not know this token" in line
    assert token not in line


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        (2, ["flags", "show", "nope"], "nope"),
        (2, ["flags", "enable", "nope"], "nope"),
        (2, ["flags", "list", "--project", "nope"], "nope"),
        (2, ["environments", "show", "nope"], "nope"),
        (2, ["flags", "set", "new-checkout", "--off", "x", "--environment", "nope"], "nope"),
        (2, ["changes", "show", "99999"], "99999"),
        (2, ["flags", "create", "bad "], "white space"),
        (2, ["flags", "create", "x" * 300], "300 characters"),
        (2, ["flags", "set", "new-checkout", "--default", "nope"], "no variant 'nope'"),
        (2, ["flags", "set", "new-checkout", "--add-rule", "a in 1 -> x"], "no variant 'x'"),
        (2, ["flags", "set", "new-checkout", "--expires", "soon"], "date"),
        (2, ["flags", "set", "new-checkout", "--require", "new-checkout=on"], "refers to itself"),
        (2, ["export", "--at", "yesterday"], "instant"),
        (2, ["export", "--version", "99999"], "99999"),
        (2, ["counts", "--interval", "1h"], "from"),
        (2, ["keys", "revoke", "99999"], "99999"),
        (4, ["flags", "list", "--token", "yt_wrong"], "does not know this token"),
        (4, ["flags", "list", "--token", "ys_wrong"], "SDK key"),
        (5, ["flags", "list", "--url", "http://127.0.0.1:1"], "nothing listens there"),
    ],
)
def test_what_goes_wrong_is_one_line(
    server: Dev, code: int, arguments: list[str], words: str
) -> None:
    assert words in fails(server, code, *arguments)


# --- dev, serve, migrate ------------------------------------------------------------------------


def bare(**more: str) -> dict[str, str]:
    """The environment without anything of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YARDARM_")}
    return {**kept, **more}


def test_commands_find_the_dev_server_of_their_folder(tmp_path: Path) -> None:
    data = tmp_path / ".yardarm"
    with dev(tmp_path, "--no-shop", "--data", str(data)) as running:
        done = run_yardarm("flags", "enable", "new-checkout", "--json", environment=bare())
        assert json.loads(done.stdout)["environment"] == running.ready["environment"]
        assert (data / "dev.json").stat().st_mode & 0o077 == 0
    gone = run_yardarm("flags", "list", environment=bare())
    assert gone.returncode == 5
    assert ".yardarm/dev.json" in gone.stderr


def test_dev_takes_keys_and_seeds(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text(
        "flags: {seeded: {type: boolean, variants: [{key: on, value: true}], enabled: true,"
        " default: on}}\n"
    )
    given = {"server_key": "ys_given", "client_key": "yc_given", "admin_token": "yt_given"}
    options = [part for n, v in given.items() for part in (f"--{n.replace('_', '-')}", v)]
    seed = ["--seed", str(tmp_path / "seed.yaml")]
    with dev(tmp_path, "--no-demo", "--data", ":memory:", *seed, *options) as running:
        assert {name: running.ready[name] for name in given} == given
        assert [flag["key"] for flag in running.yardarm("flags", "list")] == ["seeded"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dev", "--seed", "nowhere.yaml"], "nowhere.yaml"),
        (["dev", "--seed", "bad.yaml"], "line 1"),
        (["dev", "--port", "70000"], "--port"),
        (["serve"], "YARDARM_SECRET_KEY"),
    ],
)
def test_what_keeps_a_server_from_starting_is_one_line(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "bad.yaml").write_text("flags: &x {}\n")
    done = run_yardarm(*arguments, environment=bare(YARDARM_DATA=str(tmp_path / "data")))
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("yardarm: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


def test_migrate_says_the_revision(tmp_path: Path) -> None:
    environment = bare(YARDARM_DATA=str(tmp_path / "data"), YARDARM_SECRET_KEY="x" * 32)
    done = run_yardarm("migrate", "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["revision"]


def serving(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "yardarm.cli.main", "serve", "--port", "0"]
    return subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True)


def test_serve_prints_a_set_up_link_and_ends_when_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    process = serving(bare(YARDARM_DATA=str(data), YARDARM_SECRET_KEY="x" * 32))
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if "/setup?code=" in line:
                break
        assert re.search(r"http://127\.0\.0\.1:\d+/setup\?code=\S+", said), said
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        process.stderr.close()
    assert process.wait(10) == 0
