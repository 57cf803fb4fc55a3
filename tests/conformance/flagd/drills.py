"""Expressions about one operation each, with attributes for which both outcomes are common."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from tests.conformance.flagd import values as v

Json = Any
Draw = Callable[[random.Random], Json]
Drill = tuple[Json, Draw, Draw]
"""An expression, and how to draw its attributes x and y."""

X: Json = {"var": "x"}
Y: Json = {"var": "y"}


def plain_drill(rng: random.Random, name: str) -> Drill:
    """A drill that flagd's Python evaluator can put in the place of a mention: it takes the rule
    for a replacement pattern, in which a backslash (also of an escape in JSON) means something."""
    while "\\" in json.dumps((made := DRILLS[name](rng))[0]):
        pass
    return made


def any_drill(rng: random.Random) -> Json:
    """An expression about any operation."""
    return DRILLS[rng.choice(list(DRILLS))](rng)[0]


def _of(*choices: Json) -> Draw:
    return lambda rng: rng.choice(choices)


def _absent(rng: random.Random) -> Json:
    return None


# --- comparisons ------------------------------------------------------------------------------


def _equality(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        constant = v.scalar(rng)
        alike = (constant, str(constant), [constant], True, 1, 0, None, 1.0, "1", "0", [])
        drawn = _of(*[constant] * 9, *alike)
        if rng.random() < 0.3:
            return {operation: [X, Y]}, drawn, drawn
        path: Json = {"var": rng.choice(("x", ["x"], "x", "nested.x", "items.0"))}
        pair = [path, constant] if rng.random() < 0.7 else [constant, path]
        return {operation: pair}, drawn, _absent

    return make


def _order(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        constant = rng.choice((10, 18, 0, "b", "10", 2.5, -1, True, None, "", [5]))
        drawn = _of(
            1, 5, 10, 18, 19, 30, -5, 2.5, "a", "b", "c", "9", "10", "100", "", None, True, [7]
        )
        shape = rng.random()
        if shape < 0.2:
            low, high = rng.choice((1, 5, "a")), rng.choice((10, 30, "c", None))
            between = [low, X, high] if "<" in operation else [high or 30, X, low]
            return {operation: between}, drawn, _absent
        if shape < 0.4:
            return {operation: [X, Y]}, drawn, drawn
        pair = [X, constant] if rng.random() < 0.5 else [constant, X]
        return {operation: pair}, drawn, _absent

    return make


def _in(rng: random.Random) -> Drill:
    constants = [v.scalar(rng) for _ in range(rng.randrange(1, 6))]
    drawn = _of(*constants, *constants, "zz", 7, None, [], True)
    match rng.randrange(4):
        case 0:
            text = f"-{constants[0]}-"
            lists = _of(constants, constants[:1], "abc", text, text, None, [], ["q"], 5)
            return {"in": [rng.choice(constants[:2]), X]}, lists, _absent
        case 1:
            texts = _of("NL", "x", 10, 1.0, None, True, "", [])
            return {"in": [X, "abc NL 10 null True"]}, texts, _absent
        case 2:
            return {"in": [X, Y]}, drawn, _of(constants, constants[1:], "NL a 1", None)
    return {"in": [X, constants]}, drawn, _absent


# --- branches ---------------------------------------------------------------------------------

_FEW = _of(0, 1, "", "a", None, [])


def _negation(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        drawn = _of("", "0", 0, 1, 0.0, None, [], [0], {}, True, False, "a")
        return {operation: X if rng.random() < 0.5 else [X]}, drawn, _absent

    return make


def _joined(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        parts = [
            rng.choice((X, {"!": X}, {"!=": [X, 1]})),
            rng.choice((Y, {"!!": [Y]}, {"in": [Y, ["a", 1]]})),
        ]
        rng.shuffle(parts)
        return {operation: parts[: rng.choice((1, 2, 2))]}, _FEW, _FEW

    return make


def _branch(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        values = [X, rng.choice((True, 1, "a")), Y, rng.choice((False, 0, Y))]
        whole = [*values, rng.choice((True, None, X))]
        return {operation: whole[: rng.choice((1, 2, 3, 3, 4, 5))]}, _FEW, _FEW

    return make


# --- numbers and text -------------------------------------------------------------------------


def _arithmetic(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        drawn = _of(0, 1, 2, 3, 4, 6, 10, 2.5, -3, "2", " 3 ", "x", None, True, [4], [], "", "1e2")
        call: Json = {operation: [X, rng.choice((2, 3, Y, "4", 1.5))]}
        if rng.random() < 0.15:
            call = {operation: [X]}
        bound = rng.choice((0, 1, 2, 4, 6, "3"))
        return {rng.choice(("==", "<", ">", "<=", ">=")): [call, bound]}, drawn, drawn

    return make


def _cat(rng: random.Random) -> Drill:
    texts = {
        "-a": "a", "-b": ["b"], "-1": 1.0, "-2.5": 2.5, "-null": None, "-True": True, "-": "",
        "-1,2,null": [1, [2, None]], "-[object Object]": {}, "-1e+21": 1e21,
    }  # fmt: skip
    wanted = rng.choice(list(texts))
    drawn = _of(*[texts[wanted]] * 5, *texts.values(), 1, 10**20)
    return {"==": [{"cat": ["-", X]}, wanted]}, drawn, _absent


def _substr(rng: random.Random) -> Drill:
    start = rng.choice((0, 1, 2, -1, -2, "1", None, 9, 1.9))
    length = rng.choice((None, 1, 2, -1, -9, "1"))
    arguments = [X, start] if length is None else [X, start, length]
    wanted = rng.choice((["a", "b", "", "l"], ["ab", "c", "bc", "1"], ["ull", "", "2", "a"]))
    drawn = _of("abc", "ab", "", None, 12, "bca", "ééa")
    return {"in": [{"substr": arguments}, wanted]}, drawn, _absent


def _text(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        part = rng.choice(("a", "abc", "xyz", "é", "\N{GRINNING FACE}", "1"))
        hit = part + "q" if operation == "starts_with" else "q" + part
        drawn = _of(
            part, hit, hit, part + part, "q" + part + "q", "", None, 1, [part], part.upper()
        )
        arguments: list[Json] = [X, part] if rng.random() < 0.8 else [X, Y]
        if rng.random() < 0.03:
            arguments.append(part)
        return {operation: arguments}, drawn, _of(part, part, "", None)

    return make


_EQUAL = ("=", "<=", ">=", "^", "~")


def _sem_ver(comparison: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        bound = rng.choice(v.VERSIONS)
        near = [bound, f"v{bound}", f"{bound.split('+')[0]}+x"]
        if comparison in _EQUAL:
            near = near * 4
        drawn = _of(*near, *v.VERSIONS, *v.BAD_VERSIONS[:9], 1, 2, 1.2, 2.0)
        other = bound if rng.random() < 0.8 else Y
        return {"sem_ver": [X, comparison, other]}, drawn, _of(bound, bound, *v.VERSIONS)

    return make


# --- data and lists ---------------------------------------------------------------------------


def _var(rng: random.Random) -> Drill:
    path = rng.choice((
        "x.a", "x.0", "x.length", "x.b.a", ["x", "abc"], ["x.a", 1], "x.-1", "x.00", "x..a",
        [{"cat": ["", "x"]}], [], "",
    ))  # fmt: skip
    drawn = _of(
        {"a": "abc"}, {"a": None}, ["a", "b"], "abc", "", 5, None, {"b": {"a": 0}}, {"0": 1}, []
    )
    return {"!!": [{"var": path}]}, drawn, _absent


def _missing(rng: random.Random) -> Drill:
    keys = rng.choice((["x"], [["x", "y"]], ["x", "x.a"], [{"merge": ["x", "y"]}]))
    return {"!!": [{"missing": keys}]}, _of("a", "", None, 0, {"a": 1}, []), _of("b", "c", None)


def _missing_some(rng: random.Random) -> Drill:
    needed = rng.choice((1, 2, 2, 2, "2", 3, "x"))
    keys = rng.choice((["x", "y"], ["x"], ["x", "y", "z"], ["x", "y", "email"]))
    return {"!!": [{"missing_some": [needed, keys]}]}, _of("a", "", None, 1), _of("b", None, "")


def _merge(rng: random.Random) -> Drill:
    call = {"in": [rng.choice(("a", 1, None)), {"merge": [X, ["b"], Y]}]}
    return call, _of("a", ["a", 1], [], None, [["a"]], "c"), _of([1], "z", None, {}, [None])


def _listed(operation: str) -> Callable[[random.Random], Drill]:
    def make(rng: random.Random) -> Drill:
        item: Json = rng.choice((
            {"var": ""}, {"var": "a"}, {">": [{"var": ""}, 2]}, {"==": [{"var": "a"}, 1]},
            {"starts_with": [{"var": ""}, "a"]}, {"!=": [{"var": ""}, "b"]},
        ))  # fmt: skip
        drawn = _of(
            [1, 2, 3], [3, 4], [5], [], ["a", "ab"], ["a", "b"], [0, ""], [{"a": 1}, {"a": 0}],
            [{"a": 1}], None, {"a": [1]}, [[], [0]],
        )  # fmt: skip
        call: Json = {operation: [X, item]}
        if operation in ("map", "filter"):
            call = (
                {"!!": [call]} if rng.random() < 0.7 else {"in": [rng.choice((2, True, 1)), call]}
            )
        return call, drawn, _absent

    return make


def _reduce(rng: random.Random) -> Drill:
    step = rng.choice(("+", "*", "max", "cat", "-"))
    current: Json = {"var": rng.choice(("current", "current.a", ["current", 1]))}
    call = {"reduce": [X, {step: [{"var": "accumulator"}, current]}, rng.choice((0, 1, "", None))]}
    drawn = _of([1, 2, 3], [5], [], [{"a": 2}, {"a": 3}], ["a", "b"], None, [0, 7], 5)
    bound = rng.choice((0, 1, 3, 6, "ab", "0", ""))
    return {rng.choice((">", "==", "<", ">=", ">=", "<=")): [call, bound]}, drawn, _absent


def _log(rng: random.Random) -> Drill:
    return {"==": [{"log": [X]}, 1]}, _of(1, "1", "a", None, [1], 2, True), _absent


DRILLS: dict[str, Callable[[random.Random], Drill]] = {
    **{name: _equality(name) for name in ("==", "===", "!=", "!==")},
    **{name: _order(name) for name in ("<", "<=", ">", ">=")},
    **{name: _arithmetic(name) for name in ("+", "-", "*", "/", "%", "min", "max")},
    **{name: _negation(name) for name in ("!", "!!")},
    **{name: _joined(name) for name in ("and", "or")},
    **{name: _branch(name) for name in ("if", "?:")},
    **{name: _listed(name) for name in ("map", "filter", "all", "some", "none")},
    **{name: _text(name) for name in ("starts_with", "ends_with")},
    **{f"sem_ver {name}": _sem_ver(name) for name in ("=", "!=", "<", "<=", ">", ">=", "^", "~")},
    "in": _in,
    "cat": _cat,
    "substr": _substr,
    "merge": _merge,
    "var": _var,
    "missing": _missing,
    "missing_some": _missing_some,
    "reduce": _reduce,
    "log": _log,
}
"""How to make an expression about each operation, and the attributes to ask it with."""
