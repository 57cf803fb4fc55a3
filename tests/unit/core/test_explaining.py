"""Which attributes tell who moves: exact counts, gains beyond chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import combinations
from math import comb, log2
from typing import Any

import pytest

from yardarm.core.context import Context
from yardarm.core.explaining import MAX_ATTRIBUTES, MAX_VALUES, Tally, best
from yardarm.core.explaining import _by_chance as by_chance
from yardarm.core.explaining import _expected as expected


def told(
    contexts: Iterable[dict[str, Any]],
    moves: Callable[[dict[str, Any]], bool],
    unknown: Callable[[dict[str, Any]], bool] = lambda context: False,
) -> list[Any]:
    everyone = Tally()
    moved, unsure = Tally(everyone), Tally(everyone)
    for context in contexts:
        read = Context.of(context)
        everyone.add(read)
        if unknown(context):
            unsure.add(read)
        elif moves(context):
            moved.add(read)
    return list(best(everyone, moved, unsure))


def flights(count: int) -> list[dict[str, Any]]:
    """Imported in the order of their dates."""
    rng = random.Random(3)
    return [
        {
            "key": f"f{number}",
            "id": number,
            "month": 1 + number * 12 // count,
            "carrier": rng.choice(("UA", "AA", "DL", "B6")),
            "delay": rng.choice((0, 1, 1.0, True, None, [1])),
        }
        for number in range(count)
    ]


def test_counts_are_of_everybody_whatever_the_order() -> None:
    contexts = flights(30_000)
    found = told(contexts, lambda c: c["carrier"] == "UA")
    assert [each["attribute"] for each in found] == ["carrier"]
    assert found[0]["gain"] == 1.0
    among = sum(c["carrier"] == "UA" for c in contexts)
    assert found[0]["values"][0] == {"value": "UA", "moved": among, "contexts": among}
    random.Random(1).shuffle(contexts)
    assert told(contexts, lambda c: c["carrier"] == "UA") == found


def test_values_of_another_type_are_other_values() -> None:
    contexts = [{"key": f"k{n}", "x": x} for n in range(50) for x in (0, 1, 1.0, True, "1", None)]
    (found,) = told(contexts, lambda c: c["x"] is True or c["x"] == "1")
    assert found["gain"] > 0.98
    shown = [(each["value"], type(each["value"]), each["contexts"]) for each in found["values"]]
    assert shown == [("1", str, 50), (True, bool, 50), (0, int, 50)]


def test_who_is_unknown_is_not_looked_at() -> None:
    contexts = [{"key": f"k{n}", "plan": ("free", "pro")[n % 2]} for n in range(90)]
    rest = {"unknown": lambda c: c["key"] in ("k0", "k1", "k2")}
    (found,) = told(contexts, lambda c: c["plan"] == "pro", **rest)
    assert found["values"] == [
        {"value": "pro", "moved": 44, "contexts": 44},
        {"value": "free", "moved": 0, "contexts": 43},
    ]
    assert told(contexts, lambda c: True, **rest) == []
    assert told(contexts, lambda c: False, **rest) == []


@pytest.mark.parametrize("count", [4, 40, MAX_VALUES, MAX_VALUES + 1, 3_000])
def test_what_names_each_context_tells_nothing(count: int) -> None:
    rng = random.Random(count)
    moving = set(rng.sample(range(count), count // 2))
    contexts = [{"key": f"k{n}", "id": f"id-{n}", "at": float(n)} for n in range(count)]
    assert told(contexts, lambda c: int(c["at"]) in moving) == []


def test_a_kind_is_told_and_its_key_never() -> None:
    contexts = [
        {"kind": "multi", "user": {"key": "ann"}, "team": {"key": f"t{n % 2}", "size": n % 2}}
        for n in range(40)
    ]
    (found,) = told(contexts, lambda c: c["team"]["size"] == 1)
    assert (found["attribute"], found["kind"]) == ("size", "team")


def test_an_attribute_too_many_is_left_out() -> None:
    wide = {f"a{n}": "x" for n in range(MAX_ATTRIBUTES)}
    contexts = [{"key": f"k{n}", **wide, "late": n % 2} for n in range(10)]
    assert told(contexts, lambda c: c["late"] == 1) == []
    assert told([{"key": "k", "early": n % 2, **wide} for n in range(10)], lambda c: c["early"])


@pytest.mark.parametrize(("total", "moves", "have"), [(7, 3, 3), (9, 1, 4), (8, 6, 5), (6, 3, 1)])
def test_chance_is_every_way_to_draw(total: int, moves: int, have: int) -> None:
    drawn = [
        entropy(sum(number < moves for number in chosen) / have)
        for chosen in combinations(range(total), have)
    ]
    assert expected(have, total, moves) == pytest.approx(sum(drawn) / comb(total, have))


def entropy(share: float) -> float:
    return -sum(part * log2(part) for part in (share, 1 - share) if part)


def test_what_is_normal_joins_what_is_summed_up() -> None:
    for share in (0.5, 0.1, 0.01):
        total = 1_000_000
        moves = int(total * share)
        edge = next(n for n in range(1, total) if n * share * (1 - share) > 25.01)
        below, above = expected(edge - 10, total, moves), expected(edge + 10, total, moves)
        assert below == pytest.approx(above, rel=0.005)


def test_chance_takes_what_chance_gives() -> None:
    rng = random.Random(8)
    for values in (2, 30, 400):
        contexts = [(rng.randrange(values), rng.random() < 0.2) for _ in range(1_000)]
        table: dict[Any, tuple[int, int]] = {}
        for value, moved in contexts:
            have, so_far = table.get(value, (0, 0))
            table[value] = (have + 1, so_far + moved)
        moves = sum(moved for _, moved in contexts)
        left = sum(have / 1_000 * entropy(moved / have) for have, moved in table.values())
        gained = 1 - left / entropy(moves / 1_000)
        assert by_chance(table, 1_000 - moves, moves) == pytest.approx(gained, rel=0.25, abs=0.003)
