"""Faults 35-52 of the fault plan: contexts as nobody should give them.

Whatever the context, an evaluation answers: the fallback, or as if the attribute did not match.
It raises nothing and calls no method of a foreign object that it can avoid. Each test names its
fault. Left out here are 51 and 52 (change listeners), which the SDK's tests hold: the core has
no listeners; and fault 50's threads that swap programs, which the SDK's do too.
"""

import json
import random
import sys
import threading
import time
from collections import OrderedDict, UserDict, defaultdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.oracle import generate
from tests.oracle.build import (
    FALLBACK,
    answer,
    boolean,
    clause,
    document,
    program,
    refused,
    rule,
    split,
)
from tests.oracle.values import CASES, Hostile, wrong

from yardarm.core import model as m
from yardarm.core.bucketing import yardarm
from yardarm.core.context import Context
from yardarm.core.evaluate import evaluate
from yardarm.core.operators import OPERATORS
from yardarm.core.program import Program

NAIVE = datetime(2024, 2, 29, 12, tzinfo=UTC).replace(tzinfo=None)


def matches(operator: str, value: Any, *wanted: Any) -> bool:
    """Whether the clause matches, asked inside out too: a `not` must say the opposite."""
    when = clause("a", operator, *wanted)
    asked = program({"f": boolean(rules=[rule(when)]), "g": boolean(rules=[rule({"not": when})])})
    found = [answer(asked, key, {"a": value}) for key in ("f", "g")]
    assert all(one.error is None for one in found)
    assert found[0].variant != found[1].variant
    return found[0].variant == "off"


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    SMALL = 3


# --- keys -------------------------------------------------------------------------------------

BY_KEY = {
    "f": boolean(
        targets=[{"variant": "off", "keys": ["u", "7", "red"]}],
        default=split(("on", 50_000), ("off", 50_000)),
    )
}


@pytest.mark.parametrize("context", [
    None, {}, {"key": None}, {"key": ""}, {"key": True}, {"key": 1.5}, {"key": ["u"]}, {"key": {}},
    {"key": b"u"}, {"key": Hostile()}, {"key": 2**64}, {"kind": "organization", "key": "u"},
])  # fmt: skip
def test_fault_35_36_no_usable_key(context: Any) -> None:
    found = answer(program(BY_KEY), "f", context, explained=True)
    assert (found.value, found.reason, found.error) == (FALLBACK, "ERROR", "TARGETING_KEY_MISSING")


@pytest.mark.parametrize("key", ["u", 7, "7", Colour.RED])
def test_fault_36_keys_that_are_read(key: Any) -> None:
    assert answer(program(BY_KEY), "f", {"key": key}).cause == "target"
    assert answer(program(BY_KEY), "f", {"targetingKey": key}).cause == "target"


def test_fault_36_a_key_of_a_megabyte() -> None:
    key = "k" * 1_000_000
    found = answer(program(BY_KEY), "f", {"key": key}, explained=True)
    assert found.bucket == yardarm("f")(key)


@pytest.mark.parametrize("context", [
    "u", 7, [("key", "u")], object(), Hostile(), {"kind": 3}, {"kind": "multi", "user": "u"},
    {"kind": Hostile()}, {"kind": ""}, {"kind": "kind"},
])  # fmt: skip
def test_fault_35_what_is_no_context_at_all(context: Any) -> None:
    found = answer(program(BY_KEY), "f", context)
    assert (found.value, found.error) == (FALLBACK, "INVALID_CONTEXT")
    assert found.cause


@pytest.mark.parametrize("kind", [UserDict, OrderedDict, MappingProxyType, dict])
def test_fault_35_any_mapping_is_a_context(kind: Any) -> None:
    assert answer(program(BY_KEY), "f", kind({"key": "u"})).cause == "target"


# --- wrong types and hostile objects ----------------------------------------------------------

