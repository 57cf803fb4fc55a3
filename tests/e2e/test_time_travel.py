"""Looking and going back by the command line, against a real server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm

from yardarm import Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("time-travel")]
PEOPLE = [{"key": f"user-{number}", "country": "NL"} for number in range(3)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop", "--no-demo") as running:
        yield running


def says(server: Dev, *arguments: str, code: int = 0) -> str:
    """What a person reads."""
    done: subprocess.CompletedProcess[str] = run_yardarm(
        *arguments, environment=server.environment()
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def now() -> str:
    return datetime.now(UTC).isoformat()


def state(server: Dev, key: str, environment: str = "production") -> Any:
    shown = server.yardarm("environments", "show", environment)["flags"]
    return next(flag for flag in shown if flag["key"] == key)


def served(client: Client, flag: str) -> list[tuple[Any, ...]]:
    found = [client.boolean_detail(flag, person, fallback=False) for person in PEOPLE]
    return [(d.value, d.variant, d.reason, d.rule) for d in found]


def test_the_past_answers_what_a_program_was_served(server: Dev, tmp_path: Path) -> None:
    server.yardarm("flags", "create", "travelled")
    server.yardarm("flags", "set", "travelled", "--rollout", "40%")
    version = server.yardarm("flags", "enable", "travelled")["version"]
    seen: list[tuple[str, list[tuple[Any, ...]]]] = []
    for words in ("country = NL -> on", "key = user-1 -> off"):
        with Client(server.url, server.ready["server_key"]) as client:
            assert client.wait_ready(20)
            seen.append((now(), served(client, "travelled")))
        server.yardarm("flags", "set", "travelled", "--add-rule", words)
    for at, answers in seen:
        for person, answer in zip(PEOPLE, answers, strict=True):
            words = [f"{name}={value}" for name, value in person.items()]
            said = server.yardarm("eval", "travelled", *words, "--at", at, "--explain")
            assert (said["value"], said["variant"], said["reason"], said["rule"]) == answer
            assert said["trace"]["kind"] == "flag"
            every = server.yardarm("eval", "--all", *words, "--at", at)["flags"]
            (again,) = [each for each in every if each["flag"] == "travelled"]
            assert {**said, "trace": None, "bucket": None} == again
    first = server.yardarm("eval", "travelled", "key=user-1", "--version", str(version))
    assert first["environment_version"] == version
    assert "travelled  " in says(server, "eval", "--all", "key=u")
    assert "default: " in says(server, "eval", "--all", "key=u", "--explain")


def test_what_cannot_be_asked(server: Dev) -> None:
    assert "name a flag" in says(server, "eval", code=2)
    assert "asks a server" in says(server, "eval", "--all", "--fallback", "1", code=2)
    assert "leave them out" in says(server, "eval", "--all", "--cases", "-", code=2)
    assert "no time with a zone" in says(server, "eval", "--all", "--at", "noon", code=2)


def test_a_range_is_undone(server: Dev) -> None:
    server.yardarm("flags", "create", "ranged")
    first = server.yardarm("flags", "enable", "ranged")["change"]
    server.yardarm("flags", "set", "ranged", "--rollout", "40%")
    last = server.yardarm("flags", "disable", "ranged")["change"]
    done = server.yardarm("undo", f"{first}..{last}")
    assert (done["undone"], done["through"]) == (first, last)
    assert state(server, "ranged")["default"] == "on"
    assert f"undo {first} to {last}" in says(server, "changes", "list", "--limit", "1")
    server.yardarm("undo", str(last + 1))
    assert "default" in state(server, "ranged")
    server.yardarm("undo", str(first), "--through", str(last + 2))
    for wrong in ("x", "3..", "0", "..4", "5..x", "²"):
        assert "neither a change nor a range" in says(server, "undo", wrong, code=2)
    assert "leave out --through" in says(server, "undo", "3..4", "--through", "5", code=2)
    assert "no range" in says(server, "undo", f"{last}..{first}", code=4)


def test_a_flag_goes_back_and_says_how_it_came_there(server: Dev) -> None:
    server.yardarm("flags", "create", "back")
    then = server.yardarm("flags", "set", "back", "--rollout", "30%")["changes"][0]["version"]
    before = state(server, "back")["default"]
    server.yardarm("flags", "set", "back", "--rollout", "90%")
    said = says(server, "flags", "restore", "back", "--version", str(then))
    assert f"set back back to what it was at version {then}" in said
    assert state(server, "back")["default"] == before
    assert "nothing to restore" in says(server, "flags", "restore", "back", "--version", str(then))
    history = server.yardarm("flags", "history", "back")
    assert [change["version"] for change in history] == [then + 2, then + 1, then, then - 1]
    assert len(server.yardarm("flags", "history", "back", "--limit", "2")) == 2
    assert "WHY" in says(server, "flags", "history", "back")
    assert "nobody" in says(server, "flags", "history", "nobody", code=2)


def test_a_flag_is_compared_and_promoted(server: Dev) -> None:
    server.yardarm("environments", "create", "trial")
    server.yardarm("flags", "create", "climbing")
    segment = ("segments", "set", "vip", "--include", "user-1", "--environment", "trial")
    server.yardarm(*segment)
    rule = ("--add-rule", "segment vip -> on", "--environment", "trial")
    server.yardarm("flags", "set", "climbing", *rule)
    server.yardarm("flags", "enable", "climbing", "--environment", "trial")
    found = server.yardarm("compare", "production", "trial")
    edited = {(edit["kind"], edit["key"], edit["pointer"]) for edit in found["edits"]}
    assert {("flag", "climbing", "/enabled"), ("segment", "vip", "")} <= edited
    shown = says(server, "compare", "production", "trial")
    assert "+ segment 'vip' is new" in shown
    assert "to make production so: copy environment trial" in shown
    server.yardarm("flags", "promote", "climbing", "--from", "trial")
    after = server.yardarm("compare", "production", "trial")
    assert not [each for each in after["edits"] if each["key"] in ("climbing", "vip")]
    nothing = says(server, "flags", "promote", "climbing", "--from", "trial")
    assert "nothing to promote: climbing is as in trial" in nothing
    version = server.yardarm("environments", "show", "production")["version"]
    assert "~ flag 'climbing': Switched off" in says(
        server, "compare", "production", f"@{version - 1}"
    )
    assert "no difference" in says(server, "compare", "production", f"production@{version}")
    assert "neither a version nor" in says(server, "compare", "production", "trial@x", code=2)


def test_a_timeline_says_what_was_just_before(server: Dev) -> None:
    server.yardarm("flags", "create", "lined")
    made = server.yardarm(
        "deployments", "add", "checkout", "2.14.0", "--link", "https://ci.example.com/512"
    )
    server.yardarm("flags", "enable", "lined", "--reason", "launch")
    entries = server.yardarm("timeline", "--limit", "3")
    assert [entry["kind"] for entry in entries] == ["change", "deployment", "change"]
    assert (entries[0]["reason"], entries[1]["version"]) == ("launch", "2.14.0")
    before = server.yardarm("timeline", "--before", entries[0]["at"], "--limit", "1")
    assert before == entries[1:2]
    shown = says(server, "timeline", "--limit", "2", "--in", "production")
    assert "deployed checkout 2.14.0" in shown
    assert "enable lined" in shown
    assert server.yardarm("deployments", "list") == [made]
    assert "2.14.0" in says(server, "deployments", "list")
    noted = says(server, "deployments", "add", "checkout", "2.14.1", "--at", made["at"])
    assert noted.startswith("noted checkout 2.14.1 in production at ")
    assert "link" in says(server, "deployments", "add", "a", "1", "--link", "ci", code=2)
    everything = server.yardarm("timeline", "--limit", "all")
    assert everything[-len(entries) :] != entries  # the marker of before is among them
    assert made["at"] in {entry["at"] for entry in everything}
    assert [entry["at"] for entry in everything] == sorted(
        (entry["at"] for entry in everything), reverse=True
    )
