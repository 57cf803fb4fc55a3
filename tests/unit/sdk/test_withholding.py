"""What of a context may leave the process, and that all the rest is named."""

import hashlib
import hmac
from collections import UserDict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest

from yardarm import Context
from yardarm.core.observed import withheld_of
from yardarm.sdk.withholding import MAX_ATTRIBUTES, MAX_BYTES, MAX_NAMES, Withholding, secret_of

KEY = "ys_0123456789abcdef"


def told(context: Any, observe: Any = True, private: Any = (), secret: bytes = b"") -> Any:
    read = Context.of(context)
    found = Withholding(observe, private, secret).told(read.by_kind(), read.private)
    return None if found is None else found.context


def test_a_plain_context_is_told_as_it_is() -> None:
    context = {"key": "u1", "plan": "pro", "age": 7, "score": 1.5, "beta": True, "team": None,
               "tags": ["a", 1], "address": {"city": "Delft", "lines": [{"n": 1}]}}  # fmt: skip
    assert told(context) == context


@pytest.mark.parametrize(
    "context",
    [
        Context("acme", {"plan": "pro"}, kind="organization"),
        Context.multi(Context("u1", {"a": 1}), Context("acme", kind="organization")),
        Context("u1", {"kind": "x", "multi": 1}),
    ],
)
def test_every_form_of_context_reads_back_as_what_it_was(context: Context) -> None:
    assert Context.of(told(context)) == context


def test_private_attributes_are_removed_and_named() -> None:
    context = {"key": "u1", "email": "a@b", "phone": "1", "plan": "pro", "_private": ["email"]}
    assert told(context, private=["phone", "absent"]) == {
        "key": "u1", "plan": "pro", "_private": ["email", "phone"],
    }  # fmt: skip


def test_what_a_context_never_had_is_not_said_to_be_withheld() -> None:
    assert told({"key": "u1", "_private": ["email"]}) == {"key": "u1"}


@pytest.mark.parametrize("name", ["/address/city", "address", "/address"])
def test_a_pointer_into_an_attribute_hides_the_whole_of_it(name: str) -> None:
    context = {"key": "u1", "address": {"city": "Delft"}}
    assert told(context, private=[name]) == {"key": "u1", "_private": ["address"]}


@pytest.mark.parametrize("name", ["a/b", "/a~1b", "/a/b"])
def test_a_name_with_a_slash_is_hidden_however_it_is_named(name: str) -> None:
    assert told({"key": "u1", "a/b": 1}, private=[name]) == {"key": "u1", "_private": ["a/b"]}


def test_attributes_that_are_not_named_are_withheld() -> None:
    context = {"key": "u1", "plan": "pro", "country": "NL"}
    assert told(context, ["plan"]) == {"key": "u1", "plan": "pro", "_private": ["country"]}
    assert told(context, []) == {"key": "u1", "_private": ["country", "plan"]}
    assert told(context, ["/plan"], ["plan"]) == {"key": "u1", "_private": ["country", "plan"]}


def test_private_values_can_be_hashed_under_the_sdk_key() -> None:
    secret = secret_of(KEY, "hash")
    expected = hmac.new(hashlib.sha256(KEY.encode()).digest(), b'"a@b"', "sha256").hexdigest()
    context = {"key": "u1", "email": "a@b", "_private": ["email"]}
    found = told(context, secret=secret)
    assert found == {"key": "u1", "email": {"sha256": expected}, "_private": ["email"]}
    assert withheld_of(Context.of(found)) == {("user", "email")}
    assert told(context, secret=secret_of(KEY, "remove")) == {"key": "u1", "_private": ["email"]}
    named = told(context, ["plan"], secret=secret)
    assert named == {"key": "u1", "_private": ["email"]}, "hashed or not, it was not asked for"


def test_a_private_value_that_cannot_be_hashed_is_removed() -> None:
    context = {"key": "u1", "at": datetime(2026, 1, 1, tzinfo=UTC)}
    found = told(context, private=["at"], secret=b"s")
    assert found == {"key": "u1", "_private": ["at"]}


