"""The rule by which the docs' pages are compared with what is printed."""

from pathlib import Path

import pytest
from tests.fences import ROOT, Block, blocks, differs, plain

SHOWN = "change 3 in production\n…\nhash  …\n"


def block(text: str) -> Block:
    return Block(ROOT / "page.md", 1, "text", {}, text)


@pytest.mark.parametrize(
    "printed",
    [
        "change 3 in production\nhash  0a1b\n",
        "\nchange 3 in production  \nwho  ann\nwhy  none\nhash         0a1b\n\n",
    ],
)
def test_what_fits_a_block(printed: str) -> None:
    assert differs(block(SHOWN), printed) == ""


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "change 4 in production\nhash  0a1b\n",
        "change 3 in production\nhash  0a1b\nand one line more\n",
        "one line before\nchange 3 in production\nhash  0a1b\n",
        "change 3 in production\n",
    ],
)
def test_what_does_not(printed: str) -> None:
    assert "page.md:1" in differs(block(SHOWN), printed)


def test_signs_of_regular_expressions_mean_themselves() -> None:
    assert differs(block("a.b (c)\n"), "a.b (c)\n") == ""
    assert differs(block("a.b (c)\n"), "axb (c)\n") != ""


def test_white_space_within_a_line_counts_as_one_space() -> None:
    assert plain("FLAG      TYPE\n") == plain("FLAG\tTYPE  \n") == "FLAG TYPE"


def test_the_words_beside_a_block(tmp_path: Path) -> None:
    page = ROOT / "docs" / "tutorial" / "first-flag.md"
    found = {b.words["title"]: b.language for b in blocks(page) if "title" in b.words}
    assert found == {"greet.py": "python"}
    odd = tmp_path / "odd.md"
    odd.write_text("```sh exti=2\nfalse\n```\n")
    with pytest.raises(AssertionError, match="exti"):
        blocks(odd)
