"""A deliberate mistake in every step of Flask-FeatureFlags' reader and writer is noticed."""

from typing import Any

import pytest
from tests.conformance.flask_featureflags import test_flask_featureflags as tests
from tests.conformance.mistakes import noticed, spoil

from yardarm.dialects import flask_featureflags as dialect

CHECKS = (
    tests.test_a_missing_feature_is_unknown,
    lambda: tests.test_texts("did", [True] * 4),
    lambda: tests.test_texts("said", [False, False, True, False]),
    tests.test_secrets_beside_the_flags_are_neither_read_nor_kept,
    lambda: tests.test_no_document(5),
    tests.test_bad_parts_leave_their_neighbours_alone,
    tests.test_bad_options,
    tests.test_reading_and_writing_gives_the_same,
    tests.test_edited_and_native_flags,
    tests.test_an_edit_is_written_where_the_feature_stood,
    tests.test_what_is_no_boolean_is_told,
    tests.test_random_configurations,
)
MISTAKES: dict[str, tuple[Any, str, str]] = {
    "the dictionary": (dialect._places, "if _CONFIG in source:", "if False:"),
    "the inline handler": (dialect._places, "startswith(_INLINE)", 'startswith("x")'),
    "a name of the inline handler": (dialect._places, "name.removeprefix(_INLINE)", "name"),
    "the inline handler without a name": (dialect._places, " and name != _INLINE", ""),
    "the table": (dialect._places, "and _TABLE in tables", "and not tables"),
    "bare rows": (dialect._places, "isinstance(source, list)", "not source"),
    "a bare dictionary": (dialect._is_bare, "name == _CONFIG", "name == _TABLE"),
    "a bare dictionary with the inline handler": (
        dialect._is_bare, "name.startswith(_INLINE)", "not name"
    ),
    "a bare dictionary with a table": (dialect._is_bare, 'name == "tables"', "not name"),
    "other settings": (dialect._places, "if _CONFIG in source:",
                       'yield from _members(source, "", notes)\n        if _CONFIG in source:'),
    "no dictionary": (dialect._members, "not isinstance(value, dict)", "value is None"),
    "a name that is no text": (dialect._members, "isinstance(feature, str)", "feature != ''"),
    "no list of rows": (dialect._rows, "not isinstance(value, list)", "value is None"),
    "a row without a feature": (
        dialect._rows, 'isinstance(row.get("feature"), str)', '"feature" in row'
    ),
    "several places": (dialect._flag, "or on", "and True"),
    "all of several places": (dialect._flag, "or on", "and (on or at == found[0][0])"),
    "a note on several places": (dialect._flag, "len(found) > 1", "len(found) > 9"),
    "the column": (dialect._flag, 'value.get("is_active")', 'value.get("feature")'),
    "the state": (dialect._flag, "enabled=on", "enabled=not on"),
    "the place": (dialect._flag, 'more={"place": place}', "more={}"),
    "truthiness": (dialect._truth, "did = bool(value)", "did = value is True"),
    "numbers are no truth": (dialect._truth, "did = bool(value)",
                             "did = bool(value) and not isinstance(value, float)"),
    "0 and 1": (dialect._truth, " or value in (0, 1)", ""),
    "space around a text": (dialect._truth, "value.strip().lower()", "value.lower()"),
    "case of a text": (dialect._truth, "value.strip().lower()", "value.strip()"),
    "what texts say": (dialect._truth, "not in _NO", "in _NO"),
    "no note": (dialect._truth, "said == did", "True"),
    "the option": (dialect._truth, 'truthiness == "said"', 'truthiness == "did"'),
    "the option's check": (dialect.read, '("did", "said"), "did"', '("did", "maybe"), "did"'),
    "the layout of rows": (dialect.read, '"rows" if isinstance(source, list)', '"x" if False'),
    "the layout of a bare dictionary": (dialect.read, '"bare" if _is_bare(source)', '"x" if False'),
    "written rows": (dialect._laid_out, 'was == "rows"', 'was == "x"'),
    "rows beside others": (dialect._laid_out, "and not config and not inline", ""),
    "written bare": (dialect._laid_out, 'was == "bare"', 'was == "x"'),
    "bare beside others": (dialect._laid_out, "and not inline and not rows", ""),
    "a table that is not written": (dialect._laid_out, "if rows else {}", "if not rows else {}"),
    "the inline names": (dialect.write, "inline[_INLINE + key]", "inline[key]"),
    "the place of a row": (dialect.write, 'place == "table"', 'place == "x"'),
    "the place of an inline name": (dialect.write, 'place == "inline"', 'place == "x"'),
    "the layout's option": (dialect.write, "place = layout or str", "place = str"),
    "another dialect's origin": (dialect.write, ' and flag.origin.get("dialect") == NAME', ""),
    "what cannot be said": (dialect._value, "if plain else", "if True else"),
    "what was read": (dialect._value, 'place and plain and not table and "raw" in origin',
                      "place and False"),
    "what was edited": (dialect._value, " and bool(raw) == on", ""),
    "a row that was edited": (
        dialect._value, 'bool(row.get("is_active")) == on and "is_active" in row', "True"
    ),
    "a row's other columns": (
        dialect._value, 'was == "table" and isinstance(raw, dict)', "False"
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, *MISTAKES[mistake])
    assert noticed(CHECKS)


@pytest.mark.parametrize("word", sorted(dialect._NO))
def test_a_word_that_is_no_no(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "_NO", dialect._NO - {word})
    assert noticed([tests.test_every_word_for_no])


def test_without_a_mistake_nothing_is_noticed() -> None:
    assert not noticed(CHECKS)
