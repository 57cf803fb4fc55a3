"""The documents hang together: links lead somewhere, all is listed, nothing is out of date."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.fences import blocks

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading).strip().lower() for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        aim = (page.parent / name).resolve() if name else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            broken.append(target)
    assert broken == []


def test_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "reference"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


FOLDERS = ["tutorial", "how-to", "reference", "reference/dialects", "explanation"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_is_listed_in_its_folder(folder: str) -> None:
    index = (ROOT / "docs" / folder / "README.md").read_text("utf-8")
    pages = {path.name for path in (ROOT / "docs" / folder).iterdir()} - {"README.md"}
    listed = [name for name in pages if f"({name})" in index or f"({name}/README.md)" in index]
    assert sorted(pages - set(listed)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_fences_are_closed_and_say_only_what_is_known(page: Path) -> None:
    fences = re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(page))


def test_every_decision_is_listed() -> None:
    index = (DECISIONS / "README.md").read_text("utf-8")
    records = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [name for name in records if f"({name})" not in index] == []
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))


@pytest.mark.parametrize("record", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_every_decision_says_what_lost(record: Path) -> None:
    headings = re.findall(r"^## (.+)$", record.read_text("utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Rejected"]


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    releases = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.MULTILINE)
    assert releases
    assert releases[0] == ("Unreleased", "")
    assert all(date for _, date in releases[1:])
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert len(releases) == 1 or releases[1][0] == version
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= set(KINDS)
