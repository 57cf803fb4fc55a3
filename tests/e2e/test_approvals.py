"""A change above its budget, from the refusal to the undo, on a real server and command line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("approvals")]

COUNTRIES = ("NL", "NL", "DE", "BE")
PEOPLE = [{"key": f"p{n}", "country": COUNTRIES[n % 4]} for n in range(400)]
POPULATION = "/projects/demo/environments/production/population/contexts"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("dev"), "--no-shop", "--no-demo") as running:
        running.rest("POST", POPULATION, [{"context": person} for person in PEOPLE])
        running.yardarm("flags", "create", "checkout")
        running.yardarm("flags", "set", "checkout", "--default", "off")
        running.yardarm("flags", "enable", "checkout")
        yield running


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def token(server: Dev, actor: str, *grants: str) -> str:
    options = [word for grant in grants for word in ("--grant", grant)]
    made: dict[str, str] = server.yardarm("tokens", "create", actor, *options)
    return made["token"]


def waits(server: Dev, *arguments: str, **more: str) -> str:
    """The one line of a command whose change has to wait."""
    done = run_yardarm(*arguments, environment={**server.environment(), **more})
    assert (done.returncode, done.stdout) == (6, ""), done.stdout + done.stderr
    return done.stderr.strip()


def served(server: Dev) -> Counter[str]:
    """What everybody is served, asked one by one."""
    path = "/projects/demo/environments/production/evaluate"
    return Counter(
        server.rest("POST", path, {"flag": "checkout", "context": person})["variant"]
        for person in PEOPLE[:100]
    )


def test_refused_by_the_budget_approved_by_another_landed_and_undone(server: Dev) -> None:
    server.yardarm("policies", "set", "budgets", '{"max_share": 0.3}')
    within = server.yardarm("flags", "set", "checkout", "--add-rule", "country = BE -> on")
    assert within["changes"][0]["movement"]["moved"] == 100
    author = {"YARDARM_TOKEN": token(server, "author", "edit", "approve")}
    line = waits(server, "flags", "set", "checkout", "--add-rule", "country = NL -> on", **author)
    assert line == (
        "yardarm: change request 1 waits for approval: moves 200 of 400 contexts (50 %) in "
        "production, the budget is 30 %"
    )
    assert served(server) == {"on": 25, "off": 75}

    own = run_yardarm("requests", "approve", "1", environment={**server.environment(), **author})
    assert own.returncode == 4
    assert "had a hand in" in own.stderr
    assert "--force" not in own.stderr
    second = token(server, "author", "admin")
    again = run_yardarm("requests", "approve", "1", "--token", second,
                        environment=server.environment())  # fmt: skip
    assert again.returncode == 4

    approver = token(server, "approver", "approve")
    shown = server.yardarm("requests", "show", "1", "--token", approver)
    assert shown["preview"]["production"]["flags"]["checkout"]["moved"] == 200
    done = server.yardarm("requests", "approve", "1", "--token", approver, "--revision", "1")
    assert done["state"] == "landed"
    assert served(server) == {"on": 75, "off": 25}
    version = done["landed"]["versions"]["production"]
    change = server.yardarm("changes", "show", str(version))
    assert (change["actor"], change["movement"]["approved_by"]) == ("author", ["approver"])
    assert change["movement"]["moved"] == 200

    assert "change request 2 waits for approval" in waits(server, "undo", str(version), **author)
    undone = server.yardarm("requests", "approve", "2", "--token", approver)
    assert undone["state"] == "landed"
    assert served(server) == {"on": 25, "off": 75}


def test_an_emergency_needs_a_reason_and_is_marked(server: Dev) -> None:
    server.yardarm("policies", "set", "approval", '{"always": true}')
    try:
        assert "every change in production needs approval" in waits(
            server, "flags", "disable", "checkout"
        )
        arguments = ("flags", "disable", "checkout", "--emergency")
        refused = run_yardarm(*arguments, environment=server.environment())
        assert refused.returncode == 4
        assert "an emergency needs a reason" in refused.stderr
        made = server.yardarm(*arguments, "--reason", "orders fail")
        change = server.yardarm("changes", "show", str(made["change"]))
        assert change["movement"] == {"emergency": True}
        server.yardarm("flags", "enable", "checkout", "--emergency", "--reason", "they are fine")
    finally:
        server.yardarm("policies", "remove", "approval")


def test_what_was_approved_survives_a_kill_and_lands_once(tmp_path: Path) -> None:
    """The process is killed at once after each approval was sent, and started again."""
    with dev(tmp_path, "--no-shop", "--no-demo") as server:
        server.rest("POST", POPULATION, [{"context": person} for person in PEOPLE])
        server.yardarm("flags", "create", "checkout")
        server.yardarm("policies", "set", "budgets", '{"max_share": 0}')
        waits(server, "flags", "enable", "checkout")
        approver = token(server, "approver", "approve")
        asked = run_yardarm("requests", "approve", "1", "--token", approver,
                            environment=server.environment())  # fmt: skip
        server.process.kill()
        server.process.wait()
        assert asked.returncode in (0, 5)
    with dev(tmp_path, "--no-shop", "--no-demo") as server:
        request = server.yardarm("requests", "show", "1")
        assert request["state"] == "landed"
        log = server.yardarm("changes", "list", "--limit", "all")
        assert sum("request" in (change["movement"] or {}) for change in log) == 1


def test_requests_and_policies_in_words(server: Dev) -> None:
    def plain(*arguments: str) -> str:
        done = run_yardarm(*arguments, environment=server.environment())
        assert done.returncode == 0, done.stderr
        return done.stdout

    server.yardarm("policies", "set", "budgets", '{"max_share": 0}')
    (Path.cwd() / "freezes.yaml").write_text(
        "windows:\n- {days: [sun], from: '00:00', to: '00:01', zone: UTC}\n"
    )
    assert plain("policies", "set", "freezes", "@freezes.yaml", "--for-project") == (
        "set freezes of the project\n"
    )
    assert "the project  freezes" in plain("policies", "show")
    number = waits(server, "flags", "set", "checkout", "--default", "on").split()[3]
    assert plain("requests", "comment", number, "why?") == f"said about change request {number}\n"
    text = plain("requests", "show", number)
    assert "checkout: off -> on: " in text
    assert "said: why?" in text
    assert f"change request {number} is withdrawn" in plain("requests", "withdraw", number)
    listed: list[dict[str, Any]] = json.loads(
        plain("requests", "list", "--state", "withdrawn", "--json")
    )
    assert number in [str(request["id"]) for request in listed]
    bad = run_yardarm("policies", "set", "budgets", "{", environment=server.environment())
    assert bad.returncode == 2
