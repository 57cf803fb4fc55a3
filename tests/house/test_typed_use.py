"""What users write is typed as they expect: under `@flag`, and with a written module.

One run of mypy, strict; `reveal_type` says what it made of each. Pyright is asked the same where it
is installed.
"""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from yardarm.connect.python.module import python_module
from yardarm.core.codec import document_from_json

PROGRAM = """\
from collections.abc import AsyncIterator, Iterator
from typing import Literal, assert_never, assert_type

import yardarm
from written_flags import LayoutValue, flags
from yardarm import choose, context_for, flag


class User:
    id: int = 1


@context_for(User, private=["email"])
def user_context(user: User) -> dict[str, object]:
    return {"key": user.id}


def old(query: str, limit: int = 1) -> list[str]:
    return []


@flag("new", fallback=old, context="query")
def search(query: str, limit: int = 1) -> list[str]:
    return [query] * limit


@flag("new", fallback=None)
async def later(n: int) -> str:
    return str(n)


@flag("new", fallback=())
def numbers() -> Iterator[int]:
    yield 1


@flag("new", fallback=[])
async def many() -> AsyncIterator[int]:
    yield 1


class Old:
    pass


@flag("new", fallback=Old)
class New:
    def __init__(self, size: int) -> None:
        self.size = size

    @flag("new", fallback=None)
    def method(self, n: int) -> str:
        return ""

    @staticmethod
    @flag("new", fallback=None)
    def static(n: int) -> str:
        return ""


@yardarm.bound_context({"key": "u"})
def bound(n: int) -> str:
    return ""


async def main(client: yardarm.Client, user: User) -> None:
    assert_type(search("q", limit=2), list[str])
    assert_type(await later(1), str)
    assert_type(numbers(), Iterator[int])
    assert_type(many(), AsyncIterator[int])
    assert_type(New(1), New)
    assert_type(New(1).method(1), str)
    assert_type(New.static(1), str)
    assert_type(bound(1), str)
    assert_type(yardarm.carry(old)("q"), list[str])
    assert_type(choose("s", {"v1": old}, fallback=old)("q"), list[str])
    assert_type(client.boolean("x", user), bool)
    assert_type(client.variant("x", (user, {"kind": "team", "key": "t"})), str)
    with yardarm.enabled("x", user) as on:
        assert_type(on, bool)
    assert_type(flags.new_search(user), bool)
    assert_type(flags.engine(), str)
    assert_type(flags.limit(), int)
    assert_type(flags.rate(fallback=1), float)
    assert_type(flags.layout(), LayoutValue | None)
    assert_type(flags.layout(user, LayoutValue(columns=1)), LayoutValue)
    assert_type(flags.layout(user, LayoutValue(columns=1))["columns"], int)
    variant = flags.engine.variant(user)
    assert_type(variant, Literal["v1", "v2"] | None)
    match variant:
        case "v1" | "v2" | None:
            pass
        case _:
            assert_never(variant)


search(1)  # wrong
search("q", depth=1)  # wrong
New("large")  # wrong
choose("s", {"v1": later}, fallback=old)  # wrong
flags.new_serch()  # wrong
flags.layout(None, LayoutValue(columns=1))["colums"]  # wrong
flags.engine.variant() == "v3"  # wrong
flags.old_banner()  # wrong
"""

WRONG = [n for n, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# wrong")]

VARIANTS = [{"key": "v1", "value": "a"}, {"key": "v2", "value": "b"}]
SCHEMA = {"properties": {"columns": {"type": "integer"}}, "required": ["columns"]}
ON = [{"key": "on", "value": True}]
FLAGS = {
    "new-search": {"type": "boolean", "variants": ON},
    "old-banner": {"type": "boolean", "variants": ON, "expires_at": "2026-01-01T00:00:00Z"},
    "engine": {"type": "string", "variants": VARIANTS, "description": 'It\'s """quoted"""\\'},
    "limit": {"type": "integer", "variants": [{"key": "a", "value": 7}]},
    "rate": {"type": "number", "variants": [{"key": "a", "value": 0.5}]},
    "layout": {"type": "json", "variants": [{"key": "a", "value": {"columns": 1}}],
               "schema": SCHEMA},
    "class": {"type": "json", "variants": [], "schema": {"type": ["null", "array"]}},
    "Final": {"type": "boolean", "variants": ON},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    document = document_from_json({"flags": FLAGS})
    module = python_module(document, 1_800_000_000_000_000)
    (folder / "written_flags.py").write_text(module, "utf-8")
    (folder / "program.py").write_text(PROGRAM, "utf-8")
    return folder


def test_mypy_agrees(folder: Path) -> None:
    source = Path(__file__).parents[2] / "src"
    command = [
        sys.executable, "-m", "mypy", "--strict", "--enable-error-code=deprecated",
        "--no-error-summary", "--config-file=", "--hide-error-context", "--cache-dir",
        str(source.parent / ".mypy_cache"), "program.py", "written_flags.py",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=110, check=False,
        env={"MYPYPATH": str(source), "PATH": ""},
    )  # fmt: skip
    found = re.findall(r"^(\w+\.py):(\d+): error: .*", done.stdout, re.MULTILINE)
    assert found == [("program.py", str(line)) for line in WRONG], done.stdout + done.stderr


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="basedpyright is not installed")
def test_pyright_agrees(folder: Path) -> None:
    source = Path(__file__).parents[2] / "src"
    settings = {
        "typeCheckingMode": "strict", "extraPaths": [str(source)], "reportDeprecated": "error",
        "reportUnusedExpression": "none", "include": ["program.py", "written_flags.py"],
    }  # fmt: skip
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "basedpyright", "--outputjson"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=110, check=False
    )
    found = {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1)
        for one in json.loads(done.stdout)["generalDiagnostics"]
        if one["severity"] == "error"
    }
    assert found == {("program.py", line) for line in WRONG}, done.stdout
