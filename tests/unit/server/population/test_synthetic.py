"""Made up contexts: always the same, spread as the schema says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from yardarm.errors import DocumentError
from yardarm.server.population.model import SyntheticSchema
from yardarm.server.population.synthetic import made_up


def schema(**fields: Any) -> SyntheticSchema:
    return msgspec.convert(fields, SyntheticSchema)


SCHEMA = schema(
    attributes={
        "country": {"values": {"NL": 3, "DE": 1, "XX": 0}},
        "age": {"min": 18, "max": 20, "integer": True, "missing": 0.25},
        "score": {"min": -1, "max": 1},
        "level": {"values": [1, "one", True]},
    }
)


def test_the_same_again_and_in_parts() -> None:
    whole = list(made_up(SCHEMA, 1, range(50)))
    assert list(made_up(SCHEMA, 1, range(30))) + list(made_up(SCHEMA, 1, range(30, 50))) == whole
    assert list(made_up(SCHEMA, 2, range(50))) != whole
    assert [context["key"] for context in whole] == [f"user-{n}" for n in range(50)]


def test_an_attribute_more_changes_no_other() -> None:
    more = schema(attributes={**msgspec.to_builtins(SCHEMA.attributes), "new": {"values": [1]}})
    for one, other in zip(made_up(SCHEMA, 0, range(20)), made_up(more, 0, range(20)), strict=True):
        assert other == {**one, "new": 1}


def test_values_are_spread_as_the_schema_says() -> None:
    made = list(made_up(SCHEMA, 7, range(8_000)))
    countries = Counter(context["country"] for context in made)
    assert countries.keys() == {"NL", "DE"}
    assert 0.72 < countries["NL"] / 8_000 < 0.78
    ages = Counter(context.get("age") for context in made)
    assert ages.keys() == {18, 19, 20, None}
    assert all(0.22 < count / 8_000 < 0.28 for count in ages.values())
    assert all(type(age) is int for age in ages if age is not None)
    assert all(-1 <= context["score"] < 1 for context in made)
    levels = Counter(repr(context["level"]) for context in made)
    assert levels.keys() == {"1", "'one'", "True"}


def test_other_kinds_and_keys() -> None:
    (made,) = made_up(schema(kind="team", key_prefix="t"), 0, range(3, 4))
    assert made == {"kind": "team", "key": "t3"}


@pytest.mark.parametrize(
    ("fields", "pointer", "words"),
    [
        ({"attributes": {"a": {}}}, "/attributes/a", "neither values nor a range"),
        ({"attributes": {"a": {"min": 1}}}, "/attributes/a", "neither values nor a range"),
        ({"attributes": {"a": {"values": []}}}, "/attributes/a", "no value"),
        ({"attributes": {"a": {"values": {"x": 0}}}}, "/attributes/a", "no value"),
        ({"attributes": {"a": {"values": [1], "max": 2}}}, "/attributes/a", "one of them"),
        ({"attributes": {"a/b": {"min": 2, "max": 1}}}, "/attributes/a~1b", "empty range"),
        ({"attributes": {"a": {"min": 0, "max": 1e300}}}, "/attributes/a", "beyond"),
        (
            {"attributes": {"a": {"min": 0.2, "max": 0.8, "integer": True}}},
            "/attributes/a", "no whole number",
        ),
        ({"attributes": {"key": {"values": [1]}}}, "/attributes/key", "not the name"),
        ({"kind": "multi"}, "/kind", "context kind"),
    ],
)  # fmt: skip
def test_a_schema_that_says_nonsense(fields: dict[str, Any], pointer: str, words: str) -> None:
    with pytest.raises(DocumentError) as raised:
        list(made_up(schema(**fields), 0, range(1)))
    (problem,) = raised.value.problems
    assert problem.pointer == pointer
    assert words in problem.message
