"""A deliberate mistake in every operation, operator, algorithm and step is noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.flagd import generate
from tests.conformance.flagd.vendor import VENDOR, needs_sdk

from yardarm.core.bucketing import flagd as buckets
from yardarm.core.jsonlogic import coerce, compile_logic, fractional
from yardarm.core.jsonlogic.compile import OPERATIONS
from yardarm.core.jsonlogic.expression import Operation, eager
from yardarm.core.operators import flagd as operators
from yardarm.dialects.flagd import answers, conditions, contexts, evaluators, flags, rules, splits

COUNT = 1_500
"""Questions asked of each mistake, all of them about the thing that is wrong."""


def _about(*wanted: str) -> Any:
    """Questions of cells by their whole name or what stands before the colon."""
    known = generate.parts()
    cells = [cell for cell in known if cell in wanted or cell.partition(":")[0] in wanted]
    return replace(VENDOR, questions=generate.questions_about(cells))


def _noticed(*cells: str) -> bool:
    return bool(run(_about(*cells), 7, COUNT, most=1).differences)


def _of(name: str) -> tuple[str, ...]:
    return tuple(f"{kind}:{name}" for kind in ("op", "not op", "missing", "wrong type"))


# --- JSONLogic --------------------------------------------------------------------------------


def _number(value: Any) -> Any:
    """As JavaScript converts: 0x10 and booleans are numbers, null is 0."""
    return float(value) if isinstance(value, bool) else coerce.to_number(value)


def _branches_from_the_second(arguments: Any, scope: Any) -> Any:
    return OPERATIONS["if"].build(arguments, scope) if len(arguments) < 4 else arguments[-1].step


def _joined(decides: bool) -> Callable[..., Any]:
    """`and` and `or` that give a boolean where they give a value, and null for nothing."""

    def joined(*values: Any) -> Any:
        found = [value for value in values if coerce.truthy(value) is decides]
        return found[-1] if found else values[0] if values else None

    return joined


def _listed(wrong: Callable[[list[Any], list[Any]], Any]) -> Operation:
    def build(arguments: Any, scope: Any) -> Any:
        def step(data: Any, around: Any) -> Any:
            items = arguments[0].step(data, around)
            if not isinstance(items, list):
                return wrong([], [])
            values = [arguments[1].step(item, around) for item in items]
            return wrong(items, values)

        return step

    return Operation(build, inner=frozenset({1}), costly=lambda arguments: True)


def _left_out_first(arguments: Any, scope: Any) -> Any:
    def step(data: Any, around: Any) -> Any:
        items = arguments[0].step(data, around)
        state = {"accumulator": arguments[2].value if len(arguments) > 2 else None}
        for item in (items if isinstance(items, list) else [])[1:]:
            state = {"accumulator": arguments[1].step({**state, "current": item}, around)}
        return state["accumulator"]

    return step


WRONG: dict[str, Operation] = {
    "==": eager(lambda a=None, b=None: a == b),
    "===": eager(lambda a=None, b=None: type(a) is type(b) and a == b),
    "!=": eager(lambda a=None, b=None: a != b),
    "!==": eager(lambda a=None, b=None: type(a) is not type(b) or a != b),
    "<": eager(lambda a=None, b=None, c=None: coerce.less_or_equal(a, b)),
    "<=": eager(lambda a=None, b=None, c=None: coerce.less(a, b)),
    ">": eager(lambda a=None, b=None, c=None: coerce.greater_or_equal(a, b)),
    ">=": eager(lambda a=None, b=None, c=None: coerce.greater(a, b)),
    "!": eager(lambda a=None: a is None or a is False),
    "!!": eager(lambda a=None: bool(a)),
    "and": eager(_joined(True)),
    "or": eager(_joined(False)),
    "if": Operation(_branches_from_the_second),
    "?:": Operation(_branches_from_the_second),
    "+": eager(lambda *values: sum(v for v in map(_number, values) if v == v)),
    "-": eager(lambda a=None, b=None: coerce.to_number(a) - coerce.to_number(b)),
    "*": eager(lambda a=0, b=0, *_: coerce.to_number(a) * coerce.to_number(b)),
    "/": eager(lambda a=None, b=None: coerce.to_number(a) // coerce.to_number(b)),
    "%": eager(lambda a=0, b=1: abs(coerce.to_number(a)) % coerce.to_number(b)),
    "min": eager(lambda *values: min((v for v in map(_number, values) if v == v), default=0)),
    "max": eager(lambda *values: max((v for v in map(_number, values) if v == v), default=0)),
    "map": _listed(lambda items, values: values[1:]),
    "filter": _listed(lambda items, values: [v for v in values if coerce.truthy(v)][1:]),
    "all": _listed(lambda items, values: all(map(coerce.truthy, values))),
    "some": _listed(lambda items, values: bool(items) and all(map(coerce.truthy, values))),
    "none": _listed(lambda items, values: bool(items) and not any(map(coerce.truthy, values))),
    "reduce": Operation(_left_out_first, frozenset({1}), frozenset({2}), lambda arguments: True),
    "in": eager(lambda a=None, b=None: isinstance(b, list) and a in b),
    "cat": eager(lambda *values: "".join(map(str, values))),
    "substr": eager(lambda text="", start=0, end=None: coerce.to_text(text)[
        int(coerce.to_number(start) or 0):None if end is None else int(end)]),
    "merge": eager(lambda *values: list(values)),
    "var": eager(lambda name=None, default=None: default),
    "missing": eager(lambda *keys: []),
    "missing_some": eager(lambda needed=0, keys=None: []),
    "log": eager(lambda a=None: None),
    "starts_with": eager(lambda a="", b="", *_: coerce.to_text(a).startswith(coerce.to_text(b))),
    "ends_with": eager(lambda a="", b="", *_: coerce.to_text(a).endswith(coerce.to_text(b))),
}  # fmt: skip
"""For each operation a mistake that somebody could make."""

LIKE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "==": ("flagd.==", lambda value, wanted: value == wanted),
    "===": ("flagd.===", coerce.loosely_equal),
    "<": ("flagd.<", coerce.less_or_equal),
    "<=": ("flagd.<=", coerce.less),
    ">": ("flagd.>", coerce.greater_or_equal),
    ">=": ("flagd.>=", coerce.greater),
    "in": ("flagd.in", lambda value, wanted: isinstance(value, str) and value in wanted),
    "holds": ("flagd.holds", lambda value, needle: isinstance(value, list) and needle in value),
    "starts_with": ("flagd.starts_with", lambda value, part: part in coerce.to_text(value)),
    "ends_with": ("flagd.ends_with", lambda value, part: part in coerce.to_text(value)),
    "true": ("flagd.true", lambda value, _: value is not None and value is not False),
}
"""For each operator of a clause a mistake."""


def test_every_operation_has_a_mistake() -> None:
    named = {name for name in OPERATIONS if not name.startswith("fractional")}
    assert set(WRONG) == named - {"sem_ver"}
    assert {name for name, _ in LIKE.values()} == set(operators.OPERATORS) - {"flagd.sem_ver"}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_operation(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything stays JSONLogic, so that no clause answers instead."""
    needs_sdk()
    monkeypatch.setattr(conditions, "_clause", lambda name, arguments: None)
    monkeypatch.setattr(conditions.Words, "_joined", lambda *arguments: None)
    monkeypatch.setattr(rules, "MAX_DEPTH", -1)
    cells = _of(name)
    assert not _noticed(*cells)
    monkeypatch.setitem(OPERATIONS, name, WRONG[name])  # type: ignore[arg-type]
    assert _noticed(*cells)


