"""Togglz's operators: a table of what each says."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.operators import find, prepare

CASES: list[tuple[str, Any, list[Any], bool]] = [
    ("client_ip", "10.1.2.3", ["10.1.2.3"], True),
    ("client_ip", "10.1.2.3", ["10.0.0.0/8"], True),
    ("client_ip", "10.1.515", ["10.1.2.3"], True),
    ("client_ip", "167838211", ["10.1.2.0/24"], True),
    ("client_ip", "::ffff:10.1.2.3", ["10.1.2.3"], True),
    ("client_ip", "[::1]", ["::1"], True),
    ("client_ip", "fe80::1%eth0", ["fe80::/16"], True),
    ("client_ip", "10.1.2.3", ["10.1.2.3/40"], True),
    ("client_ip", "10.1.2.4", ["10.1.2.3/40"], False),
    ("client_ip", "192.0.2.1", ["10.1.2.3/-1"], True),
    ("client_ip", "10.1.2.3", ["::/96"], True),
    ("client_ip", "10.1.2.3", ["2001:db8::/32"], False),
    ("client_ip", "10.1.2.3", ["bad/8", "10.1.2.3"], False),
    ("client_ip", "10.1.2.3", ["10.0.0.0/x", "10.1.2.3"], False),
    ("client_ip", "10.1.2.3", ["host.example.com", "10.1.2.3"], True),
    ("client_ip", "10.1.2.3, 10.0.0.1", ["10.1.2.3", "10.1.2.3, 10.0.0.1"], False),
    ("client_ip", "host", ["host"], False),
    ("client_ip", "256.1.1.1", ["0.0.0.0/0"], False),
    ("client_ip", "1" * 400, ["0.0.0.0/0"], False),
    ("client_ip", None, ["10.1.2.3"], False),
    ("client_ip", 167838211, ["10.1.2.3"], False),
    ("header", "A,B", ["B"], True),
    ("header", "A, B", ["B"], False),
    ("header", "b", ["B"], False),
    ("header", None, ["B"], False),
    ("query", {"beta": "1"}, ["beta"], True),
    ("query", {"beta": None}, ["beta"], True),
    ("query", {"beta": "1"}, ["beta = 1"], True),
    ("query", {"beta": ["2", "1"]}, ["a , beta=1"], True),
    ("query", {"beta": ""}, ["beta="], True),
    ("query", {"": "x"}, ["=x"], True),
    ("query", {"beta": "1=2"}, ["beta=1=2"], True),
    ("query", {"beta": "1"}, ["beta=2"], False),
    ("query", {"Beta": "1"}, ["beta"], False),
    ("query", {}, [",,"], False),
    ("query", {"": "x"}, [",a"], True),
    ("query", "beta", ["beta"], False),
    ("property", {"a": "TRUE"}, ["a", "true"], True),
    ("property", {"a": True}, ["a", "true"], True),
    ("property", {"a": 5}, ["a", "5"], True),
    ("property", {"a": "no"}, ["a", "true"], False),
    ("property", {"a": ""}, ["a", ""], False),
    ("property", {"a": None}, ["a", "None"], False),
    ("property", {}, ["a", "true"], False),
    ("property", None, ["a", "true"], False),
    ("profiles", ["Dev"], ["dev"], True),
    ("profiles", ["dev"], ["!DEV"], False),
    ("profiles", [], ["!dev"], True),
    ("profiles", ["dev"], ["!dev", "dev"], True),
    ("profiles", [5, "x"], ["dev"], False),
    ("profiles", None, ["!dev"], False),
    ("profiles", "dev", ["dev"], False),
]


@pytest.mark.parametrize(("name", "value", "values", "expected"), CASES)
def test_an_operator(name: str, value: Any, values: list[Any], expected: bool) -> None:
    operator = find(f"togglz.{name}")
    assert operator is not None
    assert operator.test(value, prepare(operator.name, tuple(values))) is expected


@pytest.mark.parametrize("values", [("a",), ("a", 5), ("a", "b", "c")])
def test_a_property_has_a_name_and_a_value(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="name and its value"):
        prepare("togglz.property", values)
