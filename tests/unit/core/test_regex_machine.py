"""The automaton: linear time, bounded memory, shared by threads (faults 40 and 42)."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from yardarm.core.regex import Meaning, compile_pattern, parse
from yardarm.core.regex.follow import MEMO, Follow
from yardarm.core.regex.match import Machine, State

NATIVE = Meaning()


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
    assert MEMO < 300 * 400 / 8  # otherwise nothing ever had to be forgotten


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
