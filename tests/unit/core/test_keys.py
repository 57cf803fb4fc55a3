"""Keys. The long tables are faults 28 to 31."""

import pytest

from yardarm.core.keys import MAX_KEY, check_key, check_lookalikes, skeleton


@pytest.mark.parametrize(
    "key", ["a", "new-checkout", "a b", "Ünïcode", "ключ", "κλειδί", "x" * MAX_KEY, "a.b"]
)
def test_good_keys(key: str) -> None:
    assert check_key(key, "/k") == []


@pytest.mark.parametrize(("key", "message"), [
    ("", "empty"), ("x" * (MAX_KEY + 1), "257 characters"), ("..", "reserved"), (" x",
    "white space"),
    ("a\u200db", "U+200D"), ("a\u2028b", "U+2028"), ("\ue000", "U+E000"), ("e\u0301",
    "normal form C"),
    ("pаypal", "mixes Cyrillic and Latin"), ("αb", "mixes Greek and Latin"), ("\ud800", "U+D800"),
])  # fmt: skip
def test_bad_keys_say_why_and_how_to_mend_it(key: str, message: str) -> None:
    (problem,) = check_key(key, "/k")
    assert problem.pointer == "/k"
    assert message in problem.message
    assert problem.hint


def test_look_alikes() -> None:
    problems = check_lookalikes(["scope", "other", "ѕсоре", "ｓcope"], "/flags")
    assert [problem.pointer for problem in problems] == ["/flags/ѕсоре", "/flags/ｓcope"]
    assert all("'scope'" in problem.message for problem in problems)
    assert check_lookalikes(["a", "A", "b"], "") == []
    assert skeleton("ѕсоре") == "scope"
