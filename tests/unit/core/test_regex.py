"""Regular expressions: what is accepted, what it means, what is refused and why (faults 40-42)."""

from __future__ import annotations

import pytest

from yardarm.core.regex import (
    MAX_TEXT,
    Meaning,
    compile_pattern,
    parse,
    to_re2,
)

NATIVE = Meaning()
PYTHON = Meaning(ascii_classes=False, dollar_before_final_newline=True)
ARABIC_ONE = "\u0661"

# pattern, and texts in which it is found ...; and texts in which it is not.
FOUND = [
    ("", ["", "a", "\n"], []),
    ("foo", ["foo", "a foo b"], ["fo", "Foo", ""]),
    ("^foo", ["foo", "foobar"], ["a foo", "\nfoo"]),
    ("foo$", ["foo", "a foo"], ["foobar", "foo\n"]),
    ("^foo$", ["foo"], ["foo\n", "\nfoo", "xfoo"]),
    (r"\Afoo\z", ["foo"], ["foo\n", "\nfoo"]),
    ("^$", [""], ["\n", "a"]),
    ("a.c", ["abc", "a\rc", "a\u2028c", "a\U0001f600c"], ["a\nc", "ac"]),
    ("(?s)a.c", ["a\nc"], ["ac"]),
    ("[abc]x", ["ax", "cx"], ["dx", "x"]),
    ("[a-c]x", ["bx"], ["dx", "-x"]),
    ("[^a-c]x", ["dx", "\nx"], ["ax", "x"]),
    ("[a-]x", ["ax", "-x"], ["bx"]),
    ("[-a]x", ["ax", "-x"], ["bx"]),
    ("^[a-c-e]$", ["b", "-", "e"], ["d"]),
    (r"^[\w-.]$", ["a", "-", "."], ["+"]),
    (r"^[\]\[\^\\]$", ["]", "[", "^", "\\"], ["a"]),
    ("^[a^]$", ["a", "^"], ["b"]),
    ("^[.*$]$", [".", "*", "$"], ["a"]),
    (r"^[^\d\s]$", ["a"], ["1", " "]),
    (r"^[\D]$", ["a", ARABIC_ONE], ["1"]),
    (r"^\d+$", ["0123456789"], [ARABIC_ONE, "", "1a", "\u00b2"]),
    (r"^\w+$", ["aZ_9"], ["\u00e9", "-"]),
    (r"^\s+$", [" \t\n\r\f\v"], ["\u00a0", "\x1c", "\x85"]),
    (r"^\D\W\S$", ["a-b", "\u00e9\u00e9\u00e9"], ["1-b", "aab", "a- "]),
    (r"\bfoo\b", ["foo", "a foo.", "\u00e9foo"], ["foobar", "_foo"]),
    (r"\Bfoo", ["xfoo"], ["foo", " foo"]),
    (r"\B", ["", "ab", " "], ["a"]),
    ("(?m)^b$", ["a\nb\nc", "b", "a\nb"], ["ab", "a\nbc"]),
    ("(?m)^$", ["", "a\n", "\na"], ["a"]),
    ("a|b|", ["", "c"], []),
    ("^(?:a|bc)d$", ["ad", "bcd"], ["abcd", "bd"]),
    ("^(a|b)*c", ["c", "ababc"], ["abxc"]),
    ("^(?P<n>a)(?<m>b)$", ["ab"], ["a"]),
    ("^()$", [""], ["a"]),
    ("^a?b+c*$", ["b", "abbc"], ["ac", "aab"]),
    ("^a{2}$", ["aa"], ["a", "aaa"]),
    ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
    ("^a{0,2}$", ["", "aa"], ["aaa"]),
    ("^a{1,3}b{0}$", ["a", "aaa"], ["", "aaaa", "ab"]),
    ("^(?:a{2}){2,3}$", ["aaaa", "aaaaaa"], ["aa", "aaaaa"]),
    ("^a*?b+?c??d{1,2}?$", ["bd", "aabbcdd"], ["ad"]),
    ("^(a*)*$", ["", "aaa"], ["ab"]),
    ("^(?:a|)+$", ["", "aaa"], ["ab"]),
    ("^(?:|a)+b$", ["b", "aab"], ["ba"]),
    ("^(?:^a|b)*$", ["", "abb", "bb"], ["ba"]),
    (r"^(?:a\b|-)*$", ["a-a", "--"], ["aa"]),
    ("(?:^)*a", ["ba"], ["b"]),
    ("a{", ["a{"], ["a"]),
    ("a{x}", ["a{x}"], ["ax"]),
    ("}]", ["}]"], ["]"]),
    (r"\{\}\(\)\.\*\+\?\|\^\$\/\-\ \_", ["{}().*+?|^$/- _"], ["{}()"]),
    (r"\n\t\r\f\v", ["\n\t\r\f\v"], ["ntrfv"]),
    (r"\x41\u00e9\x{1F600}\x{9}", ["A\u00e9\U0001f600\t"], ["A"]),
    (r"^[\x41-\x{43}]$", ["B"], ["D"]),
    ("\u00e9", ["caf\u00e9"], ["cafe", "cafe\u0301"]),
    ("\ud800", ["a\ud800b"], ["\udc00"]),
    ("^.$", ["\ud800"], ["\ud800\udc00"]),
    ("(?i)FoO", ["foo", "xFOO"], ["f0o"]),
    ("(?i:f)oo", ["Foo", "foo"], ["FOO"]),
    ("(?i)a(?-i:b)c", ["AbC"], ["ABC"]),
    ("(?is)A.", ["a\n"], []),
    ("(?i)(?m)^A", ["b\na"], []),
    ("a(?s:.)b.", ["a\nbx"], ["a\nb\n"]),
    ("(?i:(?s:A.)A).", ["a\nax"], ["a\na\n"]),
]