FOREIGN = [
    None, True, 0, 1, 1.5, float("nan"), float("inf"), 10**400, -(10**400), "", "x", b"x", "\ud800",
    [], [[]], [None, []], (), {}, {"a": {}}, set(), frozenset({1}), object(), object, len, Ellipsis,
    1j, Decimal("1.5"), Fraction(1, 2), range(3), iter([]), Colour.RED, Size.SMALL, Hostile(),
    NAIVE, datetime(2027, 3, 1, tzinfo=UTC), date(2027, 3, 1), timedelta(1),
    bytearray(b"x"), memoryview(b"x"), type("Odd", (str,), {"casefold": None})("x"),
]  # fmt: skip


@pytest.mark.parametrize("operator", OPERATORS)
def test_fault_37_39_every_operator_takes_every_object(operator: str) -> None:
    values = CASES[operator](random.Random(1))
    for value in FOREIGN:
        matched = matches(operator, value, *values)
        if isinstance(value, Hostile):
            assert matched == (operator == "present")


@pytest.mark.parametrize("operator", sorted(OPERATORS.keys() - {"present"}))
def test_fault_37_a_wrong_type_matches_nothing(operator: str) -> None:
    rng = random.Random(5)
    for _ in range(60):
        values = CASES[operator](rng)
        assert not matches(operator, wrong(rng, m.Clause("a", operator, values)), *values)


class Raising(str):
    """Text all of whose usual methods raise."""

    __slots__ = ()

    def _no(self, *_: object) -> Any:
        raise RuntimeError("called")

    __eq__ = __ne__ = __lt__ = __len__ = __iter__ = __contains__ = __str__ = _no  # type: ignore[assignment]
    startswith = endswith = casefold = lower = encode = split = _no
    __hash__ = str.__hash__


class Slow(Raising):
    __slots__ = ()

    def _no(self, *_: object) -> Any:
        time.sleep(3)

    __eq__ = __len__ = __iter__ = __str__ = __hash__ = startswith = casefold = _no  # type: ignore[assignment]


@pytest.mark.parametrize("kind", [Raising, Slow])
@pytest.mark.parametrize(("operator", "value"), [
    ("equals", "x"), ("in", "x"), ("equals_ignore_case", "X"), ("starts_with", "x"),
    ("ends_with", "x"), ("contains", "x"), ("contains_ignore_case", "X"), ("matches", "^x$"),
])  # fmt: skip
def test_fault_39_text_with_methods_that_raise_or_sleep(
    kind: Any, operator: str, value: str
) -> None:
    start = time.monotonic()
    assert matches(operator, kind("x"), value), "its text counts, not its methods"
    assert time.monotonic() - start < 1


class Liar:
    """Says that it is text."""

    __class__ = str  # type: ignore[assignment]

    def __hash__(self) -> int:
        raise RuntimeError("called")

    def startswith(self, *_: object) -> bool:
        raise RuntimeError("called")


class Shy:
    @property
    def __class__(self) -> Any:
        raise RuntimeError("called")


@pytest.mark.parametrize("kind", [Liar, Shy])
@pytest.mark.parametrize("operator", sorted(OPERATORS.keys() - {"present"}))
def test_fault_39_objects_that_lie_about_their_class(operator: str, kind: Any) -> None:
    values = CASES[operator](random.Random(3))
    assert not matches(operator, kind(), *values)
    halves = program({"f": boolean(default=split(("on", 100_000), by=["a"]))})
    assert answer(halves, "f", {"a": kind()}, explained=True).error == "TARGETING_KEY_MISSING"


class RaisingList(list[Any]):
    def __iter__(self) -> Any:
        raise RuntimeError("called")

    __len__ = __contains__ = __iter__


class RaisingDict(dict[Any, Any]):
    def get(self, *_: object) -> Any:
        raise RuntimeError("called")

    __getitem__ = __contains__ = get


def test_fault_39_containers_with_methods_that_raise() -> None:
    assert matches("has_any", RaisingList(["x", Hostile()]), "x")
    assert not matches("has_all", RaisingList(["x"]), "x", "y")
    asked = program({"f": boolean(rules=[rule(clause("/a/b", "equals", 1))])})
    assert answer(asked, "f", {"a": RaisingDict(b=1)}).variant == "off"
    assert answer(asked, "f", {"a": defaultdict(dict)}).variant == "on"
    assert answer(asked, "f", RaisingDict(key="u")).error in (None, "INVALID_CONTEXT")


