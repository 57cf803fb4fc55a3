"""What needs what: order, depth, cost and cycles."""

from typing import Any

import pytest
from tests.oracle.build import boolean, document, rule

from yardarm.core.program import DocumentSource
from yardarm.core.references import (
    MAX_COST,
    MAX_REFERENCES,
    Found,
    Reference,
    direct,
    of_flag,
    of_segment,
    survey,
)


def found_of(flags: dict[str, Any], start: str, segments: Any = None) -> dict[Reference, Found]:
    source = DocumentSource(document(flags, segments))
    return survey(source, ("flag", start), lambda _: None)


def needing(*keys: str) -> dict[str, Any]:
    return boolean(prerequisites=[{"flag": key, "variants": ["on"]} for key in keys])


MIXED = boolean(
    prerequisites=[{"flag": "p", "variants": ["on"]}],
    rules=[
        rule({"any": [{"segment": "s"}, {"not": {"flag": "q", "variants": ["on"]}}]}),
        rule({"all": [{"segment": "s"}, {"always": True}]}, key="r2", paused=True),
    ],
)


def test_direct_references() -> None:
    made = document({"f": MIXED}, {"s": {"when": {"segment": "t"}}, "t": {}})
    assert of_flag(made.flags["f"]) == {("flag", "p"), ("flag", "q"), ("segment", "s")}
    assert of_segment(made.segments["s"]) == {("segment", "t")}
    assert of_segment(made.segments["t"]) == set()
    with pytest.raises(KeyError):
        direct(DocumentSource(made), ("flag", "p"))


def test_what_is_needed_comes_first() -> None:
    flags = {"f": MIXED, "p": needing("q"), "q": boolean()}
    found = found_of(flags, "f", {"s": {"when": {"segment": "t"}}, "t": {}})
    order = list(found)
    for at, one in found.items():
        for needed in one.needs:
            assert order.index(needed) < order.index(at)
    assert found["flag", "f"].depth == 2
    assert found["flag", "f"].needs == {
        ("flag", "p"), ("flag", "q"), ("segment", "s"), ("segment", "t"),
    }  # fmt: skip


def test_cost_counts_every_way() -> None:
    flags = {"top": needing("a", "b"), "a": needing("c"), "b": needing("c", "c"), "c": boolean()}
    found = found_of(flags, "top")
    costs = {key: one.cost for (_, key), one in found.items()}
    assert costs == {"c": 1, "a": 2, "b": 3, "top": 6}
    assert not any(one.cyclic or one.fault for one in found.values())


def test_what_does_not_exist_is_needed_all_the_same() -> None:
    found = found_of({"f": needing("nowhere")}, "f")
    assert list(found) == [("flag", "f")]
    assert found["flag", "f"].needs == {("flag", "nowhere")}
    with pytest.raises(KeyError):
        found_of({}, "f")


def test_cycles_and_what_hangs_on_them() -> None:
    flags = {
        "above": needing("a"), "a": needing("b"), "b": needing("c", "below"), "c": needing("a"),
        "below": boolean(), "self": needing("self"),
    }  # fmt: skip
    found = found_of(flags, "above")
    assert {key for (_, key), one in found.items() if one.cyclic} == {"a", "b", "c"}
    assert found["flag", "above"].needs == {("flag", key) for key in ("a", "b", "c", "below")}
    assert not found["flag", "above"].fault
    assert found_of(flags, "self")["flag", "self"].cyclic


def test_two_cycles_that_share_a_flag_are_one() -> None:
    flags = {"a": needing("b", "c"), "b": needing("a"), "c": needing("d"), "d": needing("c", "b")}
    assert all(one.cyclic for one in found_of(flags, "a").values())
    flags["d"] = needing("c")
    cyclic = {key for (_, key), one in found_of(flags, "a").items() if one.cyclic}
    assert cyclic == {"a", "b", "c", "d"}
    flags["b"] = boolean()
    cyclic = {key for (_, key), one in found_of(flags, "a").items() if one.cyclic}
    assert cyclic == {"c", "d"}


def test_bounds() -> None:
    chain = {f"f{n}": needing(f"f{n + 1}") for n in range(MAX_REFERENCES + 1)}
    chain[f"f{MAX_REFERENCES + 1}"] = boolean()
    found = found_of(chain, "f0")
    assert "chain of more than" in found["flag", "f0"].fault
    assert found["flag", "f1"].fault == ""
    wide = {f"w{n}": needing(*[f"w{n + 1}"] * 10) for n in range(5)} | {"w5": boolean()}
    found = found_of(wide, "w0")
    assert found["flag", "w2"].cost == 1 + 10 * (1 + 10 * (1 + 10))
    assert "could ask more than" in found["flag", "w0"].fault
    assert found["flag", "w0"].cost == MAX_COST + 1


def test_what_is_known_is_not_visited_again() -> None:
    flags = {"f": needing("g"), "g": needing("h"), "h": boolean()}
    source = DocumentSource(document(flags))
    known = survey(source, ("flag", "g"), lambda _: None)
    del source.document.flags["g"]  # type: ignore[attr-defined]
    found = survey(source, ("flag", "f"), known.get)
    assert list(found) == [("flag", "f")]
    assert found["flag", "f"].depth == 2
    assert found["flag", "f"].needs == {("flag", "g"), ("flag", "h")}
