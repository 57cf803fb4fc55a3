"""Whatever goes wrong: one line on stderr that says what to do, and the code that fits."""

import subprocess
import sys
from pathlib import Path

import pytest

from yardarm.cli.failures import one_line

from .conftest import Yardarm


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["flag"], "there is no command 'flag'; did you mean 'flags'?; see `yardarm --help`"),
        (["xyzzy"], "there is no command 'xyzzy'; see `yardarm --help`"),
        (["flags", "enabel", "x"], "there is no command 'enabel'; did you mean 'enable'?; "
         "see `yardarm flags --help`"),
        (["flags", "enable"], "missing argument 'KEY'; see `yardarm flags enable --help`"),
        (["flags", "list", "--zzz"], "no such option '--zzz'; see `yardarm flags list --help`"),
        (["changes", "show", "x"], "invalid value for 'NUMBER': 'x' is not a valid integer "
         "range; see `yardarm changes show --help`"),
        (["changes", "list", "--limit", "none"], "invalid value for '--limit': 'none' is neither "
         "a number nor 'all'; see `yardarm changes list --help`"),
        (["flags", "list", "--url", "http://x"], "no project is named: set YARDARM_PROJECT or give "
         "--project"),
        (["flags", "list", "--project", "p"], "no server is named: set YARDARM_URL and "
         "YARDARM_TOKEN, or start `yardarm dev` here"),
        (["tokens", "create", "a", "--grant", "fly"], "'fly' is no grant; write SCOPE, "
         "SCOPE@PROJECT or SCOPE@PROJECT/ENVIRONMENT, with one of read, edit, approve, kill, "
         "admin"),
        (["flags", "create", "x", "--type", "string", "--project", "p", "--url", "http://x"],
         "a string flag needs its variants: --variant KEY=VALUE"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line_and_code_2(
    yardarm: Yardarm, arguments: list[str], line: str
) -> None:
    done = yardarm(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"yardarm: {line}\n"


def test_a_group_without_a_command_shows_its_help(yardarm: Yardarm) -> None:
    done = yardarm("flags")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: yardarm flags")


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_the_version(yardarm: Yardarm, arguments: list[str]) -> None:
    done = yardarm(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("yardarm 0.")


def test_a_message_is_one_line_whatever_is_in_it() -> None:
    assert one_line("a\n  b\x1b[2J\u202ec") == "a b\\x1b[2J\\x202ec"


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    lines = tmp_path / "cases.jsonl"
    lines.write_bytes(b'{"flag": "f", "document": {}}\n' * 20_000)
    program = [sys.executable, "-m", "yardarm.cli.main", "eval", "--cases", str(lines)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 0
