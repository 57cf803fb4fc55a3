"""The tutorial and the README's first minutes, done as they say. `pages` tells how they are read.

`yardarm dev` takes the next port where the usual one is taken, and keeps its data in the folder it
is started in, as the pages say; so nothing of them is changed for the test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.pages import Reader
from tests.e2e.processes import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    with Reader(tmp_path) as reader:
        reader.follow(ROOT / "docs" / "tutorial" / "first-flag.md")
        # Its last step: the server ends, and the program goes on with what it has.
        reader.terminals["server"].end()
        reader.terminals["program"].shows("Ahoy, alice!  Ahoy, bob!  Ahoy, carol!")


def test_the_readme_does_what_it_says(tmp_path: Path) -> None:
    with Reader(tmp_path) as reader:
        reader.follow(ROOT / "README.md")