@pytest.mark.parametrize(("pattern", "found", "absent"), FOUND)
def test_where_a_pattern_is_found(pattern: str, found: list[str], absent: list[str]) -> None:
    compiled = compile_pattern(pattern)
    for text in found:
        assert compiled.search(text), text
    for text in absent:
        assert not compiled.search(text), text


@pytest.mark.parametrize(
    ("pattern", "text", "search", "match", "full"),
    [
        ("b", "abc", True, False, False),
        ("b", "bc", True, True, False),
        ("b", "b", True, True, True),
        ("a|ab", "ab", True, True, True),
        ("a|b", "xb", True, False, False),
        ("[ab]+", "xab", True, False, False),
        ("[ab]+", "abx", True, True, False),
        ("[ab]+", "ab\n", True, True, False),
        ("(?m)^a$", "b\na", True, False, False),
        (".*", "a\nb", True, True, False),
        ("a", "x" * 9, False, False, False),
    ],
)
def test_search_match_and_fullmatch(
    pattern: str, text: str, search: bool, match: bool, full: bool
) -> None:
    compiled = compile_pattern(pattern)
    assert (compiled.search(text), compiled.match(text), compiled.fullmatch(text)) == (
        search,
        match,
        full,
    )


@pytest.mark.parametrize(
    ("meaning", "pattern", "found", "absent"),
    [
        (PYTHON, r"^\d$", ["1", ARABIC_ONE], ["\u00b2"]),
        (PYTHON, r"^[\d.]$", [ARABIC_ONE, "."], ["a"]),
        (PYTHON, r"^[^\d.]$", ["a"], [ARABIC_ONE, "."]),
        (PYTHON, r"^[^\W\d]$", ["a", "\u00e9"], [ARABIC_ONE, "-"]),
        (PYTHON, r"^\w\W$", ["\u00e9-"], ["\u00e9\u00e9"]),
        (PYTHON, r"^\s$", ["\u00a0", "\x1c", "\n"], ["\u200b"]),
        (PYTHON, r"\bfoo\b", ["foo"], ["\u00e9foo", "foo\u00e9"]),
        (PYTHON, r"\Bfoo", ["\u00e9foo"], ["foo"]),
        (PYTHON, "foo$", ["foo", "foo\n"], ["foo\n\n", "foo\r\n"]),
        (PYTHON, r"foo\z", ["foo"], ["foo\n"]),
        (PYTHON, "(?:foo$|x)\n", ["foo\n", "x\na"], ["foo\na"]),
        (PYTHON, "^$", ["", "\n"], ["\n\n"]),
        (PYTHON, "(?m)a$", ["a\nb"], ["ab"]),
        (PYTHON, "x$|(?m:a\n^)", ["a\n", "a\nb"], ["a"]),
        (PYTHON, "x$|(?m:a$)", ["a\n", "a\nb", "a"], ["ab"]),
        (Meaning(ignore_case=True), "foo", ["FOO"], []),
        (Meaning(ignore_case=True), "(?-i)foo", ["foo"], ["FOO"]),
        (Meaning(multiline=True), "^b", ["a\nb"], ["ab"]),
        (Meaning(dot_matches_newline=True), "a.b", ["a\nb"], ["ab"]),
    ],
)
def test_a_dialect_may_mean_something_else(
    meaning: Meaning, pattern: str, found: list[str], absent: list[str]
) -> None:
    compiled = compile_pattern(pattern, meaning=meaning)
    assert [text for text in (*found, *absent) if compiled.search(text)] == found


# The fixture of fault 45. What differs by case only: Unicode's simple case folding.
SAME_BUT_FOR_CASE = [
    ("k", "K\u212a"),  # Kelvin sign
    ("s", "S\u017f"),  # long s
    ("\u00e9", "\u00c9"),
    ("\u00df", "\u1e9e"),  # sharp s and capital sharp s
    ("\u03c3", "\u03a3\u03c2"),  # sigma, capital and final
    ("\u00e5", "\u00c5\u212b"),  # a with ring, Angstrom sign
    ("\u00b5", "\u03bc\u039c"),  # micro sign and Greek mu
    ("\u1f80", "\u1f88"),
    ("\U00010428", "\U00010400"),  # Deseret
]
DIFFERENT = [
    ("i", "\u0131"),  # dotless i
    ("i", "\u0130"),  # capital I with a dot: lower() is two characters
    ("I", "\u0130"),
    ("\u0131", "\u0130"),
    ("s", "\u00df"),
    ("e", "\u00e9"),
]


