"""Regular expressions: what is accepted, what it means, what is refused and why (faults 40-42)."""

from __future__ import annotations

import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from yardarm.core.regex import (
    MAX_PATTERN,
    MAX_TEXT,
    Meaning,
    PatternError,
    compile_pattern,
    parse,
    to_re2,
)
from yardarm.core.regex.match import Machine, State
from yardarm.core.regex.program import MEMO, Follow
from yardarm.core.regex.tree import size

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


# --- linear time, bounded memory ----------------------------------------------------------------


class Counting(Machine):
    """Counts the characters for which the automaton had to be extended."""

    extended = 0

    def advance(self, state: State, symbol: str) -> State:
        self.extended += 1
        return super().advance(state, symbol)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "(a*)*b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "a*a*a*b",
    ],
)
def test_a_longer_text_needs_no_more_states(pattern: str) -> None:
    counts = []
    for length in (1_000, 2_000, 60_000):
        machine = Counting(parse(pattern, NATIVE))
        assert not machine.search("a" * length + "!")
        counts.append((machine.extended, machine.states()))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0][0] < 20


def test_an_anchored_search_gives_up_early() -> None:
    machine = Counting(parse("^a+(b$|(?-m:^)c)", NATIVE))
    assert not machine.search("ax" * 1_000)
    assert machine.extended == 2


def test_what_follows_is_remembered_within_bounds() -> None:
    rng = random.Random(5)
    after = [rng.getrandbits(400) | 1 << bit + 1 for bit in range(400)]
    follow = Follow(after)
    for _ in range(300):
        active = rng.getrandbits(400)
        expected = 0
        for bit, reached in enumerate(after):
            expected |= reached if active >> bit & 1 else 0
        assert follow.of(active) == expected
        assert len(follow) <= MEMO
    assert 300 * 400 / 8 > MEMO  # otherwise nothing ever had to be forgotten


def test_a_warm_automaton_is_not_extended() -> None:
    machine = Counting(parse("(a+)+$", NATIVE))
    machine.search("a" * 10 + "!")
    before = machine.extended
    machine.search("a" * 65_000 + "!")
    assert machine.extended == before


def test_every_character_extends_the_automaton_at_most_once() -> None:
    rng = random.Random(7)
    machine = Counting(parse("(a|b)*a(a|b){200}c", NATIVE))
    text = "".join(rng.choice("ab") for _ in range(3_000))
    assert not machine.search(text)
    assert machine.extended <= len(text) + 1


def test_the_states_kept_are_bounded_and_the_answers_do_not_change() -> None:
    rng = random.Random(7)
    tree = parse("(a|b)*a(a|b){8}c", NATIVE)
    small, large = Machine(tree, room=40), Machine(tree)
    texts = ["".join(rng.choice("abc") for _ in range(60)) for _ in range(200)]
    answers = []
    for text in texts:
        answers.append(small.search(text))
        assert small.states() <= 40
    assert answers == [large.search(text) for text in texts]
    assert large.states() > 40
    assert len(set(answers)) == 2


def test_many_different_characters_need_few_states() -> None:
    machine = Machine(parse("^.*foo$", NATIVE))
    assert machine.search("".join(map(chr, range(0x4E00, 0x9E00))) + "foo")
    assert machine.states() <= 6


def test_threads_may_share_a_machine_that_is_flushed_all_the_time() -> None:
    rng = random.Random(11)
    tree = parse(r"\b(a|b)*a(a|b){6}c$", NATIVE)
    shared, own = Machine(tree, room=25), Machine(tree)
    texts = ["".join(rng.choice("aaabbbc ") for _ in range(40)) + "c" for _ in range(300)]
    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(lambda _: [shared.search(text) for text in texts], range(16)))
    expected = [own.search(text) for text in texts]
    assert True in expected
    assert all(answers == expected for answers in rounds)


@pytest.mark.parametrize("pattern", ["", "^", "$", "^$", "foo", "^foo", "foo$", "^foo$", r"\Af"])
def test_the_shortcut_for_literals_changes_nothing(pattern: str) -> None:
    compiled, machine = compile_pattern(pattern), Machine(parse(pattern, NATIVE))
    for text in ("", "foo", "foobar", "a foo", "foo\n", "f"):
        assert compiled.search(text) is machine.search(text), text


def test_size_counts_what_repeats_write_out() -> None:
    assert size(parse("a{3}b", NATIVE)) == 4
    assert size(parse("(ab){2,4}", NATIVE)) == 10


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
