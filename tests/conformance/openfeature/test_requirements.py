"""Each numbered requirement has a test that names it, or a reason why it has none."""

import sys
from pathlib import Path

from tests.conformance.openfeature.requirements import NOT_APPLICABLE, REQUIREMENTS

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))
from pages.openfeature import by_requirement

sys.path.pop(0)


def test_every_requirement_is_tested_or_does_not_apply() -> None:
    tested = set(by_requirement())
    assert tested | set(NOT_APPLICABLE) == set(REQUIREMENTS)
    assert not tested & set(NOT_APPLICABLE)
