"""A deliberate mistake in every operator, algorithm and step is noticed by the questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from tests.conformance.differential import run
from tests.conformance.growthbook.vendor import needs_sdk, vendor
from tests.conformance.question import Question

from yardarm.core.bucketing import growthbook as buckets
from yardarm.core.hashes import fnv1a_32_utf16
from yardarm.core.javascript import values as js
from yardarm.core.operators import growthbook as operators
from yardarm.dialects.growthbook import (
    answers,
    conditions,
    contexts,
    experiments,
    features,
    groups,
    parents,
    rules,
    splits,
    sticky,
    targeting,
    units,
)

# The package has a function of this name.
evaluation = import_module("yardarm.dialects.growthbook.evaluation")

COUNT = 1_500
"""Questions asked of each mistake, all of them about the thing that is wrong."""


def _about(part: str, *cells: str) -> Any:
    asked = vendor(part)

    def questions(rng: random.Random) -> Iterator[Question]:
        for question in asked.questions(rng):
            if any(cell.startswith(cells) for cell in question.cells):
                yield question

    return replace(asked, questions=questions)


def _noticed(part: str, *cells: str) -> bool:
    return bool(run(_about(part, *cells), 7, COUNT, most=1).differences)


Wrong = Callable[[Any, Any], bool]

OPERATORS: dict[str, tuple[str, Wrong]] = {
    "is": ("is:", lambda value, wanted: bool(value == wanted)),
    "json": ("is:object", lambda value, wanted: bool(value == wanted)),
    "eq": ("op:$eq", lambda value, wanted: operators._is(value, wanted)),
    "lt": ("op:$lt", lambda value, wanted: js.number(value) < js.number(wanted)),
    "lte": ("op:$lte", lambda value, wanted: js.less(value, wanted) is True),
    "gt": ("op:$gt", lambda value, wanted: js.less(wanted, value) is not False),
    "gte": ("op:$gte", lambda value, wanted: js.less(value, wanted) is not True),
    "veq": ("op:$veq", lambda value, wanted: js.text(value) == wanted.lstrip()),
    "vlt": ("op:$vlt", lambda value, wanted: js.text(value) < wanted),
    "vlte": ("op:$vlte", lambda value, wanted: operators.padded(value) < wanted),
    "vgt": ("op:$vgt", lambda value, wanted: operators.padded(value) >= wanted),
    "vgte": ("op:$vgte", lambda value, wanted: operators.padded(value) > wanted),
    "in": ("op:$in", lambda value, wanted: operators._scalar(value) in wanted),
    "ini": ("op:$ini", lambda value, wanted: operators._among(operators._scalar)(value, wanted)),
    "all": ("op:$all", lambda value, tests: isinstance(value, list) and bool(tests)
            and all(any(map(test, value)) for test in tests)),
    "alli": ("op:$alli", lambda value, tests: isinstance(value, list)
             and any(any(map(test, value)) for test in tests)),
    "size": ("op:$size", lambda value, test: isinstance(value, list | dict) and test(len(value))),
    "elem_match": ("op:$elemMatch", lambda value, test: isinstance(value, list)
                   and all(map(test, value))),
    "exists": ("op:$exists", lambda value, _: bool(value)),
    "type": ("op:$type", lambda value, wanted: js.kind(value if value is not None else {})
             == wanted),
    "regex": ("op:$regex", lambda value, search: isinstance(value, str) and search is not None
              and search(value)),
    "regexi": ("op:$regexi", lambda value, search: search is not None
               and search(js.text(value).lower())),
    "at": ("nested path", lambda value, wanted: isinstance(value, dict)
           and wanted[1](js.at(value, wanted[0]))),
}  # fmt: skip
"""For each operator the cells that show it, and a mistake that somebody could make."""


def _part_of(cell: str) -> str:
    if not cell.startswith("op:"):
        return "conditions"
    from tests.conformance.growthbook import draw

    return f"operators {list(draw.OPERANDS).index(cell[3:]) % 4 + 1}"


@pytest.mark.parametrize("name", OPERATORS)
def test_a_wrong_operator(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    cell, wrong = OPERATORS[name]
    full, part = f"growthbook.{name}", _part_of(cell)
    cells = (cell, f"not {cell[3:]}") if cell.startswith("op:") else (cell,)
    assert not _noticed(part, *cells)
    mistaken = replace(operators.OPERATORS[full], test=wrong, inline=None)
    monkeypatch.setitem(operators.OPERATORS, full, mistaken)
    assert _noticed(part, *cells)


def test_every_operator_has_a_mistake() -> None:
    assert {f"growthbook.{name}" for name in OPERATORS} == set(operators.OPERATORS)


def test_operators_within_operands_are_noticed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    wrong = replace(operators.OPERATORS["growthbook.in"], test=lambda value, wanted: False)
    monkeypatch.setitem(operators._BY_SIGN, "$inGroup", wrong)
    assert _noticed("conditions", "group:in elements")


# --- buckets --------------------------------------------------------------------------------------


def _swapped(seed: str, unit: str) -> float:
    return fnv1a_32_utf16(seed + unit) % 1000 / 1000


def _once(seed: str, unit: str) -> float:
    return fnv1a_32_utf16(seed + unit) % 10_000 / 10_000


def _algorithm(name: str, hash_: Any, **more: Any) -> Any:
    wrong = buckets._algorithm(hash_, "")
    return replace(buckets.ALGORITHMS[name], place=wrong.place, **more)


ALGORITHMS = {
    "growthbook.v1": ("split:weights v1", lambda: _algorithm("growthbook.v1", _swapped)),
    "growthbook.v2": ("split:weights v2", lambda: _algorithm("growthbook.v2", _once)),
    "growthbook.v1.upto": (
        "split:coverage v1", lambda: replace(buckets.ALGORITHMS["growthbook.v1.upto"], closed=False)
    ),
    "growthbook.v2.upto": ("split:coverage v2", lambda: _algorithm("growthbook.v2.upto", _once)),
    **{
        f"growthbook.v{version}.numeric{end}": (
            f"numeric seed:{cell}", lambda hash_=hash_, of=f"growthbook.v{version}.numeric{end}":
            _algorithm(of, hash_)
        )
        for version, hash_ in ((1, buckets.version_1), (2, buckets.version_2))
        for end, cell in (("", "experiment"), (".upto", "coverage"))
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_wrong_algorithm(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    cell, wrong = ALGORITHMS[name]
    part = "odd" if ".numeric" in name else "rules"
    assert not _noticed(part, cell)
    monkeypatch.setitem(buckets.ALGORITHMS, name, wrong())
    assert _noticed(part, cell)


def test_every_algorithm_has_a_mistake() -> None:
    assert set(ALGORITHMS) == set(buckets.ALGORITHMS)


def _first_there(values: Any) -> str | None:
    return next((js.text(value) for value in values if value is not None), None)


def _no_index(value: Any, count: int) -> bool:
    return type(value) is not int or not 0 <= value < count


def _equal(weights: Any, count: int) -> list[float]:
    return [1 / count] * count


# --- steps ----------------------------------------------------------------------------------------

STEPS: dict[str, tuple[str, str, Any, str, Any]] = {
    "empty texts name a unit": (
        "rules", "split:", buckets, "unit_of", _first_there
    ),
    "weights are always equal": (
        "rules", "split:weights", experiments, "weights_of", _equal
    ),
    "the version of a hash is 1 by default": (
        "rules", "split:filters", experiments, "hash_version", lambda item, otherwise=1: 1
    ),
    "overlapping ranges are left": (
        "rules", "split:passthrough", splits, "disjoint",
        lambda ranges: [((a, b),) if a < b else () for a, b in ranges]
    ),
    "nobody passes on": ("rules", "split:passthrough", splits, "is_served", lambda *_: True),
    "seeds are not asked": ("rules", "split:", rules, "seed_of", lambda item, otherwise: otherwise),
    "circles are not asked": (
        "rules", "prerequisite circle", parents.Parents, "_decided",
        lambda self, feature, known, holds: conditions.NEVER
    ),
    "nothing is negated": ("conditions", "logic:$not", conditions, "negated", lambda found: found),
    "an empty or holds for nobody": ("conditions", "logic:", conditions, "some",
                                     lambda parts: conditions.every(parts)),
    "absent groups are malformed": (
        "conditions", "group:$notInGroup", groups.Groups, "values",
        lambda self, group: self.entries.get(group) if isinstance(
            self.entries.get(group), list) else None
    ),
    "circles of groups are none": (
        "conditions", "group:$savedGroup circle", groups.Groups, "referred",
        lambda self, reference, visited: None
    ),
    "forced variations are passed over": (
        "rules", "input:forced variation", experiments, "is_outside", lambda value, count: True
    ),
    "addresses are not read": (
        "rules", "input:query string", experiments, "overridden", lambda *_: None
    ),
    "every address is targeted": (
        "rules", "experiment:address", experiments, "targeted", lambda *_: True
    ),
    "wildcards are letters": ("rules", "experiment:address", targeting, "_fits",
                              lambda actual, pattern, is_path: actual == pattern),
    "sticky buckets forget": (
        "rules", "sticky:found", sticky.Sticky, "find", lambda *_: sticky.Assigned()
    ),
    "nobody is shut out": ("rules", "sticky:blocked", sticky, "_version", lambda value: 0),
    "nothing is written down": (
        "rules", "sticky:on the way", sticky.Sticky, "after", lambda self, found: dict(self.docs)
    ),
    "attributes are not overridden": (
        "rules", "input:forced feature", contexts, "_forced_features", lambda context: {}
    ),
    "leaves are counted from one": (
        "rules", "split:bandit", answers, "leaves",
        lambda bandit: [{**leaf, "leafId": leaf.get("leafId", 0) + 1}
                        for leaf in rules.leaves(bandit)]
    ),
    "namespaces are open": (
        "rules", "split:namespace", units.Units, "namespace", lambda *_: conditions.every([])
    ),
    "paths find own members only": ("odd", "inherited:path", js, "inherited", lambda *_: None),
    "elements have their own only": ("odd", "inherited:element", js, "inherited", lambda *_: None),
    "users have own members only": ("odd", "inherited:attribute", evaluation, "as_object", dict),
    "units are own members only": ("odd", "inherited:unit", evaluation, "as_object", dict),
    "features have own names": ("odd", "inherited:feature", features, "member", dict.get),
    "groups have own names": ("odd", "inherited:group", groups, "MEMBERS", {}),
    "bandits have own names": ("odd", "inherited:bandit", rules, "member", dict.get),
    "nothing is forced by a name": ("odd", "inherited:experiment", experiments, "MEMBERS", {}),
    "only indices are forced": (
        "odd", "odd variation:forced", experiments, "is_outside", _no_index
    ),
    "only indices are overriding": (
        "odd", "odd variation:force", experiments, "is_outside", _no_index
    ),
    "every object has a text": (
        "odd", "textless:condition", evaluation, "as_object", lambda found: {**js.MEMBERS, **found}
    ),
    "every unit has a text": (
        "odd", "textless:unit", evaluation, "as_object", lambda found: {**js.MEMBERS, **found}
    ),
    "every value has a text": ("odd", "textless:parent", parents, "marked", lambda value: value),
    "every operand has a text": (
        "odd", "textless:condition", conditions, "is_odd", lambda value: False
    ),
    "numbers have no end": ("odd", "huge:value", answers, "as_json", lambda value: value),
}  # fmt: skip
"""Where each mistake is made, and the part and cells of questions that show it."""


@pytest.mark.parametrize("name", STEPS)
def test_a_wrong_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs_sdk()
    part, cell, where, attribute, wrong = STEPS[name]
    monkeypatch.setattr(where, attribute, wrong)
    assert _noticed(part, cell)
