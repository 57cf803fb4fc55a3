"""Programs: flags compiled when first asked, kept where a change does not touch them."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.oracle.build import answer, boolean, clause, document, program, rule, split

from yardarm.core import snapshot as s
from yardarm.core.compile import Unevaluable
from yardarm.core.program import Compiled, DocumentSource, Program


def needing(*keys: str, **fields: Any) -> dict[str, Any]:
    return boolean(prerequisites=[{"flag": key, "variants": ["on"]} for key in keys], **fields)


FLAGS = {
    "top": needing("middle"), "middle": boolean(rules=[rule({"segment": "s"})]), "alone": boolean(),
    "asks": boolean(rules=[rule({"flag": "alone", "variants": ["on"]})]),
}  # fmt: skip
SEGMENTS = {"s": {"when": {"segment": "t"}}, "t": {"included": [{"keys": ["u"]}]}}


def test_nothing_is_compiled_before_it_is_asked() -> None:
    made = program(FLAGS, SEGMENTS)
    assert made.compiled_so_far() == []
    made.compiled("top")
    assert {compiled.key for compiled in made.compiled_so_far()} == {"top", "middle"}
    assert made.compiled("top") is made.compiled("top")
    with pytest.raises(KeyError):
        made.compiled("nowhere")


def test_prepare_sees_every_flag_once_and_before_anyone() -> None:
    seen: list[Compiled] = []
    made = Program.of(document(FLAGS, SEGMENTS), prepare=seen.append)
    made.compiled("top")
    made.compiled("top")
    assert [compiled.key for compiled in seen] == ["middle", "top"]
    variants = {(o.variant, o.reason) for o in seen[1].outcomes}
    assert variants == {("off", "DISABLED"), ("on", "DEFAULT")}


def successor_after(
    changed: set[tuple[str, str]], flags: Any = FLAGS, segments: Any = SEGMENTS
) -> Any:
    before = program(FLAGS, SEGMENTS)
    kept = {key: before.compiled(key) for key in FLAGS}
    after = before.successor(DocumentSource(document(flags, segments)), changed)
    return {key for key in flags if after.compiled(key) is kept.get(key)}


def test_a_successor_keeps_what_is_not_touched() -> None:
    assert successor_after(set()) == set(FLAGS)
    assert successor_after({("flag", "alone")}) == {"top", "middle"}
    assert successor_after({("flag", "middle")}) == {"alone", "asks"}
    assert successor_after({("segment", "t")}) == {"alone", "asks"}
    assert successor_after({("segment", "elsewhere")}) == set(FLAGS)
    assert successor_after({("flag", "top")}) == {"middle", "alone", "asks"}


def test_a_flag_that_appears_or_goes_is_seen_by_those_that_need_it() -> None:
    lacking = {"f": needing("new")}
    before = program(lacking)
    assert answer(before, "f").variant == "off"
    both = {**lacking, "new": boolean()}
    after = before.successor(DocumentSource(document(both)), {("flag", "new")})
    assert answer(after, "f").variant == "on"
    again = after.successor(DocumentSource(document(lacking)), {("flag", "new")})
    assert answer(again, "f").variant == "off"


def test_what_was_faulty_recovers_when_the_fault_is_mended_far_away() -> None:
    chain = {f"f{n}": needing(f"f{n + 1}") for n in range(150)} | {"f150": boolean()}
    before = program(chain)
    assert answer(before, "f0").error == "PARSE_ERROR"
    mended = {**chain, "f90": boolean()}
    after = before.successor(DocumentSource(document(mended)), {("flag", "f90")})
    assert answer(after, "f0").variant == "on"
    ring = {"a": needing("b"), "b": needing("c"), "c": needing("a"), "above": needing("a")}
    before = program(ring)
    assert answer(before, "above").variant == "off"
    mended = {**ring, "c": boolean()}
    after = before.successor(DocumentSource(document(mended)), {("flag", "c")})
    assert answer(after, "above").variant == answer(after, "a").variant == "on"


def test_a_program_never_changes_what_it_answers() -> None:
    before = program({"f": boolean()})
    answer(before, "f")
    after = before.successor(
        DocumentSource(document({"f": boolean(enabled=False)})), {("flag", "f")}
    )
    assert answer(after, "f").variant == "off"
    assert answer(before, "f").variant == "on"


def test_a_bad_neighbour_is_skipped_over() -> None:
    lines = [s.line_id("flag", f"f{n}") + b'\t{"type":"boolean"' for n in range(5)]
    lines += [
        s.flag_line(flag)
        for flag in document({f"g{n}": boolean() for n in range(5)}).flags.values()
    ]
    made = Program(s.SnapshotSource(s.from_lines(lines, "e", 1)))
    assert [answer(made, f"f{n}").error for n in range(5)] == ["PARSE_ERROR"] * 5
    assert [answer(made, f"g{n}").value for n in range(5)] == [True] * 5


def test_archived_flags_are_not_there() -> None:
    made = program({"f": boolean(archived_at="2027-01-01T00:00:00Z"), "needs": needing("f")})
    found = answer(made, "f")
    assert (found.error, found.cause) == ("FLAG_NOT_FOUND", "archived")
    assert answer(made, "needs").cause == "prerequisite:f"


def test_patterns_may_be_accelerated() -> None:
    asked: list[str] = []

    def accelerate(source: str) -> Callable[[str], bool] | None:
        asked.append(source)
        return (lambda text: text == "accelerated") if source == "a+" else None

    flags = {"f": boolean(rules=[rule(clause("x", "matches", "a+", "b+"))])}
    made = Program.of(document(flags), accelerate=accelerate)
    assert answer(made, "f", {"x": "accelerated"}).variant == "off"
    assert answer(made, "f", {"x": "aaa"}).variant == "on"
    assert answer(made, "f", {"x": "bb"}).variant == "off"
    assert asked == ["a+", "b+"]


def test_neighbours_that_are_none() -> None:
    made = program({}, {"bad": {"when": {"all": []}}})
    with pytest.raises(Unevaluable, match="no flag"):
        made.runner("nowhere")
    with pytest.raises(Unevaluable, match="no segment"):
        made.belongs("nowhere")
    assert made.traced_segment("nowhere") is None
    assert made.traced_segment("bad") is None


def test_reasons_for_skipped_parts_are_kept() -> None:
    flags = {"f": boolean(
        prerequisites=[{"flag": "nowhere", "variants": ["on"]}],
        rules=[rule({"segment": "bad"}), rule(clause("a",
        "like"), key="r2"), rule({"always": True}, key="r3")],
    )}  # fmt: skip
    skipped = program(flags, {"bad": {"when": {"segment": "nil"}}}).compiled("f").skipped
    assert skipped == {
        "/prerequisites/0": "there is no flag 'nowhere'",
        "/rules/0": "segment 'bad': there is no segment 'nil'",
        "/rules/1": "unknown operator 'like'",
    }


def test_threads_that_ask_first_together_agree() -> None:
    import threading

    flags = {f"f{n}": needing(*([f"f{n - 1}"] if n else [])) for n in range(60)}
    made = program(flags)
    results: list[Any] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        results.append([answer(made, f"f{n}").variant for n in range(59, -1, -1)])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [["on"] * 60] * 8


def test_split_memory_is_shared_with_the_successor() -> None:
    halves = split(("on", 50_000), ("off", 50_000))
    before = program({"f": boolean(default=halves)})
    before.compiled("f")
    after = before.successor(DocumentSource(document({"f": boolean(default=halves)})), set())
    assert after._budget is before._budget
