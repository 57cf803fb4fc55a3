"""Moving in from another system and out again, by the command line and a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import Dev, dev, run_yardarm

from yardarm import Client

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("cli")]

UNLEASH = {
    "version": 2,
    "features": [
        {
            "name": "new-checkout", "type": "release", "enabled": True,
            "strategies": [{
                "name": "flexibleRollout",
                "parameters": {"rollout": "50", "stickiness": "userId", "groupId": "new-checkout"},
                "constraints": [
                    {"contextName": "country", "operator": "IN", "values": ["NL", "BE"]}
                ],
            }],
        },
        {"name": "always", "type": "release", "enabled": True, "strategies": []},
        {"name": "broken", "type": "release", "enabled": True},
    ],
}  # fmt: skip
LAUNCHDARKLY = {
    "flags": {
        "banner": {
            "key": "banner", "version": 3, "on": True, "salt": "s", "variations": ["a", "b"],
            "offVariation": 0, "targets": [], "rules": [], "prerequisites": [],
            "fallthrough": {"rollout": {"variations": [
                {"variation": 0, "weight": 50000}, {"variation": 1, "weight": 50000},
            ]}},
        }
    },
    "segments": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("moving")
    seed = folder / "seed.json"
    seed.write_text(json.dumps(LAUNCHDARKLY))
    with dev(folder, "--no-shop", "--no-demo", "--seed", f"launchdarkly:{seed}") as running:
        yield running


def written(folder: Path, document: Any) -> str:
    path = folder / "document.json"
    path.write_text(json.dumps(document))
    return str(path)


def flags(server: Dev) -> dict[str, Any]:
    found: dict[str, Any] = server.yardarm("export")["flags"]
    return found


def test_a_seed_in_a_dialect_is_served(server: Dev) -> None:
    with Client(server.url, server.ready["server_key"]) as client:
        assert client.wait_ready(10)
        given = {f"user-{n}": client.string("banner", {"key": f"user-{n}"}) for n in range(40)}
    assert set(given.values()) == {"a", "b"}
    # The vendor's own hash, as its SDK places these two.
    assert flags(server)["banner"]["default"]["split"]["algorithm"].startswith("launchdarkly")


def test_from_preview_to_undo(server: Dev, tmp_path: Path) -> None:
    source = written(tmp_path, UNLEASH)
    before = flags(server)
    previewed = server.yardarm("import", "--from", "unleash", source, "--preview")
    report = previewed["report"]
    assert {f["key"]: f["fate"] for f in report["flags"]} == {
        "new-checkout": "exact", "always": "exact", "broken": "losses",
    }  # fmt: skip
    assert {f["step"] for f in report["flags"]} == {"new"}
    [loss] = next(f["losses"] for f in report["flags"] if f["key"] == "broken")
    assert loss["pointer"].startswith("/features/2")
    assert previewed["done"] is None
    assert flags(server) == before

    done = server.yardarm("import", "--from", "unleash", source)
    [change] = [c for c in done["done"]["changes"] if c["environment"] == "production"]
    assert {"new-checkout", "always"} <= flags(server).keys()
    again = server.yardarm("import", "--from", "unleash", source)
    assert again["done"] == {"changes": []}
    assert {f["step"] for f in again["report"]["flags"]} == {"unchanged"}

    server.yardarm("undo", str(change["version"]), "--force")  # most of a small environment
    assert {key for key, f in flags(server).items() if f.get("archived_at") is None} == set(before)


def test_verifying_asks_the_vendors_own_sdk(server: Dev, tmp_path: Path) -> None:
    pytest.importorskip("UnleashClient")
    sound = {**UNLEASH, "features": UNLEASH["features"][:2]}  # type: ignore[index]
    source = written(tmp_path, sound)
    found = server.yardarm("import", "--from", "unleash", source, "--preview", "--verify", "300")
    verified = found["report"]["verified"]
    assert (verified["asked"], verified["differing"]) == (600, 0)
    contexts = tmp_path / "contexts.jsonl"
    contexts.write_text('{"userId": "u1"}\n\n{"context": {"userId": "u2"}}\n')
    report = tmp_path / "report.json"
    server.yardarm(
        "import", "--from", "unleash", source, "--preview", "--contexts", str(contexts),
        "--report", str(report),
    )  # fmt: skip
    assert json.loads(report.read_text())["verified"]["contexts"] == 2


def test_verifying_with_the_contexts_that_were_really_seen(server: Dev, tmp_path: Path) -> None:
    pytest.importorskip("UnleashClient")
    seen = tmp_path / "seen.jsonl"
    countries = ("NL", "BE", "DE")
    lines = [{"key": f"user-{n}", "country": countries[n % 3]} for n in range(90)]
    seen.write_text("".join(json.dumps(line) + "\n" for line in lines))
    server.yardarm("population", "import", str(seen))
    sound = {**UNLEASH, "features": UNLEASH["features"][:2]}  # type: ignore[index]
    report = server.yardarm(
        "import", "--from", "unleash", written(tmp_path, sound), "--preview",
        "--contexts", "observed",
    )["report"]  # fmt: skip
    assert report["verified"]["contexts"] == 90
    assert (report["verified"]["asked"], report["verified"]["differing"]) == (180, 0)


def test_what_was_moved_in_can_be_moved_out(server: Dev) -> None:
    written_back = server.yardarm("export", "--to", "launchdarkly")
    assert written_back["flags"]["banner"] == LAUNCHDARKLY["flags"]["banner"]  # type: ignore[index]
    done = run_yardarm("export", "--to", "unleash", environment=server.environment())
    assert done.returncode == 0
    assert "banner" in done.stderr  # a split of another vendor cannot be said


def test_an_import_preview_needs_no_server(tmp_path: Path) -> None:
    done = run_yardarm("import", "--from", "unleash", written(tmp_path, UNLEASH), "--preview")
    assert done.returncode == 0, done.stderr
    assert "2 exact, 1 with losses, 0 refused" in done.stdout
    assert done.stdout.endswith("a preview: nothing was changed\n")


@pytest.mark.parametrize(("arguments", "message"), [
    (("import", "--from", "nobody", "x"), "there is no dialect 'nobody'"),
    (("import", "--from", "unleash", "nowhere.json", "--preview"), "nowhere.json"),
    (("import", "nowhere.json", "--verify", "5"), "go with --from"),
    (("import", "--from", "unleash", "x", "--option", "odd"), "'odd' is no option"),
    (("eval", "--dialect", "nobody", "--cases", "x"), "there is no dialect 'nobody'"),
    (("eval", "f", "--dialect", "unleash"), "answers the lines of --cases"),
])  # fmt: skip
def test_mistakes_end_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = run_yardarm(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_eval_answers_in_the_vendors_shape(tmp_path: Path) -> None:
    lines = [
        {"flag": "new-checkout", "context": {"userId": "u", "properties": {"country": "US"}}},
        {"flag": "always", "context": {"userId": "u"}},
        {"flag": "nowhere", "context": {}, "default": "mine"},
        {"flag": "always", "context": {}, "document": {"version": 2, "features": []}},
        {"flag": 7},
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run_yardarm(
        "eval", "--dialect", "unleash", "--document", written(tmp_path, UNLEASH), "--cases",
        str(cases),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["vendor"] and a["vendor"]["enabled"] for a in answers] == [
        False, True, False, False, None,
    ]  # fmt: skip
    assert answers[1]["value"] is True
    assert answers[2]["value"] == "mine"
    assert answers[4]["error"] == "PARSE_ERROR"
