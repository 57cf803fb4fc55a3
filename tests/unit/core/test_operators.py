"""Every operator's table of cases, and what its values may be.

What all operators do with foreign objects and odd versions, dates and addresses is in
test_faults_context.py.
"""

from typing import Any

import pytest

from yardarm.core.operators import OPERATORS, prepare

NAN = float("nan")

CASES: dict[str, tuple[tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]], ...]] = {
    # values of the clause, attributes that match, attributes that do not
    "equals": (
        (("NL",), ("NL",), ("nl", "NL ", "", None, ["NL"])),
        ((1,), (1, 1.0), (True, "1", 2, NAN)),
        ((True,), (True,), (1, "true", False)),
        ((0.5,), (0.5,), ("0.5", 0)),
        (("",), ("",), (None, " ", 0, False)),
    ),
    "in": (
        (("NL", 1, False), ("NL", 1, 1.0, False), ("BE", 0, True, "1", None, ("NL",))),
    ),
    "equals_ignore_case": ((("Straße",), ("STRASSE", "strasse"), ("Strase", None, 1)),),
    "in_ignore_case": ((("NL", "be"), ("nl", "Be"), ("fr", "", 1)),),
    "starts_with": ((("ab", "x"), ("ab", "abc", "x1"), ("a", "ABc", "cab", "")),),
    "ends_with": ((("ab", "x"), ("ab", "cab", "1x"), ("b", "cAB", "abc", "")),),
    "contains": ((("ab", "x"), ("cabd", "1x2"), ("a b", "AB", "")),),
    "starts_with_ignore_case": ((("Ab",), ("aB", "ABc"), ("b", "cab")),),
    "ends_with_ignore_case": ((("Ab",), ("aB", "cAB"), ("b", "abc")),),
    "contains_ignore_case": ((("Ab",), ("caBd",), ("a-b", "ba")),),
    "matches": (
        (("^a+$", "x{2}"), ("aaa", "1xx2"), ("ab", "x", "", None, 7)),
        (("",), ("", "anything"), (None, 7)),
    ),
    "lt": (((2,), (1, 1.99, -(10**30), float("-inf")), (2, 2.0, 3, NAN, True, "1")),),
    "lte": (((2,), (1, 2, 2.0), (2.01, NAN, False, None)),),
    "gt": (((2.5,), (3, 2.51, 10**400, float("inf")), (2.5, 2, NAN, True, "3")),),
    "gte": (((1,), (1, 1.0, 2), (0.99, NAN, True, "1")),),
    "before": (
        (("2027-03-01T00:00:00Z",), ("2027-03-01T00:59:59+01:00", 0, -1.5),
         ("2027-03-01T00:00:00Z", "2027-03-01", "", True, 4e12)),
        ((100,), (99, 99.999_999, "1970-01-01T00:01:39Z"), (100, 100.0, "1970-01-01T00:01:40Z")),
    ),
    "after": (((100,), (101, 100.000_001, "1970-01-01T00:01:41Z"), (100, 99, None, "x")),),
    "semver_eq": ((("1.2.3+a",), ("1.2.3", "1.2.3+b"), ("1.2.3-a", "1.2.4", "1.2", 1)),),
    "semver_lt": ((("2.0.0",), ("2.0.0-rc.1", "1.99.99"), ("2.0.0", "2.0.0+x", "v1.0.0")),),
    "semver_lte": ((("2.0.0",), ("2.0.0", "2.0.0-rc.1", "2.0.0+x"), ("2.0.1", "", "2")),),
    "semver_gt": ((("2.9.0",), ("2.10.0", "10.0.0-a"), ("2.9.0", "2.9.0-z", "2.9.0+z")),),
    "semver_gte": ((("2.9.0-rc.2",), ("2.9.0-rc.10", "2.9.0", "2.9.0-rc.2"), ("2.9.0-rc.1",)),),
    "in_network": (
        (("10.0.0.0/8", "::1"), ("10.1.2.3", "::1", "::ffff:10.0.0.1"), ("11.0.0.1", "::2", "")),
    ),
    "present": (((), ("", 0, False, [], {}, "x", NAN), (None,)),),
    "has_any": (
        (("a", 1), (["a"], ("x", 1), {1.0}, frozenset("ab")), ([], [True], ["A"], "a",
        {"a": 1}, 1)),
    ),
    "has_all": (
        (("a", 1), (["a", 1, 2], (1, "a")), (["a"], [1], [], "a1", None, ["a", True])),
    ),
}  # fmt: skip


