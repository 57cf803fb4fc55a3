"""Random questions to flagd's evaluators, for the differential runs.

They come in rounds. Each round asks about every operation as it is, negated, of a missing attribute
and of one of an odd type, about every form of split, about evaluators, about states, and then
about whole documents, so that every cell of the table fills evenly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.conformance.flagd import drills, splits, whole
from tests.conformance.flagd import values as v
from tests.conformance.question import Question

Json = Any
Options = Mapping[str, Json]
Asking = Callable[[random.Random, Options], Iterator[Question]]

ONE_SIDED: dict[str, str] = {
    "state: disabled": "a disabled flag always gives the caller's default",
    "state: no default": "without targeting and default there is nothing to serve",
    "split:booleans v1": "in v1, an arm is text",
    "split:number v1": "v1 places text only",
    "split:number v2": "v2 places text only",
    "split:malformed": "what is malformed serves the default variant",
}
"""Cells that have one outcome only, and why."""

_VARIANTS = {"yes": True, "no": False}
_WHOLE_DOCUMENTS = 20


def questions(rng: random.Random) -> Iterator[Question]:
    """Endless questions about documents of generation v3, the one of flagd's Python evaluator."""
    cells = [*parts(), *["whole document"] * _WHOLE_DOCUMENTS]
    return questions_about(cells)(rng)


def questions_about(cells: Sequence[str]) -> Callable[[random.Random], Iterator[Question]]:
    """Endless questions of these cells, in rounds."""
    known = parts()

    def endless(rng: random.Random) -> Iterator[Question]:
        asking = [known[cell] for cell in cells]
        while True:
            rng.shuffle(asking)
            for ask in asking:
                yield from ask(rng, {"fractional": "v3"})

    return endless


def parts() -> dict[str, Asking]:
    """What asks for each cell."""
    return {
        **{f"{kind}:{name}": _drill(name, kind) for name in drills.DRILLS for kind in _KINDS},
        **{f"split:{form} v3": _split(form, "v3", odd=True) for form in splits.FORMS},
        "split:malformed": _split("malformed", "v3", odd=True),
        **{f"evaluators {depth} deep": _evaluators(depth) for depth in range(1, 6)},
        **{f"state: {name}": _state(name) for name in ("disabled", "no default", "static")},
        "whole document": _whole,
    }


def split_questions(generation: str) -> Callable[[random.Random], Iterator[Question]]:
    """Endless questions about splits of one generation, for flagd's Node evaluator.

    Its JSONLogic converts values otherwise, so only splits and their malformed forms are asked for,
    and attributes have the types that they should have.
    """

    def endless(rng: random.Random) -> Iterator[Question]:
        options = {"fractional": generation}
        asking = [_split(form, generation, odd=False) for form in splits.FORMS]
        while True:
            for ask in asking:
                yield from ask(rng, options)

    return endless


def hit(question: Question, answer: Json) -> bool:
    """Whether what the cells name came out true."""
    return answer["variant"] in ("yes", "true")


def _document(targeting: Json, **more: Json) -> Json:
    flag = {"state": "ENABLED", "variants": _VARIANTS, "defaultVariant": "no"}
    return {"flags": {"flag": {**flag, "targeting": targeting}}, **more}


# --- operations -------------------------------------------------------------------------------

_KINDS = ("op", "not op", "missing", "wrong type")


def _drill(name: str, kind: str) -> Asking:
    def ask(rng: random.Random, options: Options) -> Iterator[Question]:
        expression, draw_x, draw_y = drills.DRILLS[name](rng)
        # An operation on nothing, or on what it is not made for, mostly has one outcome only.
        turned = kind == "not op" or (kind in ("missing", "wrong type") and rng.random() < 0.5)
        document = _posed(rng, {"!": [expression]} if turned else expression)
        for _ in range(10 if "op" in kind else 7):
            context: dict[str, Json] = {"targetingKey": v.user(rng), "y": draw_y(rng)}
            if kind == "missing":
                context = context if rng.random() < 0.5 else {}
            else:
                x = v.odd_value(rng) if kind == "wrong type" else draw_x(rng)
                context |= {"x": x, "nested": {"x": x}, "items": [x]}
            yield Question(document, "flag", context, (f"{kind}:{name}",), options)

    return ask


def _posed(rng: random.Random, expression: Json) -> Json:
    """A document that serves `yes` or `true` where the expression is true."""
    form = rng.random()
    if form < 0.6:
        return _document({"if": [expression, "yes", "no"]})
    if form < 0.8:
        return _document({"if": [expression, "yes"]})
    flag = {"state": "ENABLED", "variants": {"true": 1, "false": 0}, "defaultVariant": "false"}
    return {"flags": {"flag": {**flag, "targeting": {"!!": [expression]}}}}


# --- splits -----------------------------------------------------------------------------------


def _split(form: str, generation: str, *, odd: bool) -> Asking:
    cell = f"split:{form}" if form == "malformed" else f"split:{form} {generation}"

    def ask(rng: random.Random, options: Options) -> Iterator[Question]:
        malformed = form == "malformed"
        targeting = splits.broken(rng) if malformed else splits.fractional(rng, form)
        if rng.random() < 0.3:
            tier = {"===": [{"var": "tier"}, "gold"]}
            targeting = {"if": [tier, targeting, rng.choice(("no", None, targeting))]}
        document = _document(targeting)
        if odd and rng.random() < 0.2:
            del document["flags"]["flag"]["defaultVariant"]
        for _ in range(10):
            context = splits.attributes(rng, odd=odd)
            if rng.random() < 0.95:
                context["targetingKey"] = v.user(rng)
            yield Question(document, "flag", context, (cell,), options)

    return ask


# --- documents --------------------------------------------------------------------------------


def _evaluators(depth: int) -> Asking:
    """Evaluators that mention others, so many deep."""

    def ask(rng: random.Random, options: Options) -> Iterator[Question]:
        name = rng.choice(list(drills.DRILLS))
        expression, draw_x, draw_y = drills.plain_drill(rng, name)
        names = [f"e{index}" for index in range(depth)]
        rules: dict[str, Json] = {
            one: {rng.choice(("and", "!!")): [{"$ref": other}]} for one, other in pairwise(names)
        }
        rules[names[-1]] = expression
        document = _document({"if": [{"$ref": "e0"}, "yes", "no"]}, **{"$evaluators": rules})
        for _ in range(10):
            x = draw_x(rng)
            context = {"targetingKey": v.user(rng), "x": x, "y": draw_y(rng), "nested": {"x": x}}
            yield Question(document, "flag", context, (f"evaluators {depth} deep",), options)

    return ask


def _state(name: str) -> Asking:
    def ask(rng: random.Random, options: Options) -> Iterator[Question]:
        document = _document({"if": [{"var": "x"}, "yes", "no"]}, metadata={"flagSetId": "set"})
        flag = document["flags"]["flag"]
        flag["metadata"] = {"owner": "web"}
        if name == "disabled":
            flag["state"] = "DISABLED"
        else:
            del flag["targeting"]
            flag["defaultVariant"] = rng.choice(("yes", "no")) if name == "static" else None
        for _ in range(6):
            context = {"x": rng.choice((0, 1))}
            yield Question(document, "flag", context, (f"state: {name}",), options)

    return ask


def _whole(rng: random.Random, options: Options) -> Iterator[Question]:
    document = whole.document(rng)
    for _ in range(8):
        flag = rng.choice([*document["flags"], "nobody's flag"])
        yield Question(document, flag, whole.context(rng), ("whole document",), options)
