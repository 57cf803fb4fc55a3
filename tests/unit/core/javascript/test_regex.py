"""JavaScript's regular expressions: what they find, and what is none."""

from __future__ import annotations

import pytest

from yardarm.core.javascript.regex import NotAPattern, canonical, code_units, search_of
from yardarm.core.regex import PatternError

FOUND = [
    ("a", "bab"), ("^a$", "a"), ("[a-c]{2}", "xabx"), ("^.$", "é"), ("^..$", "😀"),
    ("x{,2}", "x{,2}"), ("a{", "a{"), ("}", "}"), ("]", "]"), (r"\d\D\w\W\s\S", "1aa- b"),
    (r"\s", "\u2028"),
    (r"\s", "\ufeff"), (r"\u0041\x42", "AB"), (r"\u004", "u004"), (r"\x4", "x4"), (r"\u{3}", "uuu"),
    (r"\cA", "\x01"), (r"\c!", "\\c!"), (r"[\c_]", "\x1f"), (r"\0", "\0"), (r"\101", "A"),
    (r"\8", "8"), (r"(a)\2", "a\x02"), (r"\k", "k"), (r"\p", "p"), ("[]", None), ("[^]", "\n"),
    (r"[\d-x]", "-"), (r"[a-\d]", "-"), (r"[\b]", "\b"), (r"\bfoo\b", "a foo b"), (r"\B", "ab"),
    ("(?<name>a)b", "ab"), ("(?:a|b)+?c", "abc"), ("(?i:a)b", "Ab"), ("(?-i:a)", "a"), ("a|", ""),
    ("(?s:.)", "\n"), ("(?m:^b$)", "a\nb"), ("", ""), (r"a\/b", "a/b"), ("$^", ""),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), FOUND)
def test_a_pattern_is_found(pattern: str, text: str | None) -> None:
    search = search_of(pattern)
    assert search("" if text is None else text) is (text is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a$", "a\n"), (".", "\n"), (".", "\u2028"), (r"\d", "٣"), (r"\w", "é"), ("^.$", "😀"),
        ("[]", "a"), (r"\b", ""), ("^b", "a\nb"), ("a{2}", "a"),
    ],
)  # fmt: skip
def test_a_pattern_is_not_found(pattern: str, text: str) -> None:
    assert search_of(pattern)(text) is False


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "*", "a**", "a{2,1}", "{2}", "\\", "(?<1>a)", "(?x:a)", "[b-a]", "^*", r"\b+"],
)
def test_no_pattern(pattern: str) -> None:
    with pytest.raises(NotAPattern):
        search_of(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", r"(?<n>a)\k<n>", "a{2000}", "a" * 1001,
     "(" * 60 + ")" * 60, "(?:a{900}){900}"],
)  # fmt: skip
def test_beyond_linear_time(pattern: str) -> None:
    with pytest.raises(PatternError):
        search_of(pattern)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("é", ("É",), ("e",)), ("[a-z]", ("Q",), ("1", "\u017f", "\u212a")),
        ("ß", ("ß",), ("ẞ", "ss")),
        ("σ", ("ς", "Σ"), ()), ("[^a]", ("b",), ("A", "a")), ("ı", ("ı",), ("i", "I")),
        ("ÿ", ("Ÿ",), ()), (r"\W", ("é",), ("S", "s")), ("(?-i:a)b", ("aB",), ("Ab",)),
    ],
)  # fmt: skip
def test_case(pattern: str, yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    search = search_of(pattern, ignore_case=True)
    assert all(map(search, yes))
    assert not any(map(search, no))


def test_code_units() -> None:
    assert code_units("a😀") == "a\ud83d\ude00"
    assert code_units("é") == "é"
    assert canonical("ß") == "ß"
    assert canonical("é") == "É"
