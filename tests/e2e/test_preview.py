"""`yardarm preview` without a server: its counts are those of two `yardarm eval` runs."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.processes import dev, run_yardarm
from tests.oracle.build import ON_OFF, boolean, clause, rule, split

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("cli")]

BEFORE = {
    "flags": {
        "f": boolean(
            rules=[rule({"segment": "benelux"})], default=split(("on", 30_000), ("off", 70_000))
        ),
        "needs": boolean(prerequisites=[{"flag": "f", "variants": ["on"]}]),
        "other": boolean(rules=[rule(clause("email", "ends_with", "@example.com"))]),
    },
    "segments": {"benelux": {"when": clause("country", "in", "NL", "BE")}},
}  # fmt: skip
AFTER = {
    "flags": {
        "f": boolean(
            rules=[rule({"segment": "benelux"})], default=split(("on", 60_000), ("off", 40_000))
        ),
        "needs": BEFORE["flags"]["needs"],
        "other": {**BEFORE["flags"]["other"], "variants": ON_OFF, "rules": []},
        "new": boolean(),
    },
    "segments": {"benelux": {"when": clause("country", "in", "NL", "LU")}},
}  # fmt: skip


def people(count: int = 400) -> list[dict[str, Any]]:
    rng = random.Random(7)
    return [
        {"key": f"u{n}", "country": rng.choice(["NL", "BE", "LU", "US"]),
         "email": rng.choice(["a@example.com", "b@example.org"])}
        for n in range(count)
    ]  # fmt: skip


def written(folder: Path, name: str, value: Any) -> str:
    path = folder / name
    lines = value if isinstance(value, list) else [value]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def previewed(folder: Path, population: list[Any], *more: str) -> dict[str, Any]:
    done = run_yardarm(
        "preview", "--before", written(folder, "before.json", BEFORE), "--after",
        written(folder, "after.json", AFTER), "--population",
        written(folder, "population.jsonl", population), "--json", *more,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def variants(folder: Path, document: Any, keys: list[str]) -> list[dict[str, Any]]:
    """What `yardarm eval` gives each person, flag by flag."""
    lines = [{"flag": key, "context": person} for person in people() for key in keys]
    done = run_yardarm(
        "eval", "--document", written(folder, "asked.json", document), "--cases",
        written(folder, "cases.jsonl", lines),
    )  # fmt: skip
    answers = [json.loads(line)["variant"] for line in done.stdout.splitlines()]
    size = len(keys)
    return [
        dict(zip(keys, answers[n : n + size], strict=True)) for n in range(0, len(answers), size)
    ]


def test_the_counts_are_those_of_two_runs_of_eval(tmp_path: Path) -> None:
    moved_out = tmp_path / "moved.jsonl"
    population = [{"context": person, "weight": 3} for person in people()]
    found = previewed(tmp_path, population, "--moved-out", str(moved_out))
    keys = ["f", "needs", "other", "new"]
    before, after = (variants(tmp_path, document, keys) for document in (BEFORE, AFTER))
    matrices: dict[str, Counter[Any]] = {key: Counter() for key in keys}
    moved = 0
    for one, other in zip(before, after, strict=True):
        for key in keys:
            if one[key] != other[key]:
                matrices[key][one[key], other[key]] += 1
        moved += one != other
    assert (found["contexts"], found["moved"], found["unknown"]) == (400, moved, 0)
    assert (found["exact"], found["sample_rate"], found["interval"]) == (True, 1.0, [moved, moved])
    for key in keys:
        shown = found["flags"][key]
        assert {(m["from"], m["to"]): m["count"] for m in shown["matrix"]} == matrices[key]
        assert shown["moved"] == matrices[key].total()
        assert shown["traffic"] == 3 * shown["moved"]
    assert found["flags"]["f"]["cause"] == ["direct", "segment:benelux"]
    assert found["flags"]["needs"]["cause"] == ["prerequisite:f", "segment:benelux"]
    assert found["flags"]["other"]["attributes"][0]["attribute"] == "email"
    lines = [json.loads(line) for line in moved_out.read_text().splitlines()]
    assert Counter(line["flag"] for line in lines) == Counter(
        {key: matrix.total() for key, matrix in matrices.items()}
    )
    assert all(line["from"] != line["to"] for line in lines)


def test_what_was_withheld_is_unknown_where_it_decides(tmp_path: Path) -> None:
    population = []
    for number, person in enumerate(people()):
        seen = dict(person) if number % 2 else {k: v for k, v in person.items() if k != "email"}
        population.append({"context": {**seen, "_private": ["email"]}})
    found = previewed(tmp_path, population)
    truth = sum(person["email"].endswith(".com") for person in people())
    other = found["flags"]["other"]
    assert other["unknown"] == 200
    assert other["moved"] <= truth <= other["moved"] + other["unknown"]
    assert found["exact"] is False
    assert found["flags"]["f"]["unknown"] == 0


def test_lines_that_are_no_contexts_are_counted_and_left_out(tmp_path: Path) -> None:
    good = [{"context": person} for person in people(10)]
    bad: list[Any] = [7, {"context": 7}, {}, {"context": {}, "weight": "x"}, [1]]
    found = previewed(tmp_path, [*good, *bad])
    assert (found["contexts"], found["bad_lines"]) == (10, 5)


def test_a_vendors_documents_are_previewed_in_its_own_shape(tmp_path: Path) -> None:
    def document(percent: str) -> dict[str, Any]:
        parameters = {"rollout": percent, "stickiness": "userId", "groupId": "g"}
        strategy = {"name": "flexibleRollout", "parameters": parameters}
        return {
            "version": 2,
            "features": [{"name": "t", "enabled": True, "strategies": [strategy]}],
        }

    population = [{"context": {"userId": f"user-{n}"}} for n in range(300)]
    arguments = [
        "preview", "--before", written(tmp_path, "b.json", document("20")), "--after",
        written(tmp_path, "a.json", document("50")), "--population",
        written(tmp_path, "p.jsonl", population), "--dialect", "unleash", "--json",
    ]  # fmt: skip
    done = run_yardarm(*arguments)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    [step] = found["flags"]["t"]["matrix"]  # raising a percentage moves nobody out
    assert step["count"] == found["moved"]
    assert 50 < found["moved"] < 130


@pytest.mark.parametrize(("arguments", "message"), [
    (("--before", "x.json", "--after", "x.json", "--population", "nowhere"), "x.json"),
    (("--before", "x.json", "--after", "x.json"), "population"),
])  # fmt: skip
def test_mistakes_end_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = run_yardarm("preview", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


# --- with a server ----------------------------------------------------------------------------


def test_a_server_previews_what_a_command_would_do(tmp_path: Path) -> None:
    contexts = [{"context": person} for person in people()]
    dutch = sum(person["country"] == "NL" for person in people())
    with dev(tmp_path) as server:
        server.yardarm("population", "import", written(tmp_path, "seen.jsonl", contexts))
        server.yardarm("flags", "create", "nav")
        server.yardarm("flags", "set", "nav", "--default", "off")
        enabled = server.yardarm("flags", "enable", "nav")

        asked = ("flags", "set", "nav", "--add-rule", "country = NL -> on", "--preview")
        shown = server.yardarm(*asked)
        assert shown["movement"]["production"]["moved"] == dutch
        assert server.yardarm("flags", "show", "nav")["environments"]["production"]["rules"] == []
        server.yardarm(*asked, "--yes")
        state = server.yardarm("flags", "show", "nav")["environments"]["production"]
        assert len(state["rules"]) == 1

        command = {"type": "set_enabled", "flag": "nav", "enabled": False}
        file = written(tmp_path, "change.json", command)
        now = server.yardarm("preview", "--command", file)
        then = server.yardarm("preview", "--command", file, "--base", str(enabled["version"]))
        assert now["movement"]["production"]["moved"] == dutch
        assert then["movement"]["production"]["moved"] == 0
        assert then["versions"] == {"production": enabled["version"]}
        server.yardarm("preview", "--command", file, "--before", file, expect=2)
        server.yardarm("preview", "--before", file, expect=2)


def test_tables_are_populations_too(tmp_path: Path) -> None:
    rows = [f"{p['key']},{p['country']},{p['email']}" for p in people()]
    table = tmp_path / "seen.csv"
    table.write_text("\n".join(["key,country,email", *rows]) + "\n")
    expected = previewed(tmp_path, [{"context": person} for person in people()])
    done = run_yardarm(
        "preview", "--before", str(tmp_path / "before.json"), "--after",
        str(tmp_path / "after.json"), "--population", str(table), "--json",
    )  # fmt: skip
    assert json.loads(done.stdout)["flags"] == expected["flags"]
