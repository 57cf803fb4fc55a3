"""What importing Yardarm costs: nothing but itself and a little of the standard library."""

import subprocess
import sys

import pytest

# Modules that cost start-up time or start machinery nobody has asked for yet.
HEAVY = {"asyncio", "ssl", "http.client", "sqlite3", "multiprocessing", "urllib.request"}


def loaded_by(code: str) -> set[str]:
    """Names of the modules that `code` loads in a fresh interpreter."""
    program = (
        "import sys; before = set(sys.modules)\n"
        f"{code}\n"
        "print('LOADED', *sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


def third_party(modules: set[str]) -> set[str]:
    ours = sys.stdlib_module_names | {"yardarm"}
    return {name for name in modules if name.partition(".")[0] not in ours}


def test_importing_yardarm_loads_no_third_party_module() -> None:
    loaded = loaded_by("import yardarm")
    assert "yardarm" in loaded
    assert third_party(loaded) == set()


def test_importing_yardarm_loads_nothing_heavy() -> None:
    assert loaded_by("import yardarm") & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["flags", "--help"]])
def test_the_command_line_prints_help_without_the_server(arguments: list[str]) -> None:
    code = (
        f"sys.argv = ['yardarm', *{arguments!r}]\n"
        "from yardarm.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )
    loaded = loaded_by(code)
    assert {name for name in loaded if name.startswith("yardarm.server")} == set()
    assert loaded & {"sqlalchemy", "litestar", "uvicorn", "alembic"} == set()
