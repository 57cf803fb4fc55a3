"""JSON forms of conditions and serves: one shape each, there and back, bounded in depth.

Mistakes and their pointers are in test_codec.py.
"""

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.conditions import condition_to_json, read_condition, read_serve, serve_to_json
from yardarm.core.reading import MAX_DEPTH, Reader
from yardarm.errors import Problem

CLAUSE = m.Clause("a", "in", ("x", 1, True, 0.5))
CONDITIONS: list[tuple[m.Condition, Any]] = [
    (CLAUSE, {"attribute": "a", "op": "in", "values": ["x", 1, True, 0.5]}),
    (m.Clause("a", "present"), {"attribute": "a", "op": "present"}),
    (m.Clause("/a/b", "lt", (1,), "device"),
     {"attribute": "/a/b", "op": "lt", "values": [1], "kind": "device"}),
    (m.All((CLAUSE, m.Always())), {"all": [condition_to_json(CLAUSE), {"always": True}]}),
    (m.AnyOf(()), {"any": []}),
    (m.Not(m.Always()), {"not": {"always": True}}),
    (m.InSegment("s"), {"segment": "s"}),
    (m.FlagServes("f", ("on", "off")), {"flag": "f", "variants": ["on", "off"]}),
    (m.Always(), {"always": True}),
]  # fmt: skip
SERVES: list[tuple[m.Serve, Any]] = [
    ("on", "on"),
    (m.Split((m.Arm("on", 1), m.Arm("off", 2, ((5, 7),)))),
     {"split": {"arms": [{"variant": "on", "weight": 1},
                         {"variant": "off", "weight": 2, "ranges": [[5, 7]]}]}}),
    (m.Split((), m.Bucketing("x", "s", ("a",), "device", m.Layer("l", ((0, 9), (10, 11)))), "on"),
     {"split": {"arms": [], "algorithm": "x", "seed": "s", "by": ["a"], "kind": "device",
                "layer": {"key": "l", "ranges": [[0, 9], [10, 11]]}, "outside": "on"}}),
    (m.Split((), partial=True), {"split": {"arms": [], "outside": None}}),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "value"), CONDITIONS)
def test_conditions_there_and_back(condition: m.Condition, value: Any) -> None:
    problems: list[Problem] = []
    assert condition_to_json(condition) == value
    assert read_condition(Reader(value, "", problems)) == condition
    assert problems == []


@pytest.mark.parametrize(("serve", "value"), SERVES)
def test_serves_there_and_back(serve: m.Serve, value: Any) -> None:
    problems: list[Problem] = []
    assert serve_to_json(serve) == value
    assert read_serve(Reader(value, "", problems)) == serve
    assert problems == []


@pytest.mark.parametrize("shape", ["not", "all", "any"])
def test_depth_is_bounded(shape: str) -> None:
    def nested(levels: int) -> Any:
        found: Any = {"always": True}
        for _ in range(levels):
            found = {"not": found} if shape == "not" else {shape: [found]}
        return found

    problems: list[Problem] = []
    assert read_condition(Reader(nested(MAX_DEPTH), "", problems)) is not None
    assert problems == []
    for levels in (MAX_DEPTH + 1, 500):
        problems = []
        read_condition(Reader(nested(levels), "", problems))
        assert [problem.message for problem in problems] == ["condition nested too deeply"]
