from typing import Any

import pytest

from yardarm.cli.segments import _changed

NOTHING = {"when": None, "included": (), "excluded": (), "forgotten": (), "name": None,
           "description": None}  # fmt: skip
SEGMENT = {
    "key": "beta",
    "version": 3,
    "when": {"segment": "x"},
    "included": [{"keys": ["a", "b"]}, {"keys": ["acme"], "kind": "organization"}],
    "excluded": [{"keys": ["c"]}],
}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {}),
        ({"name": "Beta"}, {"name": "Beta"}),
        ({"when": "none"}, {"when": None}),
        ({"when": "segment y"}, {"when": {"segment": "y"}}),
        (
            {"included": ("d, a", "e")},
            {"included": [{"keys": ["a", "b", "d", "e"]}, SEGMENT["included"][1]]},
        ),
        (
            {"excluded": ("a",)},
            {"included": [{"keys": ["b"]}, SEGMENT["included"][1]],
             "excluded": [{"keys": ["c", "a"]}]},
        ),
        (
            {"forgotten": ("a,b,c",)},
            {"included": [SEGMENT["included"][1]], "excluded": []},
        ),
    ],
)  # fmt: skip
def test_what_options_change(options: dict[str, Any], expected: dict[str, Any]) -> None:
    before = {name: value for name, value in SEGMENT.items() if name not in ("key", "version")}
    assert _changed(dict(SEGMENT), {**NOTHING, **options}) == {**before, **expected}


def test_a_new_segment() -> None:
    made = _changed({}, {**NOTHING, "included": ("a",), "when": "plan = pro"})
    assert made == {
        "when": {"attribute": "plan", "op": "equals", "values": ["pro"]},
        "included": [{"keys": ["a"]}],
        "excluded": [],
    }
