"""What the tests of the older libraries share: answers, garbage, round trips."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

from yardarm.core.ambient import Ambient
from yardarm.core.codec import document_from_json, document_to_json
from yardarm.core.context import Context
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.validate import validate
from yardarm.dialects.base import Dialect, Reading

Json = Any
NOW = 1_795_000_000.0
NOTHING = ["no such flag"]


class Answers:
    """A library's document, read and asked.

    Documents go through our own JSON first, as a server would send them.
    """

    def __init__(
        self, dialect: Dialect, source: Json, options: Mapping[str, Json] | None = None
    ) -> None:
        self.reading: Reading = dialect.read(source, options or {})
        sent = document_from_json(document_to_json(self.reading.document))
        self.program = Program.of(sent)

    def of(self, key: str, context: Json, now: float = NOW, chance: float = 0.0) -> Json:
        """The value; `NOTHING` where the caller's fallback is answered."""
        ambient = Ambient.at(now, lambda: chance)
        return evaluate(self.program, key, context, NOTHING, ambient=ambient).value


def kinds(inputs: Mapping[str, Json]) -> Context:
    """A context of these kinds, also of none."""
    return Context.of({"kind": "multi", **inputs})


def check_valid(reading: Reading) -> None:
    """What was read may be published."""
    assert [p for p in validate(reading.document) if p.severity == "error"] == []


def check_round_trip(dialect: Dialect, source: Json, options: Mapping[str, Json]) -> Reading:
    """Reading and writing gives the same again, also after our own JSON."""
    assert dialect.write is not None
    reading = dialect.read(source, options)
    sent = document_from_json(document_to_json(reading.document))
    for document in (reading.document, sent):
        written = dialect.write(document, {})
        assert written.document == source
        assert written.losses == ()
    return reading


GARBAGE: tuple[Json, ...] = (
    None, True, False, 0, -1, 2**70, 1.5, float("nan"), float("inf"), "", "x", "é\ud800",
    "a" * 3000, [], [[]], [None, 1], {}, {"": {}}, {"py/id": 3}, {"py/object": "x"}, {"type": "x"},
    {"condition": 1, "value": []}, b"bytes", (1, 2), {1: 2}, 10**5000,
)  # fmt: skip


def _deep() -> Json:
    made: Json = []
    for number in range(20_000):
        made = [made] if number % 2 else {"a": made}
    return made


DEEP = _deep()


def spoilt(rng: random.Random, source: Json) -> Json:
    """A copy with garbage somewhere, something missing, or something twice."""
    made = copy.deepcopy(source)
    places = list(_places(made))
    for _ in range(rng.choice((1, 1, 2, 5))):
        if not places:
            return rng.choice(GARBAGE)
        holder, name = rng.choice(places)
        roll = rng.random()
        try:
            if roll < 0.7:
                holder[name] = DEEP if roll < 0.05 else copy.deepcopy(rng.choice(GARBAGE))
            elif roll < 0.85:
                del holder[name]
            elif isinstance(holder, list):
                holder.insert(name, copy.deepcopy(rng.choice(GARBAGE)))
            else:
                holder[rng.choice(("x", "", "py/id", 7))] = holder[name]
        except (KeyError, IndexError):
            continue
    return made


def _places(value: Json) -> Iterator[tuple[Json, Json]]:
    if isinstance(value, dict):
        for name in list(value):
            yield value, name
            yield from _places(value[name])
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value, index
            yield from _places(value[index])


def check_garbage(
    dialect: Dialect, rng: random.Random, source: Json, options: Mapping[str, Json]
) -> None:
    """A spoilt document is read all the same, or is no document at all; what is read can be asked,
    written and read again."""
    from yardarm.errors import DocumentError

    bad = spoilt(rng, source)
    try:
        reading = dialect.read(bad, options)
    except DocumentError:
        return
    program = Program.of(reading.document)
    for key in reading.document.flags:
        evaluate(program, key, {"key": "u"}, None)
    for loss in reading.losses:
        assert loss.message
        loss.to_json()
    assert dialect.write is not None
    dialect.write(reading.document, {})
