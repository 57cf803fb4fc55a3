"""What an editor is offered: attributes and their commonest values."""

from __future__ import annotations

from typing import Any

from yardarm.core.jsontext import canonical
from yardarm.server.population.completion import Census
from yardarm.server.population.model import AttributeShare, ValueShare


def census(*contexts: dict[str, Any], prefix: str = "") -> list[AttributeShare]:
    made = Census(prefix)
    made.add(canonical(context) for context in contexts)
    return list(made.result().items)


def test_shares_of_names_and_values() -> None:
    found = census(
        {"key": "a", "plan": "pro", "age": 3},
        {"key": "b", "plan": "pro", "_private": ["age"]},
        {"key": "c", "plan": "free", "age": {"sha256": "00"}, "_private": ["age"]},
        {"kind": "team", "key": "t", "plan": "pro"},
    )
    assert found == [
        AttributeShare("user", "age", 0.25, 0.5, (ValueShare(3, 0.25),)),
        AttributeShare(
            "user", "plan", 0.75, 0.0, (ValueShare("pro", 0.5), ValueShare("free", 0.25))
        ),
        AttributeShare("team", "plan", 0.25, 0.0, (ValueShare("pro", 0.25),)),
    ]


def test_values_that_are_equal_but_differ_are_told_apart() -> None:
    (found,) = census(*({"key": str(n), "a": v} for n, v in enumerate([True, 1, 1, "1", [1]])))
    assert found.share == 1
    assert [(type(each.value), each.share) for each in found.values] == [
        (int, 0.4), (str, 0.2), (bool, 0.2)
    ]  # fmt: skip


def test_names_by_how_they_begin() -> None:
    found = census({"key": "a", "plan": 1, "place": 1, "age": 1}, prefix="pl")
    assert [each.name for each in found] == ["place", "plan"]


def test_memory_is_bounded() -> None:
    found = census(
        *({"key": "a", f"name{n}": n, "many": n, "long": "x" * 101} for n in range(3_000))
    )
    assert len(found) == 1_000
    by_name = {each.name: each for each in found}
    assert by_name["many"].share == 1
    assert len(by_name["many"].values) == 10
    assert by_name["long"].values == ()


def test_nobody_has_no_attributes() -> None:
    assert Census().result().contexts == 0
    assert census() == []
