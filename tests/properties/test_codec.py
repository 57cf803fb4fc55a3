"""Documents, snapshots and patches survive being written and read, and notice every damage."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import generate

from yardarm.core import model as m
from yardarm.core import snapshot as s
from yardarm.core.codec import document_from_json, document_to_json, flag_from_json, flag_to_json
from yardarm.core.jsontext import canonical, parse_json
from yardarm.core.program import Program
from yardarm.errors import DocumentError, Problem, SnapshotError

GOLDEN = Path(__file__).parents[1] / "golden"
DOCUMENTS = generate.documents(4, 3, broken=0.2)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | INTEGERS | FLOATS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def clean(text: str) -> bool:
    return "\0" not in text and text != "__proto__"


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [*value, *(text for inner in value.values() for text in strings(inner))]
    return [text for inner in value for text in strings(inner)] if isinstance(value, list) else []


# --- JSON -------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_a_document_survives_json(document: m.Document) -> None:
    written = document_to_json(document)
    read = document_from_json(parse_json(canonical(written)))
    assert read == document
    assert canonical(document_to_json(read)) == canonical(written)  # 1 and true are told apart


@given(json_values.filter(lambda value: all(map(clean, strings(value)))))
def test_any_value_survives_as_a_variant(value: m.Json) -> None:
    flag = m.Flag("key", "json", (m.Variant("v", value),), metadata={"m": "x"})
    text = canonical(flag_to_json(flag))
    again = flag_from_json(parse_json(text))
    assert again == flag
    assert canonical(flag_to_json(again)) == text
    assert repr(again.variants[0].value) == repr(json.loads(canonical(value)))


@given(st.dictionaries(st.text(max_size=5).filter(clean), st.integers(), max_size=8), st.randoms())
def test_equal_values_have_equal_bytes(value: dict[str, int], rng: random.Random) -> None:
    names = list(value)
    rng.shuffle(names)
    try:
        first = canonical(value)
    except UnicodeEncodeError:
        return  # a lone surrogate has no bytes
    assert canonical({name: value[name] for name in names}) == first


# --- snapshots --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS)
def test_a_snapshot_survives(document: m.Document) -> None:
    made = s.from_document(document)
    read = s.decode(made.encode())
    assert read == made
    assert read.encode() == made.encode()
    assert s.to_document(read, document.environment) == document


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS, st.randoms())
def test_the_root_is_that_of_the_content(document: m.Document, rng: random.Random) -> None:
    first = s.from_document(document)
    keys = list(document.flags)
    rng.shuffle(keys)
    shuffled = replace(document, flags={key: document.flags[key] for key in keys})
    assert s.from_document(shuffled).encode() == first.encode()
    elsewhere = replace(document, epoch="another", version=document.version + 1)
    assert s.from_document(elsewhere).root == first.root


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.randoms())
def test_the_root_changes_with_any_change(document: m.Document, rng: random.Random) -> None:
    after = changed(document, rng)
    same = canonical(document_to_json(after)["flags"]) == canonical(
        document_to_json(document)["flags"]
    ) and canonical(document_to_json(after)["segments"]) == canonical(
        document_to_json(document)["segments"]
    )
    assert (s.from_document(document).root == s.from_document(after).root) == same


def changed(document: m.Document, rng: random.Random) -> m.Document:
    """The next version: some flags changed, removed and added, some segments too."""
    other = generate.world(rng, 4, 3, broken=0.2).document
    flags, segments = dict(document.flags), dict(document.segments)
    for entries, others in ((flags, other.flags), (segments, other.segments)):
        for key in list(entries):
            roll = rng.random()
            if roll < 0.2:
                del entries[key]
            elif roll < 0.5:
                entries[key] = others[key]
    for key, flag in document.flags.items():
        if rng.random() < 0.2 and key in flags:
            flags[key] = replace(flag, enabled=not flag.enabled)
        if rng.random() < 0.2:
            flags[f"new/{key}"] = replace(flag, key=f"new/{key}")
    return replace(document, flags=flags, segments=segments, version=document.version + 1)


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.randoms())
def test_a_patch_leads_from_one_snapshot_to_the_next(
    document: m.Document, rng: random.Random
) -> None:
    before, after = (s.from_document(d) for d in (document, changed(document, rng)))
    patch = s.between(before, after)
    read = s.decode_patch(patch.encode())
    assert read == patch
    assert s.apply(before, read) == after
    untouched = {at for at in before.lines if s.reference(at) not in patch.changed()}
    assert all(before.lines[at] == after.lines[at] for at in untouched)
    with pytest.raises(SnapshotError):
        s.apply(after, read)
    with pytest.raises(SnapshotError):
        s.apply(replace(before, epoch="another"), read)


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS, st.randoms())
def test_a_program_that_was_patched_answers_like_a_new_one(
    document: m.Document, rng: random.Random
) -> None:
    later = changed(document, rng)
    before, after = s.from_document(document), s.from_document(later)
    old = Program(s.SnapshotSource(before))
    for key in document.flags:
        old.compiled(key)
    kept = old.successor(s.SnapshotSource(after), s.between(before, after).changed())
    fresh = Program.of(later)
    contexts = [{"key": f"user-{n}"} for n in range(5)]
    for key in later.flags:
        for user in contexts:
            one, other = (p.compiled(key).run(user, None, None) for p in (kept, fresh))
            assert (one.variant, one.reason, one.rule) == (other.variant, other.reason, other.rule)


# --- damage -----------------------------------------------------------------------------------


def damages(data: bytes, step: int) -> list[bytes]:
    """Each byte changed, removed and doubled, and the data cut off after it."""
    found = []
    for at in range(0, len(data), step):
        byte = data[at]
        found += [
            data[:at] + bytes([other]) + data[at + 1 :]
            for other in {byte ^ 1, 0x22, 0xFF, 10, 0x31}
        ]
        found += [data[:at] + data[at + 1 :], data[:at] + data[at : at + 1] + data[at:], data[:at]]
    return [damaged for damaged in found if damaged != data]


def test_any_damaged_byte_of_a_snapshot_is_noticed_or_harmless() -> None:
    """Harmless: flags and segments are what they were. Only epoch and version, which the root
    does not cover, can differ then, and these the next patch or heartbeat checks."""
    data = (GOLDEN / "snapshot.yardarm").read_bytes()
    whole, let_pass = s.decode(data), 0
    for damaged in damages(data, 1):
        try:
            read = s.decode(damaged)
        except SnapshotError:
            continue
        let_pass += 1
        assert (read.lines, read.hashes, read.root) == (whole.lines, whole.hashes, whole.root)
    header = data.index(b"\n")
    assert let_pass < header * 8, "damage outside of the header goes through"


def test_any_damaged_byte_of_a_patch_is_noticed_or_harmless() -> None:
    data = (GOLDEN / "patch.yardarm").read_bytes()
    before = s.decode((GOLDEN / "snapshot.yardarm").read_bytes())
    after = s.apply(before, s.decode_patch(data))
    for damaged in damages(data, 1):
        try:
            read = s.apply(before, s.decode_patch(damaged))
        except SnapshotError:
            continue
        assert (read.lines, read.root) == (after.lines, after.root)


@given(st.binary(max_size=200))
def test_noise_is_no_snapshot(data: bytes) -> None:
    for read in (s.decode, s.decode_patch, s.id_of):
        with pytest.raises(SnapshotError):
            read(data)


def problems_of(read: Callable[[Any], object], given: Any) -> tuple[Problem, ...]:
    """Why it is refused; nothing if it is not."""
    try:
        read(given)
    except DocumentError as error:
        return error.problems
    return ()


@settings(max_examples=300)
@given(st.binary(max_size=80) | st.text(max_size=80))
def test_noise_is_no_document(data: bytes | str) -> None:
    problems = problems_of(parse_json, data)
    if not problems:
        value = parse_json(data)
        problems = problems_of(document_from_json, value)
        assert problems or value == {}
    assert all(problem.message for problem in problems)


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), json_values)
def test_a_document_with_one_thing_replaced_is_read_or_refused_with_its_place(
    rng: random.Random, strange: m.Json
) -> None:
    """Whatever stands anywhere, reading never fails otherwise than with pointers."""
    written = json.loads((GOLDEN / "document.canonical.json").read_bytes())
    place: Any = written
    while isinstance(place, dict | list) and place:
        name = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
        if rng.random() < 0.35 or not isinstance(place[name], dict | list):
            place[name] = strange
            break
        place = place[name]
    for problem in problems_of(document_from_json, written):
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert problem.message