class HostileZone(tzinfo):
    def utcoffset(self, _: Any) -> Any:
        raise RuntimeError("called")


def test_fault_39_a_date_with_a_zone_that_raises_gives_the_fallback() -> None:
    zone = HostileZone()
    asked = program({"f": boolean(rules=[rule(clause("a", "before", 0))])})
    found = answer(asked, "f", {"a": datetime(2027, 3, 1, tzinfo=zone)})
    assert (found.value, found.error) == (FALLBACK, "GENERAL")


def test_fault_39_hostile_keys_of_the_context() -> None:
    class Key:
        def __hash__(self) -> int:
            return hash("key")

        def __eq__(self, _: object) -> bool:
            raise RuntimeError("called")

    found = answer(program(BY_KEY), "f", {Key(): 1})
    assert (found.value, found.error) == (FALLBACK, "INVALID_CONTEXT")


# --- size and shape ---------------------------------------------------------------------------


def test_fault_38_ten_thousand_attributes() -> None:
    context = {"key": "u", **{f"a{n}": n for n in range(10_000)}}
    asked = program({"f": boolean(rules=[rule(clause("a9999", "equals", 9_999))])})
    assert answer(asked, "f", context).variant == "off"


def test_fault_38_nesting_a_thousand_deep_and_cycles() -> None:
    deep: dict[str, Any] = {"end": 1}
    for _ in range(1_000):
        deep = {"a": deep}
    circle: dict[str, Any] = {"key": "u"}
    circle["self"] = circle
    circle["list"] = [circle, "x"]
    circle["list"].append(circle["list"])
    flags = {
        "deep": boolean(rules=[rule(clause("/a" * 1_000 + "/end", "equals", 1))]),
        "round": boolean(rules=[rule(clause("/self" * 50 + "/key", "equals", "u"))]),
        "list": boolean(rules=[rule(clause("/self/list", "has_any", "x"))]),
    }
    asked = program(flags)
    assert answer(asked, "deep", deep).variant == "off"
    assert answer(asked, "round", circle, explained=True).variant == "off"
    assert answer(asked, "list", circle).variant == "off"
    for operator in OPERATORS:
        made = clause("self", operator, *CASES[operator](random.Random(2)))
        assert answer(program({"f": boolean(rules=[rule(made)])}), "f", circle).error is None


@pytest.mark.parametrize(("pointer", "expected"), [
    ("/a/b", True), ("/a/c", False), ("/a", False), ("/a~1b/~0", True), ("/list/0", False),
    ("/text/0", False), ("//", True), ("/", True), ("/a/b/c", False), ("/None", False),
])  # fmt: skip
def test_fault_38_pointers_lead_through_objects_only(pointer: str, expected: bool) -> None:
    context = {
        "a": {"b": 1}, "a/b": {"~": 1}, "list": [1], "text": "1", "": {"": 1}, "None": None,
    }  # fmt: skip
    if pointer == "/":
        context[""] = 1  # type: ignore[assignment]
    asked = program({"f": boolean(rules=[rule(clause(pointer, "equals", 1))])})
    assert (answer(asked, "f", context).variant == "off") == expected


# --- patterns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "(a*)*b", "^(a|aa)+$", "(.*a){12}$"])
def test_fault_40_patterns_that_explode_elsewhere(pattern: str) -> None:
    text = "a" * 60_000 + "!"
    asked = program({"f": boolean(rules=[rule(clause("a", "matches", pattern))])})
    start = time.process_time()
    assert answer(asked, "f", {"a": text}).variant == "on"
    assert time.process_time() - start < 1
    assert answer(asked, "f", {"a": "a" * 100_000 + "!"}).variant == "on"


