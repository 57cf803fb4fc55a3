"""Bodies are converted strictly, and every wrong field is told with its pointer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest

from yardarm.errors import DocumentError
from yardarm.server.web.rest.bodies import read_as


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    weight: int
    note: str = ""


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    inner: list[Inner] = []
    by_key: dict[str, Inner] = {}
    source: str | None = msgspec.field(name="from", default=None)


def faults(value: Any, declared: Any = Outer) -> dict[str, str]:
    with pytest.raises(DocumentError) as refused:
        read_as(declared, value)
    return {problem.pointer: problem.message for problem in refused.value.problems}


def test_what_fits_is_converted() -> None:
    found = read_as(Outer, {"name": "n", "inner": [{"weight": 1}], "from": "x"})
    assert found == Outer("n", [Inner(1)], {}, "x")
    assert read_as(Outer | None, {"name": "n"}) == Outer("n")


@pytest.mark.parametrize(("value", "pointer", "said"), [
    ([], "", "expected an object, found a list"),
    (None, "", "expected an object, found null"),
    ({}, "", "'name' is missing"),
    ({"name": ""}, "/name", "length >= 1"),
    ({"name": 1}, "/name", "expected 'str', got 'int'"),
    ({"name": "n", "inner": [{"weight": "1"}]}, "/inner/0/weight", "expected 'int', got 'str'"),
    ({"name": "n", "inner": [{"weight": 1.0}]}, "/inner/0/weight", "expected 'int', got 'float'"),
    ({"name": "n", "inner": [{"weight": True}]}, "/inner/0/weight", "expected 'int', got 'bool'"),
    ({"name": "n", "inner": [{}]}, "/inner/0", "'weight' is missing"),
    ({"name": "n", "inner": [{"weight": 1}, {"weight": 1, "x": 1}]}, "/inner/1/x", "unknown field"),
    ({"name": "n", "a/b~c": 1}, "/a~1b~0c", "unknown field"),
    ({"name": "n", "source": "x"}, "/source", "unknown field"),
])  # fmt: skip
def test_what_does_not_fit(value: Any, pointer: str, said: str) -> None:
    found = faults(value)
    assert list(found) == [pointer]
    assert said in found[pointer]


def test_every_wrong_field_is_told() -> None:
    found = faults({"inner": 1, "from": 2, "zzz": 3})
    assert list(found) == ["", "/from", "/inner", "/zzz"]
