"""The table of commands is true, and help needs nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from yardarm.cli.commands import COMMANDS, Entry, Group
from yardarm.cli.help import help_of
from yardarm.cli.lazy import command_of, root

ROOT = Path(__file__).parents[3]

LEAVES = {
    (name, *more): entry
    for name, found in COMMANDS.items()
    for more, entry in (
        [((sub,), e) for sub, e in found.entries.items()]
        if isinstance(found, Group)
        else [((), found)]
    )
}
RUNS_ON = {("dev",), ("serve",)}
"""Commands that end when somebody ends them, and print nothing for programs."""


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_the_table_says_what_the_command_says(path: tuple[str, ...]) -> None:
    entry = LEAVES[path]
    command = command_of(entry)
    assert command.name == path[-1]
    assert command.short_help == entry.help
    assert len(entry.help) <= 60
    assert entry.help.endswith(".")
    assert command.help


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    command = command_of(LEAVES[path])
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_speaks_json(path: tuple[str, ...]) -> None:
    names = {name for param in command_of(LEAVES[path]).params for name in param.opts}
    assert ("--json" in names) is (path not in RUNS_ON)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_whatever_reads_a_server_reads_all_four_variables(path: tuple[str, ...]) -> None:
    params = command_of(LEAVES[path]).params
    variables = {str(p.envvar) for p in params if isinstance(p, click.Option) and p.envvar}
    everything = {f"YARDARM_{name}" for name in ("URL", "TOKEN", "PROJECT", "ENVIRONMENT")}
    variables -= {"YARDARM_IMPORT_KEY", "YARDARM_SERVER_KEY"}  # of a vendor, and of programs
    if path == ("kill",):  # it is meant for every environment, unless an option names some
        variables |= {"YARDARM_ENVIRONMENT"}
    assert variables in (set(), everything)
    local = {
        "dev", "serve", "migrate", "validate", "diff", "schema", "completion", "version",
        "override-link",
    }  # fmt: skip
    assert (variables == set()) is (path[0] in local)


def test_no_module_of_commands_is_left_out_of_the_table() -> None:
    named = {entry.module for entry in LEAVES.values()}
    folder = ROOT / "src" / "yardarm" / "cli"
    holding = {
        path.stem for path in folder.glob("*.py") if "@click.command(" in path.read_text("utf-8")
    }
    assert holding == named


@pytest.mark.parametrize("name", [name for name, e in COMMANDS.items() if isinstance(e, Group)])
def test_help_of_groups_is_the_same_by_click_and_without(name: str) -> None:
    group = root().get_command(click.Context(root()), name)
    assert group is not None
    assert group.get_help(click.Context(group)) == help_of([name, "--help"])


def test_help_lists_every_command() -> None:
    text = help_of(["--help"])
    assert text is not None
    assert root().get_help(click.Context(root())) == text
    for name, entry in COMMANDS.items():
        assert f"  {name} " in text
        assert entry.help in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("arguments", [[], ["flags"], ["eval", "--help"], ["nope", "--help"]])
def test_other_help_is_clicks_own(arguments: list[str]) -> None:
    assert help_of(arguments) is None


def run(*arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    what = ["-c", code] if code else ["-m", "yardarm.cli.main"]
    program = [sys.executable, *what, *arguments]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def cpu_seconds() -> float:
    """Time that child processes took so far: what they take on a machine with nothing else."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.xdist_group("timing")
@pytest.mark.parametrize("arguments", [["--help"], ["flags", "--help"], ["changes", "-h"]])
def test_help_takes_less_than_150_ms(arguments: list[str]) -> None:
    times = []
    for _ in range(10):
        before = cpu_seconds()
        done = run(*arguments)
        times.append(cpu_seconds() - before)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("Usage: yardarm")
    assert min(times) < 0.15, times


@pytest.mark.parametrize("arguments", [["--help"], ["flags", "--help"]])
def test_help_imports_no_command_and_no_package(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from yardarm.cli.main import main\n"
        "main()\n"
        "ours = {m.removeprefix('yardarm.cli.') for m in sys.modules if 'yardarm.cli.' in m}\n"
        "theirs = {'click', 'rich', 'ruamel', 'jsonschema'} & set(sys.modules)\n"
        "print('LOADED', sorted(ours), theirs)"
    )
    done = run(*arguments, code=code)
    assert done.stdout.splitlines()[-1] == "LOADED ['commands', 'help', 'main'] set()", done.stderr


@pytest.mark.parametrize("missing", ["click", "rich"])
@pytest.mark.parametrize("arguments", [[], ["--help"], ["flags", "list"], ["dev"]])
def test_without_its_extra_it_says_so_in_one_line(missing: str, arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {missing!r}:\n"
        "            raise ModuleNotFoundError(name=name)\n"
        "import importlib.util as u\n"
        "real = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {missing!r} else real(name, *a)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from yardarm.cli.main import main\n"
        "main()\n"
    )
    done = run(*arguments, code=code)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "yardarm[cli]" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0, done.stderr
    assert "_YARDARM_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("yardarm fl", {"flags"}),
        ("yardarm flags en", {"enable"}),
        ("yardarm flags enable --js", {"--json"}),
        ("yardarm flags create --purpose r", {"release"}),
        ("yardarm ", set(COMMANDS)),
    ],
)
def test_completion_knows_commands_and_options(words: str, expected: set[str]) -> None:
    parts = words.split(" ")
    environment = {
        **os.environ,
        "_YARDARM_COMPLETE": "bash_complete",
        "COMP_WORDS": words.strip(),
        "COMP_CWORD": str(len(parts) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "yardarm.cli.main"],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    found = {line.rpartition(",")[2] for line in done.stdout.splitlines()}
    assert found == expected, done.stderr


def test_entries_name_functions_in_their_module() -> None:
    assert all(isinstance(entry, Entry) for entry in LEAVES.values())
    assert len({(e.module, e.function) for e in LEAVES.values()}) == len(LEAVES)