@pytest.mark.parametrize("pattern", [
    "(", "[", "a{2,1}", "*", "(?=x)", "(?!x)", "(?<=x)", "(?<!x)", r"(a)\1", "(?P=n)", "(?>a)",
    r"\p{L}", "a++", "x" * 1_001, "(a{1000}){1000}", "((a{100}){100}){100}", "a{1001}", "(?R)",
])  # fmt: skip
def test_fault_41_42_patterns_that_are_refused(pattern: str) -> None:
    flags = {"f": boolean(rules=[rule(clause("a", "matches", pattern))])}
    problem = refused(flags)[0]
    assert problem.pointer == "/flags/f/rules/0/when/values"
    assert problem.message.startswith("operator 'matches': ")
    asked = program(flags)
    assert answer(asked, "f", {"a": "x" * 2_000}, explained=True).variant == "on", "never matches"


# --- versions, dates, case, digits, addresses -------------------------------------------------

BEFORE = "1.2.3"


@pytest.mark.parametrize(("version", "expected"), [
    ("1.2.3", "="), ("1.2.3+build", "="), ("1.2.3-rc.1", "<"), ("1.2.3-rc.1+b", "<"), ("1.2.4",
    ">"),
    ("1.10.0", ">"), ("10.0.0", ">"), ("1.2.2", "<"), ("0.9.9", "<"), ("1" + "0" * 30 + ".0.0",
    ">"),
    ("1.0", ""), ("v1.2.3", ""), ("01.2.3", ""), ("1.2.3.4", ""), ("", ""), ("1", ""), (1, ""),
    (1.2, ""), (None, ""), ("1.2.3-", ""), ("1.2.3-01", ""), ("1.2.3 ", ""), ("-1.2.3", ""),
    ("1.2.x", ""), ("١.2.3", ""), ("latest", ""), (["1.2.3"], ""),
])  # fmt: skip
def test_fault_43_versions(version: Any, expected: str) -> None:
    signs = {
        "semver_lt": "<", "semver_lte": "<=", "semver_eq": "=", "semver_gte": ">=",
        "semver_gt": ">",
    }  # fmt: skip
    for operator, sign in signs.items():
        assert matches(operator, version, BEFORE) == (expected != "" and expected in sign)


NOON = "2024-02-29T12:00:00Z"


@pytest.mark.parametrize(("value", "expected"), [
    ("2024-02-29T12:00:00Z", "="), ("2024-02-29T12:00:00.000+00:00", "="), (1_709_208_000, "="),
    (1_709_208_000.0, "="), ("2024-02-29T17:30:00+05:30", "="), ("2024-02-29t12:00:00z", "="),
    (datetime(2024, 2, 29, 12, tzinfo=UTC), "="), (1_709_207_999.5, "<"),
    ("2024-02-29T11:59:59.999Z", "<"),
    ("2024-02-29T12:00:00.000001Z", ">"), ("9999-12-31T23:59:59Z", ">"), ("0001-01-01T00:00:00Z",
    "<"),
    ("2016-12-31T23:59:60Z", "<"), ("2024-02-29T12:00:00-00:01", ">"),
    ("2024-02-29T12:00:00", ""), ("2024-02-29", ""), ("2023-02-29T12:00:00Z", ""), ("", ""),
    ("2024-02-29 12:00:00Z", ""), ("2024-02-29T24:00:00Z", ""), ("2024-02-29T12:00:60Z", ""),
    ("10000-01-01T00:00:00Z", ""), (1_709_208_000_000, ""), (NAIVE, ""),
    (True, ""), (float("nan"), ""), (float("inf"), ""), (10**400, ""), (date(2024, 2, 29), ""),
    ("٢٠٢٤-02-29T12:00:00Z", ""), ("1709208000", ""),
])  # fmt: skip
def test_fault_44_dates(value: Any, expected: str) -> None:
    assert matches("before", value, NOON) == (expected == "<")
    assert matches("after", value, NOON) == (expected == ">")