@pytest.mark.parametrize(("char", "others"), SAME_BUT_FOR_CASE)
def test_case_is_simple_folding(char: str, others: str) -> None:
    for written in (char, *others):
        literal = compile_pattern(f"(?i)^{written}$")
        bracket = compile_pattern(f"(?i)^[{written}-{written}]$")
        inverse = compile_pattern(f"(?i)^[^{written}]$")
        for text in (char, *others):
            assert literal.search(text)
            assert bracket.search(text)
            assert not inverse.search(text)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_case_does_not_equal(one: str, other: str) -> None:
    assert not compile_pattern(f"(?i){one}").search(other)
    assert not compile_pattern(f"(?i){other}").search(one)


def test_sharp_s_is_one_character() -> None:
    assert not compile_pattern("(?i)^\u00df$").search("ss")
    assert not compile_pattern("(?i)^ss$").search("\u00df")


def test_ignoring_case_leaves_the_classes_alone() -> None:
    # Folding `\W` would let in k and s, for whose sake the Kelvin sign and long s are outside it.
    assert not compile_pattern(r"(?i)\W").search("k")
    assert not compile_pattern(r"(?i)[\W]").search("s")


def test_every_cased_letter_is_known() -> None:
    from yardarm.core.regex.charset import _CASED_END, simple_fold

    assert all(simple_fold(c) == c for c in map(chr, range(_CASED_END, 0x110000)))
    assert all(simple_fold(simple_fold(c)) == simple_fold(c) for c in map(chr, range(_CASED_END)))


@pytest.mark.parametrize("pattern", ["a", "^a+$", "a$", r"\ba"])
def test_a_text_over_the_limit_never_matches(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.search("a" * MAX_TEXT)
    assert not compiled.search("a" * (MAX_TEXT + 1))
    assert not compiled.match("a" * (MAX_TEXT + 1))
    assert not compiled.fullmatch("a" * (MAX_TEXT + 1))


def test_a_subclass_of_text_is_read_as_the_text_it_is() -> None:
    class Hostile(str):
        def __iter__(self) -> object:  # type: ignore[override]
            raise RuntimeError

        def __len__(self) -> int:
            raise RuntimeError

        def __contains__(self, key: object) -> bool:
            raise RuntimeError

    assert compile_pattern("b").search(Hostile("abc"))
    assert compile_pattern("[b]+$").search(Hostile("ab"))


@pytest.mark.parametrize("value", [None, 1, True, b"a", ["a"]])
def test_what_is_not_text_does_not_match(value: object) -> None:
    assert not compile_pattern("").search(value)  # type: ignore[arg-type]


def test_a_pattern_knows_its_source() -> None:
    assert compile_pattern("^a+$").source == "^a+$"
    assert repr(compile_pattern("^a+$")) == "Pattern('^a+$')"


# --- google-re2 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "meaning"),
    [
        (r"\B", NATIVE),
        ("(a|b$)", Meaning(dollar_before_final_newline=True)),
        (r"\d+", PYTHON),
        (r"[^\w]", PYTHON),
        (r"(?:\b)a", PYTHON),
        ("a\ud800", NATIVE),
    ],
)
def test_what_re2_may_read_differently_is_not_rendered(pattern: str, meaning: Meaning) -> None:
    assert to_re2(parse(pattern, meaning)) is None


@pytest.mark.parametrize(
    ("pattern", "rendered"),
    [
        ("a", r"[\x{61}-\x{61}]"),
        ("[cab]", r"[\x{61}-\x{63}]"),
        ("(?i)k", r"[\x{4b}-\x{4b}\x{6b}-\x{6b}\x{212a}-\x{212a}]"),
        (".", r"[\x{0}-\x{9}\x{b}-\x{d7ff}\x{e000}-\x{10ffff}]"),
        ("", "(?:)"),
        ("^a|$", r"(?:(?:\A[\x{61}-\x{61}])|\z)"),
        (r"(?m)^\b$", r"(?:(?m:^)\b(?m:$))"),
        ("(?:a){2,}", r"(?:[\x{61}-\x{61}]){2,}"),
        ("a*?", r"(?:[\x{61}-\x{61}])*"),
        ("a+", r"(?:[\x{61}-\x{61}])+"),
        ("a?", r"(?:[\x{61}-\x{61}]){0,1}"),
    ],
)
def test_the_rendering_leaves_nothing_to_the_reader(pattern: str, rendered: str) -> None:
    assert to_re2(parse(pattern, NATIVE)) == rendered
