"""What a user gets from `pip install .`: one distribution, whole, that says what it lacks."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "yardarm"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("distribution"),
]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an empty environment after a plain `pip install .`."""
    home = tmp_path_factory.mktemp("base") / "venv"
    venv.create(home, with_pip=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    done = run(scripts / "python", "-m", "pip", "install", "--no-cache-dir", str(ROOT))
    assert done.returncode == 0, done.stdout + done.stderr
    return scripts


def test_a_plain_install_is_one_distribution(base: Path) -> None:
    done = run(base / "python", "-m", "pip", "list", "--format", "json")
    names = {row["name"] for row in json.loads(done.stdout)}
    assert names - {"pip", "setuptools", "wheel"} == {"yardarm"}


def test_the_wheel_holds_every_file_of_the_package(base: Path) -> None:
    program = (
        "import importlib.metadata as m, json\n"
        "print(json.dumps([str(f) for f in m.files('yardarm')]))"
    )
    done = run(base / "python", "-c", program)
    installed = {name.replace("\\", "/") for name in json.loads(done.stdout)}
    wanted = {
        f"yardarm/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "yardarm/py.typed" in wanted
    assert wanted - installed == set()
    ours = ("yardarm/", "yardarm-")  # the package and its dist-info; the script lies elsewhere
    others = {name for name in installed if not name.startswith(ours)}
    assert {Path(name).stem for name in others} == {"yardarm"}


def test_yardarm_imports_in_a_plain_install(base: Path) -> None:
    done = run(base / "python", "-I", "-c", "import yardarm; print(yardarm.__name__)")
    assert (done.returncode, done.stdout.strip()) == (0, "yardarm"), done.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["flags", "list"]])
def test_the_script_says_what_it_needs(base: Path, arguments: list[str]) -> None:
    done = run(base / "yardarm", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "yardarm[cli]" in done.stderr
