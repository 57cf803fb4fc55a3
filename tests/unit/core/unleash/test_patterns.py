"""Patterns in the grammar of the crate regex."""

from __future__ import annotations

from time import perf_counter

import pytest

from yardarm.core.unleash.patterns import search, unsupported

FOUND = [
    ("^a$", "a"), ("a.b", "a\rb"), (r"^\d$", "٥"), (r"^\w$", "\u0301"), (r"^\w$", "Ⓐ"),
    (r"^\s$", "\x85"), ("[[:alpha:]]", "a"), ("[a[:digit:]]", "5"), ("[:alpha:]", ":"),
    ("^(?i)abc$", "ABC"), ("a|(?i)b|c", "C"), ("(?s)a.b", "a\nb"), ("(?m)^b$", "a\nb\nc"),
    ("(?x) a b # c", "ab"), ("(?U)a+?b", "aab"), ("(?i)[^k]", "x"), ("[a-c&&[b-d]]", "b"),
    ("[a-z--c]", "d"), ("[a~~b]", "a"), ("[]a]", "]"), ("[^]a]", "b"), ("[---]", "-"),
    (r"\p{Lu}", "A"), (r"\PL", "1"), (r"\p{Letter}", "é"), (r"\p{gc=Nd}", "5"),
    ("a{ 2 , 3 }", "aa"),
    ("^*a", "a"), ("a**", "a"), ("(?:)*", ""), ("(?P<a.b[0]>x)", "x"), (r"\u00e9", "é"),
    (r"\U0001F600", "😀"), (r"\x{1F600}", "😀"), (r"\ ", " "), (r"\&", "&"), ("(?i)ſ", "S"),
    (r"\b", "Ⓐ"), ("a|", ""), ("(?-i)a", "a"), ("(?u)a", "a"), (r"\b{2}a", "a"),
]  # fmt: skip
MISSED = [
    ("^a$", "a\n"), ("a.b", "a\nb"), (r"^\s$", "\x1c"), (r"\w", "²"), ("[:alpha:]", "b"),
    ("(?i)[^k]", "\u212a"), ("[a-c&&[b-d]]", "a"), ("(a(?i)b)c", "aBC"), ("(?x)[ a ]", " "),
    ("[^-a]", "-"), (r"\b", "²"), ("[a&&b]", "a"),
]  # fmt: skip
REFUSED = [
    "(?=a)", "(?<=a)", "(?!a)", r"(a)\1", r"\8", "(?>a)", "(?#c)", "a{,2}", "a{", "{2}", "*a", "|*",
    "(?i)*", "(", ")", "[", "[]", "[z-a]", r"[\w-z]", r"[\b]", r"\é", r"\0", r"\h", r"\K", r"\Z",
    "(?P<1>x)", "(?P<>x)", "(?P<a>x)(?P<a>y)", "(?P=a)", "(?i-i)a", "(?ii)a", "(?i-)a", "(?)a",
    "a\\",
    r"\p{^L}", r"\x{}", r"\xg", r"\x{d800}", "a{3,2}", "a{99999999999}", "(?^i)a", r"\p{}", "(?i:a",
]  # fmt: skip
BEYOND = [
    r"\b{start}a", r"\<a", r"\>", "(?-u:a)", "(?R)a", r"\p{Greek}", "a{1001}", "(a{100}){100}",
    "a" * 1_001, "(" * 60 + ")" * 60,
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), FOUND)
def test_found(pattern: str, text: str) -> None:
    assert search(pattern, False)(text)
    assert unsupported(pattern) is None


@pytest.mark.parametrize(("pattern", "text"), MISSED)
def test_missed(pattern: str, text: str) -> None:
    assert not search(pattern, False)(text)
    assert unsupported(pattern) is None


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_the_engine_refuses_matches_nothing(pattern: str) -> None:
    for text in ("", "a", "aa", "x", pattern):
        assert not search(pattern, False)(text)
    assert unsupported(pattern) is None


@pytest.mark.parametrize("pattern", BEYOND)
def test_what_only_the_engine_reads_matches_nothing(pattern: str) -> None:
    assert unsupported(pattern)
    assert not search(pattern, False)("a" * 1_001)


def test_case() -> None:
    assert search("^É$", True)("é")
    assert not search("^É$", False)("é")
    assert not search("^(?-i)É$", True)("é")


def test_time_is_linear() -> None:
    begin = perf_counter()
    assert not search("^(a+)+$", False)("a" * 50_000 + "b")
    assert perf_counter() - begin < 5
