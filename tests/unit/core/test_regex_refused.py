"""Patterns that are refused, where and why, and what is just within the limits (41, 42)."""

from __future__ import annotations

import pickle

import pytest

from yardarm.core.regex import MAX_PATTERN, Meaning, PatternError, compile_pattern, parse
from yardarm.core.regex.tree import size

# pattern, the character at which it is refused (from 0), a piece of the reason.
REFUSED = [
    ("(?=a)", 0, "look-around"),
    ("a(?!b)", 1, "look-around"),
    ("(?<=a)b", 0, "look-around"),
    ("(?<!a)b", 0, "look-around"),
    (r"(a)\1", 3, "back-reference"),
    (r"(?P<n>a)\k<n>", 8, "back-reference"),
    ("(?P<n>a)(?P=n)", 8, "references"),
    ("(?R)", 0, "references"),
    ("(?&n)", 0, "references"),
    ("(?>a)", 0, "atomic"),
    ("a++", 2, "possessive"),
    ("a*+", 2, "possessive"),
    ("a?+", 2, "possessive"),
    ("a{2}+", 4, "possessive"),
    ("(?(1)a|b)", 0, "conditional"),
    ("(?#note)a", 0, "comments"),
    ("(?x)a", 0, "unknown group"),
    ("(?)a", 0, "unknown group"),
    ("(?-)a", 0, "unknown group"),
    ("(?i-s-m)a", 0, "unknown group"),
    ("(?i", 0, "unknown group"),
    ("(?P<>a)", 0, "group name"),
    ("(?P<1>a)", 0, "group name"),
    ("(?P<n", 0, "group name"),
    ("(?'n'a)", 0, "unknown group"),
    ("a(?i)b", 1, "flags stand at the start"),
    ("((?i)b)", 1, "flags stand at the start"),
    ("(a", 0, "not closed; add )"),
    ("a)", 1, r"write \)"),
    ("[a", 0, "not closed; add ]"),
    ("[]a]", 1, r"write \]"),
    ("[^]a]", 2, r"write \]"),
    ("[[:alpha:]]", 1, r"write \["),
    ("[a&&b]", 2, "set operations"),
    ("[a--b]", 2, "set operations"),
    ("[--b]", 1, "set operations"),
    ("[a~~b]", 2, "set operations"),
    ("[z-a]", 2, "backwards"),
    (r"[a-\d]", 2, "range cannot end in a class"),
    (r"[\b]", 1, r"\x08"),
    ("*a", 0, r"write \*"),
    ("a|+", 2, r"write \+"),
    ("(?:?)", 3, r"write \?"),
    ("{2}", 0, r"write \{"),
    ("a**", 2, "two quantifiers"),
    ("a{2}{3}", 4, "two quantifiers"),
    ("a+??", 3, "two quantifiers"),
    ("^*", 1, "cannot be repeated"),
    (r"\b+", 2, "cannot be repeated"),
    ("a{2", 1, r"\{ for a brace"),
    ("a{,5}", 1, r"\{ for a brace"),
    ("a{2,x}", 1, r"\{ for a brace"),
    ("a{2\u0663}", 1, r"\{ for a brace"),
    ("a{3,2}", 1, "backwards"),
    ("a{1001}", 1, "at most 1,000"),
    ("a{1,1001}", 1, "at most 1,000"),
    ("a{1001,}", 1, "at most 1,000"),
    ("a{" + "9" * 900 + "}", 1, "at most 1,000"),
    ("\\", 0, "single backslash"),
    ("a\\", 1, "single backslash"),
    ("[a\\", 2, "single backslash"),
    (r"\Z", 0, r"write \z"),
    (r"\pL", 0, "Unicode property"),
    (r"\p{Greek}", 0, "Unicode property"),
    (r"[\PL]", 1, "Unicode property"),
    (r"\q", 0, "not a known escape"),
    (r"\0", 0, "not a known escape"),
    (r"\Qa\E", 0, "not a known escape"),
    (r"[\1]", 1, "not a known escape"),
    (r"\x4", 0, "not a code point"),
    (r"\xg1", 0, "not a code point"),
    (r"\x{}", 0, "not a code point"),
    (r"\x{41", 0, "not a code point"),
    (r"\x{0000041}", 0, "not a code point"),
    (r"\u41", 0, "not a code point"),
    (r"\u{41}", 0, "not a code point"),
    (r"\x{110000}", 0, "no such character"),
    (r"\ud83d\ude00", 0, "no such character"),
    ("x((a{100}){100})", 2, "multiply"),
    ("((a{1,100}){1,100}){1,100}", 1, "multiply"),
    ("((((((){1000}){1000}){1000}){1000}){1000})", 4, "multiply"),
    ("(a{100,}){100,}", 0, "multiply"),
    ("a{1000}b{1000}c{1000}d{1000}e{1000}f", 0, "multiply"),
    ("a" * (MAX_PATTERN + 1), MAX_PATTERN, "at most 1,000 characters"),
    ("(" * 51 + ")" * 51, 50, "at most 50 deep"),
]


@pytest.mark.parametrize(("pattern", "position", "reason"), REFUSED)
def test_what_is_refused_says_where_and_why(pattern: str, position: int, reason: str) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert reason in caught.value.message
    assert caught.value.position == position
    assert str(caught.value) == f"{caught.value.message} (at character {position + 1})"


@pytest.mark.parametrize(
    "pattern",
    [
        "a" * MAX_PATTERN,
        "a{1000}",
        "(a?){1000}a{1000}",
        "^.{1,1000}@.{1,1000}$",
        "(" * 50 + "a" + ")" * 50,
        "(a)" * 60,
        "a{1000}b{1000}c{1000}d{1000}e{1000}",
    ],
)
def test_what_is_just_within_the_limits_is_accepted(pattern: str) -> None:
    compile_pattern(pattern).search("")


def test_an_error_survives_the_way_between_processes() -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern("a**")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.message, copy.position) == (caught.value.message, 2)
    assert isinstance(copy, ValueError)


def test_size_counts_what_repeats_write_out() -> None:
    assert size(parse("a{3}b", Meaning())) == 4
    assert size(parse("(ab){2,4}", Meaning())) == 10