@pytest.mark.parametrize("name", ["key", "/key", "targetingKey"])
def test_nothing_is_told_of_a_context_whose_key_is_private(name: str) -> None:
    assert told({"key": "u1", "targetingKey": "u1", "plan": "pro"}, private=[name]) is None
    assert told({"key": "u1", "plan": "pro", "_private": [name]}) is None


class Hostile:
    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(name)


class Text(str):
    __slots__ = ()

    def __len__(self) -> int:
        raise SystemExit

    def encode(self, *_: Any) -> bytes:
        raise SystemExit


class Listed(list[int]):
    def __iter__(self) -> Any:
        raise SystemExit


class Number(IntEnum):
    ONE = 1


# Made in the test: pytest would touch them.
ODD: dict[str, Callable[[], Any]] = {
    "object": Hostile,
    "text of a class": lambda: Text("x"),
    "list of a class": lambda: Listed([1]),
    "number of a class": lambda: Number.ONE,
    "mapping": lambda: UserDict(a=1),
    "decimal": lambda: Decimal(1),
    "bytes": lambda: b"x",
    "tuple": lambda: (1,),
    "set": lambda: {1},
    "time": lambda: datetime(2026, 1, 1, tzinfo=UTC),
    "not a number": lambda: float("nan"),
    "infinite": lambda: float("-inf"),
    "2**53": lambda: 2**53,
    "-2**53": lambda: -(2**53),
    "huge": lambda: 2**4_000,
    "surrogate": lambda: "lone \ud800",
    "object in a list": lambda: [Hostile()],
    "text of a class in a dict": lambda: {"a": {"b": Text("x")}},
    "number as name": lambda: {1: 2},
    "surrogate as name": lambda: {"\ud800": 1},
    "long text": lambda: "x" * 5_000,
    "long list": lambda: ["x"] * 2_000,
    "long name": lambda: {"x" * 5_000: 1},
    "many names": lambda: {f"n{i}": i for i in range(1_000)},
    "deep": lambda: [[[[[[[[[[1]]]]]]]]]],
}


@pytest.mark.parametrize("case", ODD)
def test_what_json_does_not_say_exactly_is_withheld_whole(case: str) -> None:
    context = {"key": "u1", "odd": ODD[case](), "n": 1}
    assert told(context) == {"key": "u1", "n": 1, "_private": ["odd"]}


def test_a_value_that_holds_itself_is_withheld() -> None:
    loop: list[Any] = []
    loop.append(loop)
    tied: dict[str, Any] = {}
    tied["a"] = tied
    found = told({"key": "u1", "loop": loop, "tied": tied})
    assert found == {"key": "u1", "_private": ["loop", "tied"]}


def test_names_of_a_callers_own_class_are_read_as_the_text_they_are() -> None:
    assert told({"key": "u1", Text("plan"): "pro", 7: "seven"}) == {"key": "u1", "plan": "pro"}


def test_the_attributes_beyond_the_bound_are_named() -> None:
    found = told({"key": "u1", **{f"a{i:03}": i for i in range(150)}})
    names = {f"a{i:03}" for i in range(150)}
    assert len(found) == 1 + MAX_ATTRIBUTES + 1
    assert set(found["_private"]) == names - set(found)


def test_values_have_a_bound_together() -> None:
    found = told({"key": "u1", "a": "x" * 3_000, "b": "y" * 3_000, "c": "z" * 1_000})
    assert found == {"key": "u1", "a": "x" * 3_000, "c": "z" * 1_000, "_private": ["b"]}


def test_a_context_that_cannot_be_told_truthfully_is_not_told() -> None:
    assert told({"key": "u1", **{f"a{i}": i for i in range(MAX_NAMES)}}) is None
    assert told({"key": "u1", **{"n" * 100 + str(i): Hostile() for i in range(100)}}) is None
    assert told({"key": "u" * 257}) is None
    assert told({"key": "u\ud800"}) is None
    assert told({"key": "u1", "\ud800": 1}) is None
    assert told({"plan": "pro"}) is None
    assert told(Context("u1", kind="_private")) is None


def test_the_size_is_what_is_sent() -> None:
    found = Withholding(True).told({"user": {"key": "u1", "name": "é\n" * 500}})
    assert found is not None
    assert found.size == len('{"key":"u1","name":""}') + 500 * len(b"\xc3\xa9\\n") <= MAX_BYTES
