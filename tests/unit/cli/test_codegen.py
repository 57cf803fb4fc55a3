"""`yardarm codegen python`."""

import json
from pathlib import Path

from .conftest import Yardarm

FLAGS = """\
flags:
  new-search:
    type: boolean
    expires_at: "2027-03-01T00:00:00Z"
    variants: [{key: on, value: true}, {key: off, value: false}]
    enabled: true
    off: off
    default: on
"""


def given() -> None:
    Path("flags.yaml").write_text(FLAGS, "utf-8")


def test_it_prints_or_writes_the_module(yardarm: Yardarm) -> None:
    given()
    printed = yardarm("codegen", "python", "flags.yaml", "--as-of", "2027-01-01")
    assert printed.code == 0
    assert 'new_search: Final = BooleanFlag[NewSearchVariant]("new-search"' in printed.out
    asked = ("codegen", "python", "flags.yaml", "--output", "f.py", "--as-of", "2027-01-01")
    assert yardarm(*asked).out == "f.py written\n"
    assert Path("f.py").read_text("utf-8") == printed.out
    assert yardarm(*asked).out == "f.py is up to date\n"
    assert json.loads(yardarm(*asked, "--json").out) == {"file": "f.py", "changed": False}
    assert json.loads(yardarm(*asked[:3], *asked[5:], "--json").out) == {"module": printed.out}


def test_check_writes_nothing_and_says_what_differs(yardarm: Yardarm) -> None:
    given()
    asked = ("codegen", "python", "flags.yaml", "--output", "f.py", "--as-of")
    missing = yardarm(*asked, "2027-01-01", "--check")
    assert missing.code == 1
    assert "f.py is out of date: run `yardarm codegen python --output f.py`" in missing.err
    assert not Path("f.py").exists()
    yardarm(*asked, "2027-01-01")
    assert yardarm(*asked, "2027-01-01", "--check").code == 0
    before = Path("f.py").read_bytes()
    expired = yardarm(*asked, "2027-03-01", "--check")
    assert expired.code == 1
    assert "+    @deprecated(" in expired.err
    assert Path("f.py").read_bytes() == before


def test_mistakes(yardarm: Yardarm) -> None:
    given()
    assert "--check needs --output" in yardarm("codegen", "python", "flags.yaml", "--check").err
    wrong = yardarm("codegen", "python", "flags.yaml", "--as-of", "tomorrow")
    assert (wrong.code, "'tomorrow' is no date" in wrong.err) == (2, True)
    assert yardarm("codegen", "python", "nowhere.yaml").code == 2
    Path("bad.yaml").write_text("flags: {f: {type: boolean}}", "utf-8")
    assert yardarm("codegen", "python", "bad.yaml").code == 2
