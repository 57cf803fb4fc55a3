"""What must hold for the files of the checkout, whatever they are about."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
MAX_LINES = 450

# Written apart, so that this file does not name them.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "deb.deb" + "ian.org",
]
SOMEBODYS_FOLDER = re.compile(r"(?<![\w.~-])/(?:home/\w+|Users/\w+|root|work)/")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|coming " r"soon", re.IGNORECASE)


def files() -> list[Path]:
    """Files that git tracks or would track."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted({name for name in listing.stdout.split("\0") if name})
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(lines(path), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry() -> None:
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRIES))
    assert matching(hosts, files()) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    here = re.compile(f"{SOMEBODYS_FOLDER.pattern}|{re.escape(str(ROOT))}(?![\\w-])")
    assert matching(here, files()) == []


def test_no_lock_file_that_names_registries() -> None:
    assert [path for path in files() if path.name in {"uv.lock", "poetry.lock"}] == []


def test_nothing_is_left_unfinished() -> None:
    parts = ("src", "docs", "dashboard", "examples")
    inside = [p for p in files() if p.relative_to(ROOT).parts[0] in parts or p.parent == ROOT]
    text = [p for p in inside if p.suffix in {".py", ".md", ".ts", ".tsx", ".toml"}]
    assert matching(UNFINISHED, text) == []


def test_no_source_file_holds_more_than_one_idea() -> None:
    sources = [p for p in files() if p.suffix == ".py" and p.is_relative_to(ROOT / "src")]
    long = {str(p.relative_to(ROOT)): len(lines(p)) for p in sources if len(lines(p)) > MAX_LINES}
    assert long == {}, f"over {MAX_LINES} lines: split where there are two ideas"


def commands() -> list[str]:
    """The one-line commands of the README that begin by making the environment."""
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    return [line for line in readme if line.startswith("python3 -m venv ")]


def test_the_readme_has_two_commands() -> None:
    run, test = commands()
    assert run.endswith("/yardarm dev")
    assert "pytest" in test


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert script[-1] == commands()[1]


# --- constraints.txt -----------------------------------------------------------------------


def pins() -> dict[str, str]:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", text, re.MULTILINE))


def asked_for() -> list[Requirement]:
    """Every requirement of the project and of its build, extras included."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = config["project"]["optional-dependencies"].values()
    listed = [Requirement(text) for extra in extras for text in extra]
    listed += [Requirement(text) for text in config["build-system"]["requires"]]
    return [requirement for requirement in listed if requirement.name != "yardarm"]


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pinned = pins()
    loose = [
        str(wanted)
        for wanted in asked_for()
        if not wanted.specifier.contains(pinned.get(canonicalize_name(wanted.name), "0"))
    ]
    assert loose == [], "run tools/lock"


def test_every_pin_has_hashes_and_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert re.findall(r"^-.*", text, re.MULTILINE) == []
    blocks = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2])
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_all_names_every_extra_for_users() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = config["project"]["optional-dependencies"]
    (everything,) = (Requirement(text) for text in extras["all"])
    assert everything.extras == set(extras) - {"all", "test"}
