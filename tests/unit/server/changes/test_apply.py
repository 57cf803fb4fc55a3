"""What each command makes of the documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.bucketing import arm_ranges
from yardarm.core.codec import document_from_json, flag_to_json
from yardarm.errors import DocumentError
from yardarm.server.changes import commands as c
from yardarm.server.changes.apply import apply
from yardarm.server.changes.errors import AlreadyExists, NotFound, Refused
from yardarm.server.changes.occasion import Occasion

NOW = "2026-03-01T12:00:00.000000Z"
ON_OFF = [{"key": "on", "value": True}, {"key": "off", "value": False}]
RULE = {"when": {"always": True}, "serve": "on"}


def flag(key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "type": "boolean", "variants": ON_OFF, **fields}


def document(*flags: dict[str, Any], version: int = 4, **rest: Any) -> m.Document:
    return document_from_json({"flags": list(flags), "version": version, "epoch": "e", **rest})


def two(*flags: dict[str, Any], **rest: Any) -> dict[str, m.Document]:
    return {"production": document(*flags, **rest), "staging": document(*flags, version=9, **rest)}


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"rule-{next(numbers)}"


def run(
    command: c.Command, documents: dict[str, m.Document], *targets: str
) -> dict[str, m.Document]:
    return apply(command, documents, Occasion(targets or tuple(documents), NOW, ids()))


def pointers(error: DocumentError) -> list[str]:
    return [problem.pointer for problem in error.problems]


# --- making flags -----------------------------------------------------------------------------


def test_a_key_alone_makes_a_boolean_with_on_and_off_in_every_environment() -> None:
    after = run(c.CreateFlag({"key": "new"}), two())
    assert {at: doc.version for at, doc in after.items()} == {"production": 5, "staging": 10}
    made = after["production"].flags["new"]
    assert flag_to_json(made) == flag("new", enabled=False, off="off", default="on", version=5)
    assert after["staging"].flags["new"].version == 10


def test_environments_may_differ_from_the_start() -> None:
    given = c.CreateFlag(
        flag("new", off="off", version=77), {"staging": {"enabled": True, "rules": [RULE]}}
    )
    after = run(given, two())
    assert not after["production"].flags["new"].enabled
    assert after["staging"].flags["new"].enabled
    assert [rule.id for rule in after["staging"].flags["new"].rules] == ["rule-1"]


def test_a_string_flag_gets_no_variants_invented() -> None:
    with pytest.raises(DocumentError) as caught:
        run(c.CreateFlag({"key": "new", "type": "string"}), two())
    assert caught.value.problems[0].pointer == "/flags/new"


@pytest.mark.parametrize("archived", [None, NOW])
def test_a_key_in_use_or_archived_is_taken(archived: str | None) -> None:
    with pytest.raises(AlreadyExists) as caught:
        run(c.CreateFlag({"key": "a"}), two(flag("a", archived_at=archived)))
    assert ("archived" in str(caught.value)) is (archived is not None)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (c.CreateFlag({}), "/flags"),
        (c.CreateFlag({"key": 1}), "/flags"),
        (c.CreateFlag({"key": "a/b", "colour": 1}), "/flags/a~1b/colour"),
        (c.CreateFlag({"key": "a", "archived_at": NOW}), "/flags/a/archived_at"),
        (c.CreateFlag({"key": "a"}, {"staging": []}), "/environments/staging"),
        (c.CreateFlag({"key": "a"}, {"staging": {"owner": "x"}}), "/flags/a/owner"),
    ],
)
def test_a_flag_of_a_wrong_form_is_refused_with_its_pointer(
    command: c.Command, pointer: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        run(command, two())
    assert pointer in pointers(caught.value)


def test_a_flag_needs_an_environment_to_be_in() -> None:
    with pytest.raises(Refused) as caught:
        run(c.CreateFlag({"key": "a"}), {})
    assert caught.value.reason == "environments-missing"
    with pytest.raises(NotFound):
        run(c.CreateFlag({"key": "a"}, {"moon": {}}), two())


# --- changing flags ---------------------------------------------------------------------------


def test_an_update_is_for_all_environments_and_touches_nothing_else() -> None:
    before = two(flag("a", enabled=True, owner="ann"), flag("b"))
    after = run(c.UpdateFlag("a", {"owner": "bob", "tags": ["x"]}), before)
    for at in before:
        changed = after[at].flags["a"]
        assert (changed.owner, changed.tags, changed.enabled) == ("bob", ("x",), True)
        assert changed.version == before[at].version + 1 == after[at].version
        assert after[at].flags["b"] is before[at].flags["b"]


def test_an_edit_is_for_its_environments_only() -> None:
    after = run(c.EditFlag("a", {"default": "off"}), two(flag("a", default="on")), "staging")
    assert list(after) == ["staging"]
    assert after["staging"].flags["a"].default == "off"


def test_null_empties_a_field() -> None:
    before = two(flag("a", default="on", off="off", rules=[{"id": "r", **RULE}]))
    after = run(c.EditFlag("a", {"default": None, "off": None, "rules": None}), before, "staging")
    emptied = after["staging"].flags["a"]
    assert (emptied.default, emptied.off, emptied.rules) == (None, None, ())


@pytest.mark.parametrize(
    ("command", "pointer", "hint"),
    [
        (c.UpdateFlag("a", {"type": "string"}), "/flags/a/type", "for life"),
        (c.UpdateFlag("a", {"archived_at": None}), "/flags/a/archived_at", "archive or restore"),
        (c.UpdateFlag("a", {"enabled": True}), "/flags/a/enabled", "each environment"),
        (c.EditFlag("a", {"owner": "x"}), "/flags/a/owner", "the project"),
        (c.EditFlag("a", {"colour": "x"}), "/flags/a/colour", "known here"),
        (c.EditFlag("a", {"rules": [{"serve": "on"}]}), "/flags/a/rules/0", "add 'when'"),
        (c.EditFlag("a", {"enabled": 1}), "/flags/a/enabled", ""),
    ],
)
def test_fields_are_changed_where_they_belong(command: c.Command, pointer: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        run(command, two(flag("a")), "staging")
    found = [p for p in caught.value.problems if p.pointer == pointer]
    assert found
    assert hint in found[0].hint


def test_what_makes_no_difference_is_no_change() -> None:
    before = two(flag("a", enabled=True, owner="ann", default="on"))
    for command in (
        c.SetEnabled("a", True),
        c.EditFlag("a", {"default": "on", "rules": []}),
        c.UpdateFlag("a", {"owner": "ann", "description": ""}),
        c.RestoreFlag("a"),
    ):
        assert run(command, before) == {}


def test_one_and_true_are_a_difference() -> None:
    before = two(flag("a", type="json", variants=[{"key": "x", "value": True}]))
    after = run(c.UpdateFlag("a", {"variants": [{"key": "x", "value": 1}]}), before)
    assert after["production"].flags["a"].variants[0].value == 1
    assert set(after) == {"production", "staging"}


@pytest.mark.parametrize(
    "command",
    [c.UpdateFlag("no", {}), c.EditFlag("no", {}), c.SetEnabled("no", True), c.ArchiveFlag("no"),
     c.RestoreFlag("no"), c.RemoveSegment("no"), c.CopyEnvironment("no")],
    ids=lambda command: command.type,
)  # fmt: skip
def test_what_does_not_exist_is_not_found(command: c.Command) -> None:
    with pytest.raises(NotFound):
        run(command, two(flag("a")))


# --- splits -----------------------------------------------------------------------------------


def split(*weights: int, **more: Any) -> dict[str, Any]:
    arms = [{"variant": v, "weight": w} for v, w in zip("abc", weights, strict=False)]
    return {"split": {"arms": arms, **more}}


def of(doc: m.Document) -> m.Split:
    serve = doc.flags["f"].rules[0].serve
    assert isinstance(serve, m.Split)
    return serve


def split_flag(serve: dict[str, Any]) -> dict[str, Any]:
    variants = [{"key": key, "value": key} for key in "abc"]
    rule = {"id": "r1", "when": {"always": True}, "serve": serve}
    return {"key": "f", "type": "string", "variants": variants, "rules": [rule], "default": serve}


def moved(before: m.Split, after: m.Split) -> int:
    """How many of the 100,000 parts answer another variant."""

    def table(s: m.Split) -> list[str | None]:
        parts: list[str | None] = [None] * m.PARTS
        for arm, ranges in zip(s.arms, arm_ranges(s.arms), strict=True):
            for start, end in ranges:
                parts[start:end] = [arm.variant] * (end - start)
        return parts

    return sum(a != b for a, b in zip(table(before), table(after), strict=True))


def test_changed_weights_move_the_fewest_units() -> None:
    before = two(split_flag(split(50_000, 30_000, 20_000)))
    edit = c.EditFlag("f", {
        "rules": [{"id": "r1", **RULE, "serve": split(40_000, 30_000, 30_000)}],
        "default": split(40_000, 30_000, 30_000),
    })  # fmt: skip
    after = run(edit, before, "production")["production"]
    assert moved(of(before["production"]), of(after)) == 10_000
    default = after.flags["f"].default
    assert isinstance(default, m.Split)
    assert moved(of(before["production"]), default) == 10_000


def test_ranges_sent_back_with_other_weights_are_made_anew() -> None:
    documents = two(split_flag(split(50_000, 30_000, 20_000)))
    first = c.EditFlag(
        "f", {"rules": [{"id": "r1", **RULE, "serve": split(40_000, 30_000, 30_000)}]}
    )
    documents["production"] = run(first, documents, "production")["production"]
    sent = flag_to_json(documents["production"].flags["f"])["rules"]
    arms = sent[0]["serve"]["split"]["arms"]
    assert any("ranges" in arm for arm in arms)
    arms[0]["weight"], arms[2]["weight"] = 30_000, 40_000
    after = run(c.EditFlag("f", {"rules": sent}), documents, "production")["production"]
    assert moved(of(documents["production"]), of(after)) == 10_000


def test_another_rule_is_another_split() -> None:
    before = two(split_flag(split(50_000, 50_000)))
    edit = c.EditFlag("f", {"rules": [{**RULE, "serve": split(40_000, 60_000)}]})
    after = run(edit, before, "production")["production"]
    assert after.flags["f"].rules[0].id == "rule-1"
    assert all(arm.ranges is None for arm in of(after).arms)


# --- archiving --------------------------------------------------------------------------------


def test_archiving_keeps_everything_and_restoring_brings_it_back() -> None:
    before = two(flag("a", enabled=True, rules=[{"id": "r", **RULE}]))
    archived = run(c.ArchiveFlag("a"), before)
    assert {d.flags["a"].archived_at for d in archived.values()} == {NOW}
    assert run(c.ArchiveFlag("a"), archived) == {}
    back = run(c.RestoreFlag("a"), archived)["production"].flags["a"]
    assert (back.enabled, len(back.rules), back.archived_at) == (True, 1, None)


@pytest.mark.parametrize("command", [c.SetEnabled("a", True), c.EditFlag("a", {"off": "off"})])
def test_an_archived_flag_rests(command: c.Command) -> None:
    with pytest.raises(Refused) as caught:
        run(command, two(flag("a", archived_at=NOW)), "staging")
    assert caught.value.reason == "flag-archived"


# --- segments ---------------------------------------------------------------------------------


def test_a_segment_is_made_replaced_and_removed_in_its_environment() -> None:
    put = c.PutSegment({"key": "beta", "included": [{"keys": ["u1"]}], "version": 3})
    made = run(put, two(), "staging")
    assert list(made) == ["staging"]
    assert made["staging"].segments["beta"].version == 10
    replaced = run(c.PutSegment({"key": "beta", "name": "B"}), made, "staging")["staging"]
    assert replaced.segments["beta"].included == ()
    gone = run(c.RemoveSegment("beta"), {"staging": replaced}, "staging")
    assert gone["staging"].segments == {}


@pytest.mark.parametrize("segment", [{}, {"key": None}, {"key": "b", "colour": 1}])
def test_a_segment_of_a_wrong_form_is_refused(segment: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        run(c.PutSegment(segment), two(), "staging")


# --- whole documents --------------------------------------------------------------------------


def test_an_import_merges_into_its_target_and_makes_new_flags_elsewhere() -> None:
    before = two(flag("a", enabled=True, owner="ann"), flag("b"))
    given = {"flags": {
        "a": flag("a", owner="bob", enabled=False),
        "n": flag("n", enabled=True, default="on", off="off", rules=[RULE], targets=[
            {"variant": "on", "keys": ["u"]}]),
    }, "segments": {"s": {"key": "s"}}}  # fmt: skip
    after = run(c.ImportDocument(given), before, "staging")
    staging, production = after["staging"], after["production"]
    assert (staging.flags["a"].owner, staging.flags["a"].enabled) == ("bob", False)
    assert (production.flags["a"].owner, production.flags["a"].enabled) == ("bob", True)
    assert staging.flags["n"].enabled
    assert staging.flags["n"].rules[0].id == "rule-1"
    elsewhere = production.flags["n"]
    assert (elsewhere.enabled, elsewhere.rules, elsewhere.targets) == (False, (), ())
    assert (elsewhere.off, elsewhere.default) == ("off", "on")
    assert staging.flags["b"] is before["staging"].flags["b"]
    assert (list(staging.segments), list(production.segments)) == (["s"], [])


def test_replacing_archives_what_is_not_named_everywhere() -> None:
    before = two(flag("a"), flag("b"), segments={"old": {"key": "old"}})
    given = {"flags": [flag("a")], "segments": {"s": {"key": "s"}}}
    after = run(c.ImportDocument(given, "replace"), before, "staging")
    assert {d.flags["b"].archived_at for d in after.values()} == {NOW}
    assert list(after["staging"].segments) == ["s"]
    assert list(after["production"].segments) == ["old"]


def test_importing_what_was_exported_is_no_change() -> None:
    before = two(split_flag(split(40_000, 60_000)), segments={"s": {"key": "s"}})
    given = {"flags": [flag_to_json(before["staging"].flags["f"])], "segments": [{"key": "s"}]}
    for mode in ("merge", "replace"):
        assert run(c.ImportDocument(given, mode), before, "staging") == {}  # type: ignore[arg-type]


def test_an_import_keeps_types_and_archived_keys() -> None:
    before = two(flag("a"), flag("old", archived_at=NOW))
    other = {"key": "a", "type": "string", "variants": [{"key": "x", "value": "x"}]}
    with pytest.raises(DocumentError) as caught:
        run(c.ImportDocument({"flags": [other]}), before, "staging")
    assert pointers(caught.value) == ["/flags/a/type"]
    with pytest.raises(Refused) as refused:
        run(c.ImportDocument({"flags": [flag("old")]}), before, "staging")
    assert refused.value.reason == "flag-archived"


@pytest.mark.parametrize(
    "given",
    [{"flags": 7}, {"flags": [7]}, {"flags": {"a": flag("b")}}, {"flags": [flag("a"), flag("a")]},
     {"colour": 1}, {"flags": {"a": {"rules": None}}}],
)  # fmt: skip
def test_an_import_of_a_wrong_form_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        run(c.ImportDocument(given), two(), "staging")


def test_a_copy_takes_environment_fields_and_segments() -> None:
    source = document(
        flag("a", enabled=True, rules=[{"id": "r", **RULE}]), segments={"s": {"key": "s"}}
    )
    before = {"production": source, "staging": document(flag("a"), segments={"t": {"key": "t"}})}
    after = run(c.CopyEnvironment("production"), before, "staging")
    assert list(after) == ["staging"]
    copied = after["staging"]
    assert copied.flags["a"].enabled
    assert copied.flags["a"].rules == source.flags["a"].rules
    assert list(copied.segments) == ["s"]
    assert copied.flags["a"].version == 5


def test_a_new_environment_has_every_flag() -> None:
    before = two(flag("a", enabled=True, off="off", rules=[{"id": "r", **RULE}]),
                 segments={"s": {"key": "s"}})  # fmt: skip
    documents = {**before, "test": document(version=0)}
    plain = run(c.CreateEnvironment("test"), documents, "test")["test"]
    assert (plain.version, plain.flags["a"].enabled, plain.flags["a"].rules) == (1, False, ())
    assert plain.flags["a"].off == "off"
    assert plain.segments == {}
    copied = run(c.CreateEnvironment("test", "", "staging"), documents, "test")["test"]
    assert copied.flags["a"].enabled
    assert list(copied.segments) == ["s"]
    assert copied.segments["s"].version == 1
    assert run(c.CreateEnvironment("test"), {"test": document(version=0)}, "test") == {}
    with pytest.raises(NotFound):
        run(c.CreateEnvironment("test", "", "moon"), documents, "test")


def test_entries_are_restored_for_each_target() -> None:
    command = c.RestoreEntries(({"kind": "flag", "key": "a", "fields": {"enabled": True}},))
    after = run(command, two(flag("a")), "staging")
    assert list(after) == ["staging"]
    assert after["staging"].flags["a"].enabled


def test_the_documents_given_stay_as_they_are() -> None:
    before = two(flag("a"))
    copies = {at: (dict(doc.flags), dict(doc.segments)) for at, doc in before.items()}
    run(c.SetEnabled("a", True), before)
    run(c.PutSegment({"key": "s"}), before)
    assert {at: (doc.flags, doc.segments) for at, doc in before.items()} == copies
