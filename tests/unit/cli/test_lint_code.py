"""`yardarm lint --code`."""

import json
from pathlib import Path

from .conftest import Yardarm

KEYS = """\
from yardarm import declare

NEW_SEARCH = declare("new-search", owner="search", expires="2027-03-01")
"""
MAIN = """\
from keys import NEW_SEARCH

if client.boolean(NEW_SEARCH):
    client.boolean("banner")
"""


def given() -> None:
    Path("src/__pycache__").mkdir(parents=True)
    Path("src/.hidden").mkdir()
    Path("src/keys.py").write_text(KEYS, "utf-8")
    Path("src/main.py").write_text(MAIN, "utf-8")
    for folder in ("__pycache__", ".hidden"):
        Path(f"src/{folder}/x.py").write_text("client.boolean('never')", "utf-8")
    Path("flags.yaml").write_text(
        "flags: {banner: {type: boolean, variants: [{key: on, value: true}]}}", "utf-8"
    )


def test_it_looks_at_source(yardarm: Yardarm) -> None:
    given()
    done = yardarm("lint", "--code", "src", "--as-of", "2027-01-01")
    assert (done.code, done.err) == (1, "")
    assert done.out == "src/main.py:4: error: flag 'banner' is declared nowhere\n"
    fine = yardarm("lint", "flags.yaml", "--code", "src", "--as-of", "2027-01-01")
    assert (fine.code, fine.out) == (0, "nothing found: 2 uses of flags, 1 declared\n")


def test_it_fails_when_a_flag_expires(yardarm: Yardarm) -> None:
    given()
    done = yardarm("lint", "flags.yaml", "--code", "src", "--as-of", "2027-03-01", "--json")
    assert done.code == 1
    assert json.loads(done.out) == [{
        "file": "src/keys.py", "line": 3, "kind": "flag-expired", "severity": "error",
        "words": "flag 'new-search' has expired on 2027-03-01: remove it; ask search",
        "flag": "new-search",
    }]  # fmt: skip


def test_it_caps_release_flags(yardarm: Yardarm) -> None:
    given()
    asked = ("lint", "flags.yaml", "--code", "src", "--as-of", "2027-01-01", "--max-release")
    assert yardarm(*asked, "2").code == 0
    done = yardarm(*asked, "1")
    assert done.code == 1
    assert "there are 2 live release flags, and at most 1 are wanted" in done.out


def test_single_files_and_notes(yardarm: Yardarm) -> None:
    Path("a.py").write_text("client.boolean(key)\n", "utf-8")
    done = yardarm("lint", "--code", "a.py")
    assert done.code == 0
    assert done.out.startswith("a.py:1: note: client.boolean(…) asks for a key")


def test_mistakes(yardarm: Yardarm) -> None:
    given()
    assert "there is no nowhere" in yardarm("lint", "--code", "nowhere").err
    assert "need --code" in yardarm("lint", "flags.yaml", "--max-release", "3").err
    wrong = yardarm("lint", "--code", "src", "--as-of", "soon")
    assert (wrong.code, "'soon' is no date" in wrong.err) == (2, True)
    assert yardarm("lint", "missing.yaml", "--code", "src").code == 2
