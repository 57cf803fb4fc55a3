"""Faults 35 to 52: whatever a caller gives as context, an evaluation answers.

The tables of operators are tested where operators are; here it is shown that the client passes
values on untouched and that nothing hostile gets through to the caller.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.native_server import flag, split_flag, until

from yardarm import Client, Context


def ruled(operator: str, *values: Any, attribute: str = "x") -> dict[str, Any]:
    when: dict[str, Any] = {"attribute": attribute, "op": operator}
    if values:
        when["values"] = list(values)
    return flag(False, rules=[{"id": "r", "when": when, "serve": "on"}])


def serves(rule: dict[str, Any], value: Any) -> bool:
    """What a flag with this rule answers for an attribute; all ways to ask must agree."""
    client = Client.from_document({"flags": {"f": rule}})
    answers = {
        client.boolean("f", {"key": "u", "x": value}),
        client.boolean("f", Context("u", {"x": value})),
        client.boolean("f", {"kind": "multi", "user": {"key": "u", "x": value}}),
        client.boolean_detail("f", {"key": "u", "x": value}, explain=True).value,
    }
    assert len(answers) == 1
    return answers.pop()


EVERY_OPERATOR = [
    ruled("equals", "a"), ruled("in", "a", 1, True), ruled("equals_ignore_case", "a"),
    ruled("in_ignore_case", "a"), ruled("starts_with", "a"), ruled("ends_with", "a"),
    ruled("contains", "a"), ruled("starts_with_ignore_case", "a"),
    ruled("ends_with_ignore_case", "a"), ruled("contains_ignore_case", "a"),
    ruled("matches", "a"), ruled("lt", 5), ruled("lte", 5), ruled("gt", 5), ruled("gte", 5),
    ruled("before", "2026-01-01T00:00:00Z"), ruled("after", "2026-01-01T00:00:00Z"),
    ruled("semver_eq", "1.0.0"), ruled("semver_lt", "1.0.0"), ruled("semver_lte", "1.0.0"),
    ruled("semver_gt", "1.0.0"), ruled("semver_gte", "1.0.0"), ruled("in_network", "10.0.0.0/8"),
    ruled("has_any", "a"), ruled("has_all", "a"),
]  # fmt: skip


class Hostile:
    """An object whose every method raises."""

    def _raise(self, *_: Any) -> Any:
        raise RuntimeError("hostile")

    __eq__ = __hash__ = __str__ = __repr__ = __bool__ = __len__ = __iter__ = _raise
    __lt__ = __gt__ = __le__ = __ge__ = __contains__ = __getitem__ = __int__ = __float__ = _raise


def cyclic() -> dict[str, Any]:
    found: dict[str, Any] = {"key": "u"}
    found["self"] = found
    found["x"] = [found]
    return found


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = {"x": value}
    return value


@pytest.mark.parametrize("key", [None, "", 0, 7, True, 1.5, ["u"], {"a": 1}, "x" * 2**20, b"u"])
def test_faults_35_36_any_key_is_answered(key: Any) -> None:
    client = Client.from_document({"flags": {"on": flag(), "split": split_flag(100_000)}})
    for context in ({"key": key}, {"key": key, "country": "NL"}, Context(key)):
        assert client.boolean("on", context) is True
        assert client.boolean("split", context, fallback=True) is True
    detail = client.boolean_detail("split", {"key": key})
    usable = isinstance(key, str | int) and not isinstance(key, bool) and key != ""
    assert detail.error == (None if usable else "TARGETING_KEY_MISSING")


def test_fault_35_no_context_at_all() -> None:
    client = Client.from_document({"flags": {"on": flag(), "split": split_flag()}})
    for context in (None, {}, Context()):
        assert client.boolean("on", context) is True
        assert client.boolean_detail("split", context, True).error == "TARGETING_KEY_MISSING"


@pytest.mark.parametrize("rule", EVERY_OPERATOR, ids=lambda rule: rule["rules"][0]["when"]["op"])
def test_faults_37_39_a_value_of_another_type_never_matches_and_never_raises(rule: Any) -> None:
    for value in (
        None,
        Hostile(),
        object(),
        [],
        {},
        cyclic(),
        nested(1000),
        b"a",
        1j,
        Hostile,
        ...,
    ):
        assert serves(rule, value) is False


@pytest.mark.parametrize("context", [5, "u1", ["u1"], b"x", Hostile(), object(), 1.5, True])
def test_fault_37_what_is_no_context_answers_the_fallback(context: Any) -> None:
    client = Client.from_document({"flags": {"on": flag(False)}})
    assert client.boolean("on", context, fallback=True) is True
    assert client.boolean_detail("on", context, True).error == "INVALID_CONTEXT"


@pytest.mark.parametrize(
    "context",
    [{"kind": 5, "key": "u"}, {"kind": ""}, {"kind": "multi", "user": 5}, {"kind": Hostile()},
     {"kind": "multi", "": {}}, {"kind": None, "key": "u"}],
)  # fmt: skip
def test_fault_37_kinds_that_are_none(context: Any) -> None:
    client = Client.from_document({"flags": {"on": flag(False)}})
    assert client.boolean("on", context, fallback=True) is True


@pytest.mark.parametrize(
    "context",
    [
        {"key": "u", **{f"a{i}": i for i in range(10_000)}},
        {"key": "u", "x": nested(1000)},
        cyclic(),
        {"key": "u", Hostile: 1, 5: 6, None: 7, ("a",): 8},
        {"kind": "multi", "user": cyclic(), "organization": {"key": "o", "x": nested(1000)}},
    ],
    ids=["10,000 attributes", "nested", "cyclic", "odd names", "multi"],
)
def test_fault_38_monstrous_contexts(context: Any) -> None:
    flags = {"f": ruled("equals", "bottom", attribute="/x/x/x"), "on": flag(), "s": split_flag(1)}
    client = Client.from_document({"flags": flags})
    client.boolean("on", {"key": "warm"})
    began = time.perf_counter()
    assert client.boolean("f", context, True) is False
    assert client.boolean("on", context) is True
    assert client.boolean_detail("s", context, explain=True).reason == "SPLIT"
    assert time.perf_counter() - began < 0.25
    client.track("event", context)


def test_fault_39_a_mapping_that_raises() -> None:
    class Angry(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            raise RuntimeError

        __getitem__ = __iter__ = items = keys = get  # type: ignore[assignment]

    client = Client.from_document({"flags": {"f": ruled("equals", "a"), "on": flag()}})
    for context in (Angry(key="u"), {"kind": "multi", "user": Angry(key="u")}):
        assert client.boolean("f", context, True) in (True, False)
        client.track("event", context)
    assert client.boolean("on", {"key": "u"}) is True


@pytest.mark.xdist_group("timing")
@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_fault_40_a_pattern_cannot_keep_an_evaluation_busy(pattern: str) -> None:
    client = Client.from_document({"flags": {"f": ruled("matches", pattern)}})
    client.boolean("f", {"key": "u", "x": "warm"})
    text = "a" * 60_000 + "!"
    best = min(_seconds(lambda: client.boolean("f", {"key": "u", "x": text})) for _ in range(5))
    assert best < 0.05  # linear: a machine under load needs room; exponential would take for ever


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "a{1001}", "((a{100}){100}){100}"])
def test_faults_41_42_a_pattern_that_cannot_be_used_never_matches(pattern: str) -> None:
    assert serves(ruled("matches", pattern), "a") is False


@pytest.mark.parametrize(
    ("rule", "value", "matches"),
    [
        (ruled("semver_gt", "1.2.3-rc.1"), "1.2.3", True),  # 43
        (ruled("semver_gt", "1.2.3"), "v1.2.4", False),
        (ruled("semver_gt", "1.2.3"), "01.2.4", False),
        (ruled("semver_eq", "1.2.3"), "1.2.3+build", True),
        (ruled("before", "2026-01-01T00:00:00Z"), "2026-01-01T00:30:00+05:30", True),  # 44
        (ruled("before", "2026-01-01T00:00:00Z"), "2025-12-31T23:00:00", False),  # no zone
        (ruled("equals_ignore_case", "STRASSE"), "straße", True),  # 45
        (ruled("matches", r"^\d+$"), "١٢٣", False),  # 46: Arabic digits
        (ruled("in_network", "10.0.0.0/8"), "10.1.2.3", True),  # 47
        (ruled("in_network", "2001:db8::/32"), "2001:db8::1", True),
        (ruled("in_network", "10.0.0.0/8"), "10.0.0.0/8", False),
        (ruled("equals", 1), True, False),  # 48
        (ruled("equals", True), 1, False),
        (ruled("gte", 1), True, False),
    ],
)
def test_faults_43_to_48_values_mean_what_the_operators_say(
    rule: Any, value: Any, matches: bool
) -> None:
    assert serves(rule, value) is matches


def test_fault_49_shares_at_their_ends() -> None:
    units = [{"key": f"u{i}"} for i in range(2_000)]
    flags = {"none": split_flag(0), "all": split_flag(100_000), "most": split_flag(99_999)}
    client = Client.from_document({"flags": flags})
    assert not any(client.boolean("none", unit) for unit in units)
    assert all(client.boolean("all", unit) for unit in units)
    assert sum(client.boolean("most", unit) for unit in units) >= 1_998


def test_fault_50_a_context_that_changes_meanwhile() -> None:
    client = Client.from_document({"flags": {"f": ruled("equals", "a"), "on": flag()}})
    context: dict[str, Any] = {"key": "u", "x": "a"}
    over = threading.Event()

    def change() -> None:
        i = 0
        while not over.is_set():
            i += 1
            context[f"n{i % 50}"] = i
            context["x"] = "a" if i % 2 else Hostile()
            context.pop(f"n{(i + 25) % 50}", None)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for i in range(3_000):
            context["key"] = f"u{i}"
            assert client.boolean("f", context) in (True, False)
            assert client.boolean_detail("on", context).value is True
    finally:
        over.set()
        thread.join()


def test_fault_51_a_listener_may_evaluate() -> None:
    client = Client.from_document({"flags": {"a": flag()}})
    seen: list[tuple[frozenset[str], bool]] = []
    client.on_change(lambda keys: seen.append((keys, client.boolean("a", {"key": "u"}))))
    client.update({"flags": {"a": flag(False)}})
    assert until(lambda: seen) == [(frozenset({"a"}), False)]


def test_fault_52_a_listener_that_raises_or_hangs_hurts_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client.from_document({"flags": {"a": flag()}})
    told: list[frozenset[str]] = []
    hang = threading.Event()

    def bad(keys: frozenset[str]) -> None:
        raise ValueError("no")

    client.on_change(bad)
    client.on_change(lambda keys: hang.wait())
    client.on_change(told.append)
    began = time.perf_counter()
    for i in range(10):
        client.update({"flags": {"a": flag(i % 2 == 1)}})
        assert client.boolean("a") is (i % 2 == 1)
    assert time.perf_counter() - began < 2
    until(lambda: told)
    until(lambda: "ValueError: no" in caplog.text)
    client.close()
    hang.set()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
