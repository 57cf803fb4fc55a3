"""Local values: which one counts, what it means, and what a client makes of it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.native_server import KEY, flag, snapshot_of, until

from yardarm import Client, LocalFlags, OptionError
from yardarm.sdk.local import (
    FileValues,
    LocalValues,
    Said,
    value_as,
    variable,
    variables,
    variant_of,
)
from yardarm.sdk.overrides import Override, with_local

ENGINE = {
    "type": "string", "enabled": True, "default": "v1", "off": "v1",
    "variants": [{"key": "v1", "value": "words"}, {"key": "v2", "value": "meaning"}],
}  # fmt: skip
LIMIT = {
    "type": "integer", "enabled": True, "default": "few",
    "variants": [{"key": "few", "value": 1}, {"key": "many", "value": 9}],
}  # fmt: skip
LAYOUT = {"type": "json", "enabled": True, "default": "a",
          "variants": [{"key": "a", "value": {"n": 1}}, {"key": "b", "value": [1]}]}  # fmt: skip
RULE = {"id": "r", "when": {"always": True}, "serve": "off"}
FLAGS: dict[str, Any] = {
    "new-ui": flag(False), "ruled": flag(rules=[RULE]), "engine": ENGINE, "limit": LIMIT,
    "layout": LAYOUT,
}  # fmt: skip


def client(local: LocalFlags, flags: Any = FLAGS, **options: Any) -> Client:
    return Client.from_document({"flags": flags}, local=local, **options)


# --- which one counts --------------------------------------------------------------------------

MAYBE = st.none() | st.booleans()


@given(MAYBE, MAYBE, MAYBE, MAYBE)
def test_command_line_then_environment_then_files(
    argument: bool | None, variable: bool | None, late: bool | None, early: bool | None
) -> None:
    def said(key: str, value: Any) -> dict[str, Any]:
        return {} if value is None else {key: value}

    text = None if variable is None else str(variable)
    values = LocalValues(
        said("f", argument), said("YARDARM_FLAG_F", text),
        (FileValues("a", said("f", early)), FileValues("b", said("f", late))),
    )  # fmt: skip
    order = [
        (argument, "command line"), (text, "environment YARDARM_FLAG_F"), (late, "file b"),
        (early, "file a"),
    ]  # fmt: skip
    expected = next((Said(value, source) for value, source in order if value is not None), None)
    assert values.find("f") == expected
    assert bool(values) == (expected is not None)
    assert values.named(["f", "g"]) == ({"f"} if expected else set())


@pytest.mark.parametrize(
    ("key", "name"),
    [("new-ui", "NEW_UI"), ("newUi", "NEWUI"), ("a.b/c d", "A_B_C_D"), ("größe", "GR__E")],
)
def test_the_name_of_a_variable(key: str, name: str) -> None:
    assert variable(key) == f"YARDARM_FLAG_{name}"


def test_other_and_empty_variables_say_nothing() -> None:
    environ = {"YARDARM_URL": "x", "YARDARM_FLAG_A": "", "YARDARM_FLAG_B": "on", "PATH": "p"}
    assert variables(environ) == {"YARDARM_FLAG_B": "on"}


# --- what it means -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said", "variant"),
    [
        (flag(), True, "on"), (flag(), "on", "on"), (flag(), "TRUE", "on"), (flag(), "1", "on"),
        (flag(), "yes", "on"), (flag(), False, "off"), (flag(), "no", "off"), (flag(), "0", "off"),
        (ENGINE, "v2", "v2"), (ENGINE, "meaning", "v2"), (ENGINE, False, None),
        (LIMIT, "9", "many"), (LIMIT, 9, "many"), (LIMIT, 9.0, "many"), (LIMIT, "few", "few"),
        (LAYOUT, '{"n": 1}', "a"), (LAYOUT, {"n": 1}, "a"), (LAYOUT, [1], "b"),
        (flag() | {"variants": [{"key": "true", "value": False}]}, "true", "true"),
    ],
)  # fmt: skip
def test_the_variant_that_is_meant(given: Any, said: Any, variant: str | None) -> None:
    assert variant_of(given, said) == variant


@pytest.mark.parametrize(
    ("given", "said", "words"),
    [
        (ENGINE, "v22", r"has no variant 'v22'; did you mean 'v2'\?; it has v1, v2"),
        (ENGINE, True, "needs a variant: v1, v2"),
        (LIMIT, True, "needs a variant: few, many"),  # true is not 1
        (LIMIT, "1.5", "has no variant '1.5'; it has few, many"),
        (flag(), "maybe", "has no variant 'maybe'; it has on, off"),
        (LAYOUT, {"n": True}, "has no variant"),
    ],
)
def test_what_means_no_variant(given: Any, said: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        variant_of(given, said)


@pytest.mark.parametrize(
    ("wanted", "said", "found"),
    [
        ("boolean", "1", True), ("boolean", "off", False), ("boolean", True, True),
        ("boolean", "maybe", None), ("boolean", 1, None),
        ("string", "on", "on"), ("string", "v2", "v2"), ("string", '"quoted"', '"quoted"'),
        ("string", False, None), ("integer", "7", 7), ("integer", "7.5", None),
        ("integer", "true", None), ("number", "7.5", 7.5), ("number", 7, 7),
        ("number", "NaN", None), ("json", '{"a": 1}', {"a": 1}), ("json", "word", "word"),
        ("json", [1], [1]), ("variant", True, "on"), ("variant", False, "off"),
        ("variant", "v2", "v2"), ("variant", 7, "7"),
    ],
)  # fmt: skip
def test_what_is_asked_for_of_a_flag_nobody_knows(wanted: str, said: Any, found: Any) -> None:
    assert value_as(wanted, said) == (found is not None, found)


def test_a_kill_in_the_override_file_goes_before_all() -> None:
    snapshot = snapshot_of({"a": flag(), "b": flag(), "c": flag()})
    override = Override(frozenset("a"), {"b": "off", "c": "off"})
    found, misses = with_local(snapshot, override, LocalValues({"a": True, "b": True}))
    assert found == Override(frozenset("a"), {"b": "on", "c": "off"}, {"b": "command line"})
    assert misses == ()


def test_a_flag_that_is_off_serves_nothing_else() -> None:
    override = Override(serve={"engine": "v2"})
    found, _ = with_local(snapshot_of(FLAGS), override, LocalValues({"engine": False}))
    assert found == Override(frozenset(["engine"]), {}, {"engine": "command line"})


# --- what a client makes of it -----------------------------------------------------------------


def test_local_values_go_before_the_document() -> None:
    local = LocalFlags(
        {"new-ui": True, "engine": "v2"}, {"YARDARM_FLAG_LIMIT": "9", "YARDARM_FLAG_ENGINE": "v1"}
    )
    found = client(local)
    assert found.boolean("new-ui", {"key": "u"}) is True
    assert found.string("engine") == "meaning"
    assert found.integer("limit") == 9
    assert found.json("layout") == {"n": 1}
    causes = [found.variant_detail(key).cause for key in ("new-ui", "engine", "limit", "layout")]
    assert causes == ["command line", "command line", "environment YARDARM_FLAG_LIMIT", None]


def test_rules_are_not_asked() -> None:
    assert client(LocalFlags({"ruled": True})).boolean("ruled", {"key": "u"}) is True


def test_they_stay_when_the_document_changes() -> None:
    found = client(LocalFlags({"new-ui": True}, {"YARDARM_FLAG_LATER": "on"}))
    found.update({"flags": {"new-ui": flag(False), "engine": ENGINE, "later": flag(False)}})
    assert found.boolean("new-ui") is True
    assert found.boolean("later") is True
    found.update({"flags": {"engine": ENGINE}})
    assert found.boolean("new-ui") is True  # of a flag that is not there any more


def test_flags_that_nobody_else_knows_are_what_is_asked_for() -> None:
    local = LocalFlags({"a": True, "n": "7", "word": "blue"}, {"YARDARM_FLAG_NEW_FLAG": "1"})
    found = client(local, {})
    assert found.boolean("a") is True
    assert found.boolean_detail("a").cause == "command line"
    assert found.variant("a") == "on"
    assert (found.integer("n"), found.number("n"), found.string("n")) == (7, 7, "7")
    assert found.string("word", {"key": "u"}) == "blue"
    assert (found.boolean("new-flag"), found.boolean("new_flag")) == (True, True)
    wrong = found.integer_detail("word", fallback=3)
    assert (wrong.value, wrong.error) == (3, "TYPE_MISMATCH")
    assert wrong.cause == "command line says 'blue', asked for as integer"
    assert found.boolean_detail("other").error == "FLAG_NOT_FOUND"


def test_json_of_a_flag_that_nobody_knows_is_new_each_time() -> None:
    found = client(LocalFlags({"layout": [1, 2]}), {})
    found.json("layout").append(3)
    assert found.json("layout") == [1, 2]


def test_without_a_server_that_answers_they_count_already() -> None:
    local = LocalFlags({"new-ui": True})
    with Client("http://127.0.0.1:1", KEY, local=local, report=False) as found:
        assert found.boolean("new-ui") is True
        assert found.boolean("other", fallback=True) is True
        assert found.boolean_detail("other").error == "PROVIDER_NOT_READY"


def test_hooks_see_them_too() -> None:
    from yardarm import Hook

    seen: list[str | None] = []
    hook = Hook(after=lambda evaluation, decision: seen.append(decision.cause))
    found = client(LocalFlags({"a": True, "new-ui": True}), hooks=[hook])
    assert (found.boolean("a"), found.boolean("new-ui")) == (True, True)
    assert seen == ["command line", "command line"]


def test_what_has_no_effect_is_told(caplog: pytest.LogCaptureFixture) -> None:
    local = LocalFlags({"engine": "v3", "new-iu": True}, {"YARDARM_FLAG_LIMITS": "many"})
    with caplog.at_level(logging.WARNING, "yardarm"):
        found = client(local)
    assert found.string("engine") == "words"
    assert "command line: flag 'engine' has no variant 'v3'" in caplog.text
    assert "command line names flag 'new-iu'; did you mean 'new-ui'?" in caplog.text
    assert "YARDARM_FLAG_LIMITS; did you mean 'YARDARM_FLAG_LIMIT'?" in caplog.text


def test_a_forced_answer_is_counted_and_no_exposure() -> None:
    found = client(LocalFlags({"a": True}), {})
    for _ in range(3):
        found.boolean("a", {"key": "u"})
    counts, _ = found._serving.counting.take()
    assert [(one.flag, one.variant, one.count) for one in counts] == [("a", None, 3)]
    assert found._exposures.take_exposure() is None


# --- files ---------------------------------------------------------------------------------------


def test_files_are_followed(tmp_path: Path) -> None:
    path, other = tmp_path / "flags.json", tmp_path / "pyproject.toml"
    path.write_text(json.dumps({"new-ui": True}))
    other.write_text('[tool.yardarm.flags]\nengine = "v2"\n"new-ui" = false\n')
    found = client(LocalFlags(files=[other, path]))
    assert (found.boolean("new-ui"), found.string("engine")) == (True, "meaning")
    assert found.variant_detail("engine").cause == "file pyproject.toml"
    path.write_text(json.dumps({"limit": 9, "only-here": "v"}))
    until(lambda: found.integer("limit") == 9)
    assert found.boolean("new-ui") is False
    assert found.string("only-here") == "v"
    path.unlink()
    until(lambda: found.integer("limit") == 1)
    assert found.string("only-here", fallback="none") == "none"
    found.close()


def test_a_broken_file_keeps_what_it_said_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "flags.toml"
    path.write_text("new-ui = true")
    found = client(LocalFlags(files=[path]))
    with caplog.at_level(logging.WARNING, "yardarm"):
        path.write_text("new-ui = ")
        until(lambda: "is not valid: (document): not TOML" in caplog.text)
        for _ in range(3):
            found.poll()
    assert found.boolean("new-ui") is True
    assert caplog.text.count("what it said before stays in force") == 1
    path.write_text("[tool]\n")
    found.poll()
    assert found.boolean("new-ui") is False
    found.close()


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    found = client(LocalFlags({"new-ui": True}, files=[tmp_path / "missing.json"]))
    assert found.boolean("new-ui") is True
    found.close()


def test_a_file_of_another_shape_is_a_problem(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, project = tmp_path / "flags.json", tmp_path / "pyproject.toml"
    (tmp_path / "flags.yaml").write_text("new-ui: true")
    path.write_text("[1]")
    project.write_text("tool = 3")
    with caplog.at_level(logging.WARNING, "yardarm"):
        found = client(LocalFlags(files=[path, project, tmp_path / "flags.yaml"]))
    assert "expected an object from flags to values, found" in caplog.text
    assert "/tool/yardarm/flags" in caplog.text
    assert "YAML is read by yardarm.local_flags" in caplog.text
    assert found.boolean("new-ui") is False
    found.close()


def test_the_override_file_goes_below_and_its_kills_above(tmp_path: Path) -> None:
    path = tmp_path / "overrides.json"
    path.write_text(json.dumps({"kill": ["new-ui"], "serve": {"engine": "v2", "limit": "many"}}))
    found = client(LocalFlags({"new-ui": True, "engine": "v1"}), overrides=path)
    assert found.boolean("new-ui") is False
    assert found.boolean_detail("new-ui").cause == "override file"
    assert (found.string("engine"), found.integer("limit")) == ("words", 9)
    found.close()


def test_mistakes() -> None:
    with pytest.raises(OptionError, match=r"local is a yardarm\.LocalFlags"):
        client({"new-ui": True})  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="files is a list of paths"):
        LocalFlags(files="flags.toml")
