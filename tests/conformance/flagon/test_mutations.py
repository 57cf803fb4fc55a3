"""A deliberate mistake in every step of Flagon's readers and writers is noticed by its tests."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from tests.conformance.flagon import test_flagon as tests
from tests.conformance.flagon import test_steps as steps
from tests.conformance.mistakes import noticed, spoil

from yardarm.dialects.flagon import ini, records

# The package has functions of these names.
read, write = (import_module(f"yardarm.dialects.flagon.{name}") for name in ("read", "write"))

_Mistakes = dict[str, tuple[Any, str, str]]


def _each(function: Any, values: tuple[Any, ...]) -> list[Callable[[], Any]]:
    return [lambda value=value: function(*value) for value in values]  # type: ignore[misc]


def _cases(function: Any) -> list[Callable[[], Any]]:
    """The test with each of its parameters."""
    (mark,) = (mark for mark in function.pytestmark if mark.name == "parametrize")
    several = isinstance(mark.args[0], tuple)
    return _each(function, tuple(tuple(v) if several else (v,) for v in mark.args[1]))


CHECKS = [
    *_cases(steps.test_the_layout_that_the_content_shows),
    *_cases(steps.test_params_are_found),
    steps.test_a_row_without_a_reference_has_no_params,
    steps.test_settings_belong_to_the_feature_before_the_dot,
    steps.test_states, steps.test_every_word_for_no, steps.test_users,
    steps.test_the_first_of_two_counts,
    steps.test_what_is_told, steps.test_edits_are_written_where_they_were,
    steps.test_settings_are_quoted_where_they_must, steps.test_sections_and_comments,
    tests.test_a_strategy_without_users_reaches_nobody,
    *_cases(tests.test_strategies_as_they_say), *_cases(tests.test_turned_off_in_sql_was_on),
    *_cases(tests.test_texts), tests.test_names_in_the_file_that_are_not_in_capitals,
    *_cases(tests.test_settings_as_configobj_reads_them),
    *_cases(tests.test_bad_features_leave_their_neighbours_alone),
    tests.test_other_keys_in_redis_are_counted_only, *_cases(tests.test_bad_options),
    *_cases(tests.test_no_document), *_cases(tests.test_native_flags),
    tests.test_a_native_flag_beside_a_dump,
    *_cases(tests.test_reading_and_writing_gives_the_same), *_cases(tests.test_each_backend),
]  # fmt: skip

READING: _Mistakes = {
    "the state of the file": (read._active, 'value == "true"', "value"),
    "the state of redis": (read._active, 'value == "True"', "value"),
    "the state of others": (read._active, "else bool(value)", "else value is True"),
    "turned off": (read._active, "value == 2", "value == 3"),
    "turned off elsewhere": (read._active, 'layout == "sqlalchemy" and', ""),
    "a text's space": (read._active, "value.strip()", "value"),
    "a text's case": (read._active, ".lower()", ""),
    "a text that says otherwise": (read._active, "said != did", "False"),
    "a state that is none": (read._active, "isinstance(value, bool | int | None)", "True"),
    "the option of a state": (read._both, 'taken == "said"', 'taken == "did"'),
    "on and off": (read._flag, "enabled=on", "enabled=not on"),
    "who has no strategy": (read._flag, "onoff.OFF if rules", "onoff.ON if rules"),
    "the stored name": (read._flag, '"name": record.name', '"name": name'),
    "the layout's origin": (read._flag, '"layout": layout, ', ""),
    "an empty strategy": (read._flag, " and record.strategy.strip()", ""),
    "a strategy of who is off": (read._strategy, "if on:", "if True:"),
    "the option of strategies": (read._strategy, '== "did"', '== "said"'),
    "another strategy": (read._strategy, '!= "username"', '== "gradual"'),
    "a strategy's case": (read._strategy, ".strip().lower()", ".strip()"),
    "a strategy's space": (read._strategy, ".strip().lower()", ".lower()"),
    "a strategy of Togglz that is off": (read._strategy, "if not on:", "if False:"),
    "no users": (read._strategy, "if users else onoff.NOBODY", "if users else onoff.EVERYONE"),
    "whom it serves": (read._strategy, "onoff.NOBODY, onoff.ON", "onoff.NOBODY, onoff.OFF"),
    "the other parameter": (read._users, 'record.params.get("username")', "None"),
    "the users' comma": (read._users, 'split(",")', 'split(";")'),
    "a list of users": (read._users, "isinstance(value, list)", "False"),
    "space around users": (read._users, "str(part).strip()", "str(part)"),
    "a user twice": (read._users, "list(dict.fromkeys(name", "list(tuple(name"),
    "capitals": (read.read, 'layout == "togglz" and', 'layout == "json" and'),
    "the option of names": (read.read, 'chosen.names == "did"', 'chosen.names == "said"'),
    "a name in capitals": (read.read, "name = name.upper()", "pass"),
    "the loss of a name": (
        read._warn_name, 'record.name.upper() if chosen.names == "said" else', ""
    ),
    "a feature twice": (read.read, "if name in flags", "if False"),
    "the layout's option": (read.read, "or layout_of(source)", "and layout_of(source)"),
    "what was wrapped": (read.read, '"wrapped" if', '"" if'),
    "what was a dump": (read.read, '"dump" if', '"" if'),
    "what was a mapping": (read.read, '"mapping" if', '"" if'),
    "the reader's options": (read.read, "onoff.with_options(flags, options)", "flags"),
    "whose loss it is": (read.read, "notes.flag = None  # what", "pass  # what"),
}  # fmt: skip
RECORDS: _Mistakes = {
    "text": (records.layout_of, 'return "togglz"', 'return "json"'),
    "a dump": (records.layout_of, 'return "django"', 'return "mongo"'),
    "entities": (records.layout_of, '"datastore" if entity', '"mongo" if entity'),
    "documents": (records.layout_of, 'else "mongo"', 'else "datastore"'),
    "tables of SQLAlchemy": (
        records._layout_of_mapping, 'return "sqlalchemy"', 'return "django"'
    ),
    "tables of Django": (records._layout_of_mapping, 'return "django"', 'return "sqlalchemy"'),
    "a dump of redis": (
        records._layout_of_mapping, 'source.get("redis")', 'source.get("json")'
    ),
    "a mapping of entities": (
        records._layout_of_mapping, 'return "datastore"', 'return "json"'
    ),
    "entities that have both": (records._layout_of_mapping, ' and "active" not in value', ""),
    "hashes of redis": (records._layout_of_mapping, 'return "redis" if redis else', "return"),
    "some texts": (records._layout_of_mapping, "texts and all(", "texts and any("),
    "params of a mapping": (records._mapping, 'value.get("params")', "None"),
    "the strategy of a mapping": (records._mapping, 'value.get("strategy")', "None"),
    "a mapping without a state": (records._mapping, ' and "active" in value', ""),
    "the name of a mapping": (records._mapping, "Record(at, str(name)", "Record(at, at"),
    "a wrapped dump": (records._redis, 'source["redis"], "/redis"', 'source, "/redis"'),
    "other keys": (records._redis, "others += 1", "pass"),
    "a hash": (records._redis, ' and "active" in value', ""),
    "the state's name in documents": (records._documents, '"active"', '"enabled"'),
    "the state's name in entities": (
        records._entities, '_list(source, "enabled"', '_list(source, "active"'
    ),
    "a mapping's entities": (records._entities, "if isinstance(source, dict)", "if False"),
    "an entity without a state": (records._entities, '"enabled" in value', "True"),
    "the state of an entity": (records._entity, 'raw.get("enabled")', 'raw.get("active")'),
    "an entity's strategy": (records._entity, 'raw.get("strategyId")', 'raw.get("strategy")'),
    "an entity's names": (records._entity, "zip(names,", "zip(names[1:],"),
    "an entity's values": (records._entity, 'raw.get("strategyParamsValues")', "None"),
    "a document without a name": (records._list, "not isinstance(name, str)", "name == 0"),
    "a document without a state": (records._list, "elif active not in value", "elif False"),
    "the row of a param": (records._sql, 'row["feature_id"], []).append', '"", []).append'),
    "a param's name": (records._sql, 'param.get("name"), param', 'param.get("id"), param'),
    "a param's value": (records._sql, 'param.get("value")', "None"),
    "the state of a row": (records._sql, 'row.get("active")', 'row.get("on")'),
    "the strategy of a row": (records._sql, 'row.get("strategy")', "None"),
    "a row without a name": (records._sql, "not isinstance(name, str)", "False"),
    "wrapped tables": (records._tables, 'get("tables")', 'get("table")'),
    "rows that are none": (records._rows, " if isinstance(row, dict)]", "]"),
    "the model of features": (records._django, '"flagonfeature")]', '"flagonparams")]'),
    "the model of params": (
        records._django, '_is_model(one, "flagonparams")', '_is_model(one, "flagonfeature")'
    ),
    "the key of a dump": (records._django, 'one.get("pk")', 'one.get("id")'),
    "the key of a table": (records._django, '_id(row.get("id"))', '_id(row.get("pk"))'),
    "the reference of a table": (records._django, 'fields.get("params_id")', "None"),
    "the reference of a dump": (records._django, 'fields.get("params", ', "(None or "),
    "fields of a dump": (records._django, 'feature.get("fields", feature)', "feature"),
    "a nameless row": (records._django, "not isinstance(name, str)", "False"),
    "a key that is none": (records._id, "else object()", "else None"),
    "a model's case": (records._is_model, "model.lower()", "model"),
    "a model's application": (records._is_model, '.rpartition(".")[2]', ""),
    "a param's fields": (records._param, 'entry.get("fields", entry)', "entry"),
    "a param's key": (records._param, 'fields["key"]: fields', '"users?": fields'),
    "a setting that is no feature": (records._file, 'if "." not in name', "if True"),
    "a setting's params": (records._file, 'if ".param." in key', "if False"),
    "a param's prefix": (records._file, 'f"{name}.param."', 'f"{name}."'),
    "a setting's strategy": (records._file, 'f"{name}.strategy"', 'f"{name}.Strategy"'),
    "another's settings": (records._file, 'key.startswith(f"{name}.")', "True"),
    "unreadable lines": (records._file, "in found.problems", "in []"),
    "sections": (records._file, "if found.in_sections", "if False"),
    "whose refusal": (records._refuse, "notes.flag = name", "pass"),
    "whose refusal no longer": (records._refuse, "notes.flag = None", "pass"),
}  # fmt: skip
SETTINGS: _Mistakes = {
    "space": (ini.parse, "raw.strip()", "raw"),
    "comments": (ini.parse, 'or line.startswith("#")', "or False"),
    "a section": (ini.parse, "section = True", "pass"),
    "a section's settings": (ini.parse, "found.in_sections += 1", "pass"),
    "no name": (ini.parse, "found.problems.append", "str"),
    "twice": (ini._add, "name in found.values", "False"),
    "a bad value": (ini._add, "value is None", "value == 0"),
    "a quoted name": (ini._name, "line[0] in _QUOTES", "False"),
    "an empty name": (ini._name, "equals and name.strip()", "equals"),
    "a name without a value": (ini._name, "equals and name.strip()", "name.strip()"),
    # Without an end at "#" it would never end: the mistake keeps the comment as one more item.
    "a comment behind a value": (
        ini._value, 'not text.startswith("#")', '(text[0] != "#" or items.append(text))'
    ),
    "commas in a row": (ini._value, "commas > max(len(items), 1)", "False"),
    "what follows an item": (ini._value, 'text[0] not in ",#"', 'text[0] in "x"'),
    "an item after no comma": (ini._value, " or commas > len(items)", ""),
    "a list of one": (ini._value, "if commas:", "if commas > 1:"),
    "nothing": (ini._value, 'items[0] if items else ""', 'items[0] if items else "x"'),
    "an item's quotes": (ini._item, "text[0] in _QUOTES", "False"),
    "where an item ends": (ini._item, 'map(text.find, ",#")', 'map(text.find, ",")'),
    "space behind an item": (ini._item, ".rstrip()", ""),
    "a written name": (ini.write, "{_quoted(name)}", "{name}"),
    "a written list of one": (ini._shown, "len(value) > 1", "value"),
    "written space": (ini._quoted, "text == text.strip() and", ""),
    "written commas": (ini._quoted, '",#=', '"#='),
    "written comments": (ini._quoted, '",#=', '",='),
    "a written empty text": (ini._quoted, " and text\n", "\n"),
    "written quotes": (ini._quoted, "'\"' in text", "True"),
}  # fmt: skip
WRITING: _Mistakes = {
    "the layout that was": (write.write, 'was.get("layout", "json")', '"json"'),
    "the option": (write.write, "asked or str", "str"),
    "another dialect's origin": (write.write, ' and flag.origin.get("dialect") == NAME', ""),
    "the name that was": (write.write, 'origin.get("name") or key', "key"),
    "the shape of another layout": (
        write.write, 'if layout == was.get("layout") else', "if True else"
    ),
    "a list of documents": (write._laid_out, 'case "mongo":', 'case "x":'),
    "a mapping of entities": (write._laid_out, 'if shape == "mapping"', "if False"),
    "a wrapped dump": (write._laid_out, 'if shape == "wrapped"', "if False"),
    "rows of a dump": (write._tables, "_dumped(raw) for raw", "raw for raw"),
    "tables that are no dump": (write._tables, 'if shape == "dump" else raws', "if True else raws"),
    "a param twice": (write._tables, "{canonical(param): param", "{id(param): param"),
    "a dump": (write._tables, "return [*rows, *params]", "return rows"),
    "the tables' names": (write._tables, 'if layout == "sqlalchemy" else', "if False else"),
    "wrapped tables": (write._tables, 'if shape == "wrapped"', "if False"),
    "a row of a dump": (write._dumped, 'if "fields" in row', "if True"),
    "a new key": (write._linked, "following += 1", "following = 1"),
    "known keys": (write._linked, 'param.get("pk", param.get("id"))', "0"),
    "the key of what has one": (write._linked, '"pk" not in params[0] and', ""),
    "the reference to a param": (write._linked, '"params_id": following', '"params_id": 0'),
    "the reference in a dump": (write._linked, '"params": following', '"params": 0'),
    "the model of a param": (write._linked, "db_django.flagonparams", "db_django.flagonfeature"),
    "another storage": (write._raw, "if same_storage", "if True"),
    "what was read": (write._raw, "before is not None and _unedited", "False and _unedited"),
    "what was edited": (write._raw, "_unedited(flag, origin, layout)", "True"),
    "plain flags": (write._raw, "onoff.is_on(flag), before", "True, before"),
    "a loss of users": (write._raw, "losses.append(", "str("),
    "users are on": (write._raw, "_made(name, True, before", "_made(name, False, before"),
    "a loss of rules": (write._raw, "onoff.write_fixed(flag, losses", "onoff.write_fixed(flag, []"),
    "prerequisites": (write._users, "flag.prerequisites or", ""),
    "who else is on": (write._users, " or flag.default != onoff.OFF", ""),
    "targets that are off": (write._users, "target.variant != on", "False"),
    "targets": (write._users, "for target in flag.targets for key", "for target in () for key"),
    "paused rules": (write._users, " if not rule.paused", ""),
    "what a rule serves": (write._users, "if served != on", "if False"),
    "other attributes": (write._users, 'attribute="key", ', ""),
    "one user": (write._users, '"in" | "equals"', '"in"'),
    "other rules": (
        write._users, "case _:\n                return None", "case _:\n                pass"
    ),
    "the state in redis": (write._made, '"True" if on else "False"', '"true" if on else "False"'),
    "what a document had": (
        write._made, '"name": name, **kept, "active"', '"name": name, "active"'
    ),
    "an entity's strategy": (
        write._made, '{"strategyId": strategy, **given} if users else {}', "{}"
    ),
    "the file's state": (write._made, '"true" if on else "false"', '"True" if on else "false"'),
    "the file's users": (write._made, '**(said if users else {})', ""),
    "a mapping's users": (
        write._made, '"params": params} if users else {}', '"params": {}} if users else {}'
    ),
    "what a mapping had": (write._made, '**kept, "active": on} |', '"active": on} |'),
    "a row's strategy": (write._row, '{"strategy": strategy} if strategy', "{} if strategy"),
    "a row's params": (write._row, "params if strategy else", "[] if strategy else"),
    "what params a row had": (write._row, 'kept.get("params", [])', "[]"),
    "a dump's fields": (write._row, '**before["fields"], ', ""),
    "a row's columns": (write._row, '{"row": {**before, **row, **said}', '{"row": {**row, **said}'),
    "the options that were": (write._unedited, "**onoff.options_of(origin), ", ""),
}  # fmt: skip
MISTAKES = {
    f"{part}: {name}": mistake
    for part, several in (
        ("reading", READING), ("records", RECORDS), ("settings", SETTINGS), ("writing", WRITING),
    )
    for name, mistake in several.items()
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch, *MISTAKES[mistake])
    assert noticed(CHECKS)


@pytest.mark.parametrize("word", sorted(read._NO))
def test_a_word_that_is_no_no(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_NO", read._NO - {word})
    assert noticed([steps.test_every_word_for_no])


def test_without_a_mistake_nothing_is_noticed() -> None:
    assert not noticed(CHECKS)