@pytest.mark.parametrize("name", LIKE)
def test_a_wrong_operator(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    full, test = LIKE[name]
    wrong = replace(operators.OPERATORS[full], test=test, inline=None)
    cells = {"holds": _of("in"), "true": _of("!!")}.get(name, _of(name))
    assert not _noticed(*cells)
    monkeypatch.setitem(operators.OPERATORS, full, wrong)
    assert _noticed(*cells)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: (a.major, a.minor, a.patch) == (b.major, b.minor, b.patch),
    "!=": lambda a, b: (a.major, a.minor, a.patch) != (b.major, b.minor, b.patch),
    "<": lambda a, b: a <= b,
    "<=": lambda a, b: a < b,
    ">": lambda a, b: a >= b,
    ">=": lambda a, b: a > b,
    "^": lambda a, b: a.major == b.major and a >= b,
    "~": lambda a, b: a.major == b.major and a.minor == b.minor and a >= b,
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_wrong_comparison_of_versions(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    cells = _of(f"sem_ver {name}")
    assert not _noticed(*cells)
    monkeypatch.setitem(operators.COMPARISONS, name, COMPARISONS[name])
    assert _noticed(*cells)


def test_versions_that_are_not_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    parse = operators.version
    strict = lambda value: parse(value) if str(value).count(".") > 1 else None  # noqa: E731
    monkeypatch.setattr(operators, "version", strict)
    assert _noticed(*_of("sem_ver ^"))


# --- splits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["flagd.v3", "flagd.v3.text"])
def test_a_wrong_algorithm(algorithm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    right = buckets.ALGORITHMS[algorithm]

    def place(bucketing: Any, flag_key: str, total: float) -> Any:
        bucket = right.place(bucketing, flag_key, total)
        return lambda value: None if (found := bucket(value)) is None else total - 1 - found

    monkeypatch.setitem(buckets.ALGORITHMS, algorithm, replace(right, place=place))
    assert _noticed("split")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("value_unit", fractional.text_unit),
        ("pair_unit", lambda flag_key, key: fractional.value_unit(f"{flag_key}{key}")),
        ("scaled", lambda unit, total: fractional.murmur3_32(unit) % total),
        ("sums", list),
    ],
)
def test_a_wrong_step_of_fractional(name: str, wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    field = {"value_unit": "unit", "pair_unit": "short", "scaled": "bucket", "sums": "ends"}[name]
    generation = replace(fractional.GENERATIONS["v3"], **{field: wrong})
    monkeypatch.setitem(OPERATIONS, "fractional_v3", fractional._operation(generation))  # type: ignore[arg-type]
    monkeypatch.setattr(rules, "split_of", lambda *arguments: None)
    assert _noticed("split")


def test_weights_that_are_not_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    generation = replace(fractional.GENERATIONS["v3"], limit=float("inf"))
    monkeypatch.setitem(OPERATIONS, "fractional_v3", fractional._operation(generation))  # type: ignore[arg-type]
    assert _noticed("split")


# --- reading and answering ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "name", "wrong", "cell"),
    [
        (splits, "takes_lists_for_arms", lambda bucketing: False, "split"),
        (contexts, "stored_name", lambda name: name, "whole document"),
        (conditions, "attribute_of", lambda names: "/" + "/".join(names), "op"),
        (flags, "_default", lambda value: value, "whole document"),
        (answers, "_reason", lambda flag, outcome: outcome.reason, "split"),
        (evaluators.Evaluators, "after", lambda self, name: self, "whole document"),
        (rules.Targeting, "_stop", lambda self, whens: None, "split"),
    ],
)
def test_a_wrong_step(
    module: Any, name: str, wrong: Any, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_sdk()
    monkeypatch.setattr(module, name, wrong)
    assert _noticed(cell)


def test_an_unknown_operation_that_is_null(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    monkeypatch.setitem(OPERATIONS, "unknown", eager(lambda *values: None))  # type: ignore[arg-type]
    assert _noticed("whole document")
    assert compile_logic({"unknown": []}, flag_key="f")({}, None, None) is None