def test_every_operator_has_a_table_and_a_summary() -> None:
    assert CASES.keys() == OPERATORS.keys()
    for name, operator in OPERATORS.items():
        assert operator.name == name
        assert operator.summary


@pytest.mark.parametrize("name", OPERATORS)
def test_table(name: str) -> None:
    operator = OPERATORS[name]
    for values, matching, others in CASES[name]:
        prepared = prepare(name, values)
        for expected, attributes in ((True, matching), (False, others)):
            for value in attributes:
                assert operator.test(value, prepared) is expected, (values, value)


@pytest.mark.parametrize("name", [n for n, o in OPERATORS.items() if o.inline])
def test_the_inline_form_says_the_same(name: str) -> None:
    operator = OPERATORS[name]
    assert operator.inline is not None
    source = operator.inline.format(v="v", c="c", t="t")
    for values, matching, others in CASES[name]:
        prepared = prepare(name, values)
        for value in (*matching, *others):
            names = {"v": value, "c": prepared, "t": operator.test}
            assert eval(source, names) is operator.test(value, prepared), (values, value)


@pytest.mark.parametrize("name", OPERATORS)
def test_how_many_values_it_takes(name: str) -> None:
    takes = OPERATORS[name].takes
    good = CASES[name][0][0]
    if takes == "none":
        with pytest.raises(ValueError, match="takes no values"):
            prepare(name, ("x",))
        return
    with pytest.raises(ValueError, match="exactly one" if takes == "one" else "at least one"):
        prepare(name, ())
    if takes == "one":
        with pytest.raises(ValueError, match="exactly one value, not 2"):
            prepare(name, good * 2)
    else:
        prepare(name, good * 2)


BAD_VALUES: dict[str, tuple[Any, ...]] = {
    "equals": (None, [], {}), "in": (None, ["a"]), "has_any": (None, [1]), "has_all": ({},),
    "lt": ("1", True, NAN, None), "lte": ("x",), "gt": ([],), "gte": (False,),
    "before": ("2027-03-01", "tomorrow", True, None), "after": ("", 1e18),
    "semver_eq": ("1.0", 1, None), "semver_lt": ("v1.0.0",), "semver_lte": ("",),
    "semver_gt": ("1.0.0.0",), "semver_gte": ("01.0.0",),
    "in_network": ("10.0.0.0/33", "10.0.0.1/8", 1, "host", ""), "matches": ("(", "(?=a)", 1, None),
    **{name: (1, True, None, ["a"]) for name in OPERATORS
       if name.startswith(("starts", "ends", "contains")) or name.endswith("ignore_case")},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BAD_VALUES))
def test_values_that_do_not_fit_are_refused_with_the_reason(name: str) -> None:
    for value in BAD_VALUES[name]:
        with pytest.raises(ValueError) as caught:
            prepare(name, (value,))
        assert str(caught.value)


def test_an_unknown_operator() -> None:
    with pytest.raises(KeyError):
        prepare("is_roughly", ())


def test_membership_among_ten_thousand_takes_no_longer() -> None:
    """By the structure, not by the clock: the prepared values are a set."""
    values = tuple(f"user-{n}" for n in range(10_000))
    for name in ("in", "in_ignore_case", "has_any"):
        assert isinstance(prepare(name, values), frozenset)