def test_fault_44_daylight_saving_gap_and_fold() -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    twice = datetime(2024, 10, 27, 2, 30, tzinfo=zone)
    assert matches("before", twice, "2024-10-27T01:00:00Z"), "the first half past two"
    assert not matches("before", twice.replace(fold=1), "2024-10-27T01:00:00Z"), "the second"
    never = datetime(2024, 3, 31, 2, 30, tzinfo=zone)
    assert matches("before", never, "2024-03-31T02:00:00Z")
    old = datetime(1900, 1, 1, tzinfo=zone)
    assert matches("before", old, "1900-01-01T00:00:00Z"), "an offset with seconds"


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("straße", "STRASSE", True), ("ﬁne", "FINE", True), ("Σίσυφος", "ΣΊΣΥΦΟΣ", True),
    ("ſet", "SET", True), ("İ", "i", False), ("İ", "i\u0307", True), ("ı", "I", False),
    ("I", "i", True), ("\u212a", "k", True), ("e\u0301", "é", False),
])  # fmt: skip
def test_fault_45_case_is_unicode_case_folding(one: str, other: str, expected: bool) -> None:
    for a, b in ((one, other), (other, one)):
        assert matches("equals_ignore_case", a, b) == expected
        assert matches("in_ignore_case", a, "zzz", b) == expected
        if expected:
            assert matches("starts_with_ignore_case", f"{a}zz", b)
            assert matches("ends_with_ignore_case", f"zz{a}", b)
            assert matches("contains_ignore_case", f"zz{a}zz", b)


def test_fault_46_digits_are_ascii() -> None:
    assert not matches("matches", "١٢٣", r"\d")
    assert matches("matches", "a1", r"\d")
    assert not matches("semver_eq", "١.٢.٣", "1.2.3")
    assert not matches("in_network", "١٠.0.0.1", "10.0.0.0/8")
    assert not matches("before", "٢٠٢٤-٠٢-٢٩T12:00:00Z", "2999-01-01T00:00:00Z")


@pytest.mark.parametrize(("address", "network", "expected"), [
    ("10.1.2.3", "10.0.0.0/8", True), ("11.0.0.0", "10.0.0.0/8", False),
    ("::ffff:10.1.2.3", "10.0.0.0/8", True), ("10.1.2.3", "::ffff:10.0.0.0/104", True),
    ("2001:DB8::1", "2001:db8::/32", True), ("fe80::1%eth0", "fe80::/10", False),
    ("10.1.2.3", "::/0", False), ("::1", "0.0.0.0/0", False), ("10.1.2.3", "10.1.2.3", True),
    ("010.1.2.3", "10.0.0.0/8", False), ("10.1.2", "10.0.0.0/8", False), ("10.1.2.3:80",
    "10.0.0.0/8", False),
    (167_838_211, "10.0.0.0/8", False), ("", "0.0.0.0/0", False), (" 10.1.2.3",
    "10.0.0.0/8", False),
])  # fmt: skip
def test_fault_47_addresses(address: Any, network: str, expected: bool) -> None:
    assert matches("in_network", address, network) == expected


@pytest.mark.parametrize(
    "network", ["10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/-1", "fe80::%1/10", "x", ""]
)
def test_fault_47_networks_that_are_refused(network: str) -> None:
    flags = {"f": boolean(rules=[rule(clause("a", "in_network", network))])}
    assert refused(flags)[0].pointer == "/flags/f/rules/0/when/values"
    assert answer(program(flags), "f", {"a": "10.0.0.1"}).variant == "on"


@pytest.mark.parametrize(("value", "wanted", "expected"), [
    (True, 1, False), (1, True, False), (0, False, False), (True, True, True), (1, 1.0, True),
    (1.0, 1, True), ("1", 1, False), (1, "1", False), ("true", True, False), (True, "true", False),
    (Size.SMALL, 3, True), (Colour.RED, "red", True), (0.1 + 0.2, 0.3, False), (-0.0, 0, True),
    (2**53, 2**53 - 1, False), (float("nan"), 0, False),
])  # fmt: skip
def test_fault_48_true_is_not_one(value: Any, wanted: Any, expected: bool) -> None:
    for operator in ("equals", "in"):
        assert matches(operator, value, wanted) == expected
    for operator in ("has_any", "has_all"):
        assert matches(operator, [value], wanted) == expected
    if wanted is True or value is True:
        number = 1 if wanted is True else wanted
        if isinstance(number, int) and value is True:
            assert not matches("gte", value, number)


