"""Rows of the store by column: every value is what the context has, whatever its shape."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from yardarm.core.context import Context
from yardarm.errors import ContextError
from yardarm.server.previews.columns import Chunk, Row
from yardarm.server.previews.decoding import MAX_COLUMNS, make_chunk

VALUES = (1, 1.0, True, 0, 0.0, -0.0, False, "1", "", None, [1], {"a": 1}, 2**70, 1e300, "x")
KEYS = ("ann", "", 7, 7.5, None, True, "b\u0000")


def rows_of(bodies: list[Any]) -> list[Row]:
    return [
        (place, body if isinstance(body, bytes) else json.dumps(body).encode(), 2, place + 1, "web")
        for place, body in enumerate(bodies)
    ]


def contexts_of(chunk: Chunk) -> list[dict[str, dict[str, Any]]]:
    """The attributes of each row by kind, as the columns have them."""
    found: list[dict[str, dict[str, Any]]] = [{} for _ in range(len(chunk))]
    for (kind, name), column in chunk.columns.items():
        assert len(column.codes) == len(chunk)
        for row, code in enumerate(column.codes.tolist()):
            if (value := column.values[code]) is not None:
                found[row].setdefault(kind, {})[name] = value
    return found


def shown(kinds: Any) -> str:
    """With types, without what is null or empty."""
    told = {
        kind: {name: repr(value) for name, value in values.items() if value is not None}
        for kind, values in kinds.items()
    }
    return json.dumps({kind: values for kind, values in told.items() if values}, sort_keys=True)


def context(rng: random.Random, types: tuple[Any, ...]) -> Any:
    made: dict[str, Any] = {"key": rng.choice(KEYS[:1] if rng.random() < 0.9 else KEYS)}
    made["x"] = rng.choice(types)
    if rng.random() < 0.2:
        made = {"y": rng.choice(VALUES), **made}
    if rng.random() < 0.05:
        del made["key"]
    if rng.random() < 0.05:
        made["targetingKey"] = "target"
    if rng.random() < 0.05:
        return {"kind": "multi", "user": made, "team": {"key": "acme", "x": rng.choice(VALUES)}}
    if rng.random() < 0.03:
        return rng.choice(([], {"kind": 3}, 5, "text", {"kind": "multi", "user": 1}, b"{"))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_columns_have_what_contexts_have(seed: int) -> None:
    rng = random.Random(seed)
    first = ((1, 2, 3), ("a", "b"), (0.5, 1.5), (True, False), (0.0, -0.0), (None,))[seed]
    bodies = [context(rng, first) for _ in range(700)] + [context(rng, VALUES) for _ in range(900)]
    expected, places = [], []
    for place, body in enumerate(bodies):
        try:
            read = Context.of(json.loads(json.dumps(body))) if body != b"{" else None
        except ContextError:
            continue
        if read is not None:
            expected.append(shown(read.by_kind()))
            places.append(place)
    for whole in (False, True):
        chunk = make_chunk(rows_of(bodies), (), contexts=whole)
        assert [shown(each) for each in contexts_of(chunk)] == expected
        assert chunk.places.tolist() == places
        assert chunk.bad == len(bodies) - len(places) > 0
        assert (chunk.contexts is not None) is whole
        assert not whole or len(chunk.contexts or ()) == len(places)


def test_what_is_wanted_is_never_left_out() -> None:
    wide = [{"key": f"u{n}", **{f"a{i}": i for i in range(300)}, "last": n} for n in range(5)]
    chunk = make_chunk(rows_of(wide), [("user", "last"), ("user", "nowhere")])
    assert not chunk.whole
    assert len(chunk.columns) == MAX_COLUMNS + 1
    assert chunk.column(("user", "last")).values == [None, 0, 1, 2, 3, 4]
    assert make_chunk(rows_of(wide[:1]), []).last == 1


def test_what_was_withheld_is_known() -> None:
    bodies = [{"key": "ann", "_private": ["mail"]}, {"key": "bob"}]
    chunk = make_chunk(rows_of(bodies), ())
    lacks = [chunk.withheld.values[code] for code in chunk.withheld.codes.tolist()]
    assert lacks == [frozenset({("user", "mail")}), None]