# --- boundaries and threads -------------------------------------------------------------------


def test_fault_49_units_at_exact_boundaries() -> None:
    """Parts 0, 49,999, 50,000 and 99,999, found once and kept in the golden vectors."""
    golden = Path(__file__).parents[2] / "golden" / "bucketing.json"
    vectors = json.loads(golden.read_text("utf-8"))["vectors"]
    units = {v["part"]: v["unit"] for v in vectors if v["seed"] == "edges"}

    def serves(part: int, *arms: tuple[str, int], outside: Any = None) -> Any:
        asked = program({"f": boolean(default=split(*arms, seed="edges", outside=outside))})
        found = answer(asked, "f", {"key": units[part]}, explained=True)
        assert found.bucket == (part if found.variant else None)
        return found.variant

    assert serves(0, ("on", 1), outside="off") == "on"
    assert serves(1, ("on", 1), outside="off") == "off"
    assert serves(49_999, ("on", 50_000), ("off", 50_000)) == "on"
    assert serves(50_000, ("on", 50_000), ("off", 50_000)) == "off"
    assert serves(99_999, ("on", 99_999), ("off", 1)) == "off"
    assert serves(99_998, ("on", 99_999), ("off", 1)) == "on"
    assert serves(99_999, ("on", 99_999)) is None
    assert serves(99_999, ("on", 100_000)) == "on"
    assert serves(0, ("on", 0), ("off", 100_000)) == "off"


def test_fault_50_context_changed_by_another_thread() -> None:
    shared: dict[str, Any] = {"key": "u", "a": {"b": 1}, "list": {"x"}}
    asked = program({
        "f": boolean(rules=[
            rule(clause("/a/b", "equals", 1), key="one"),
            rule(clause("list", "has_any", "x"), key="two"),
        ]),
    })  # fmt: skip
    done = threading.Event()

    def change() -> None:
        number = 0
        while not done.is_set():
            number += 1
            shared[f"n{number % 50}"] = number
            shared.pop(f"n{(number * 7) % 50}", None)
            shared["a"] = {"b": number % 2} if number % 3 else number
            shared["list"].add(number % 100)
            shared["list"].discard((number * 3) % 100)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    changer = threading.Thread(target=change)
    changer.start()
    try:
        for _ in range(3_000):
            found = answer(asked, "f", shared)
            assert found.value in (True, False) or found.value == FALLBACK
    finally:
        done.set()
        changer.join()
        sys.setswitchinterval(interval)


def test_fault_50_a_context_is_not_changed_by_an_evaluation() -> None:
    given = {"key": 7, "a": [1], "kind": "user", "_private": ["a"], "targetingKey": "x"}
    before = repr(given)
    answer(program(BY_KEY), "f", given, explained=True)
    Context.of(given)
    assert repr(given) == before


def test_every_generated_context_is_answered_with_any_attribute_made_hostile() -> None:
    """35-39 together: generated documents, and contexts whose every value is replaced in turn."""
    for seed in range(6):
        rng = random.Random(seed)
        world = generate.world(rng, 6, 3)
        asked = Program.of(world.document)
        context = generate.context(rng, world)
        for value in (Hostile(), Liar(), Raising("x"), RaisingList([1]), RaisingDict(), 10**400):
            names = [(c.kind, c.attribute) for c in world.clauses] + [("user", "key")]
            for kind, name in names:
                holder = context.get(kind) if context.get("kind") == "multi" else context
                if isinstance(holder, dict):
                    generate.put(holder, name, value)
            for key in world.document.flags:
                found = evaluate(asked, key, context, FALLBACK, explained=True)
                assert found.variant is not None or found.value == FALLBACK


def test_unknown_flags_and_odd_keys_give_the_fallback() -> None:
    asked = Program.of(document({"f": boolean()}))
    for key in ("nowhere", "", None, 7, ["f"], Hostile(), "f\0", "\ud800"):
        found = evaluate(asked, key, {}, FALLBACK)  # type: ignore[arg-type]
        assert (found.value, found.error) == (FALLBACK, "FLAG_NOT_FOUND")
