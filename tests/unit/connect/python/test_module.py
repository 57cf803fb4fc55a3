"""The written module, run."""

import random
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from tests.native_server import flag

import yardarm
from yardarm import Client
from yardarm.connect.python.module import python_module
from yardarm.core.codec import document_from_json
from yardarm.core.dates import instant_us

NOW = instant_us("2027-01-01T00:00:00Z") or 0
SCHEMA = {
    "type": "object", "required": ["columns"],
    "properties": {"columns": {"type": "integer"}, "order": {"type": "array"}},
}  # fmt: skip
FLAGS: dict[str, Any] = {
    "new-search": {**flag(), "description": "Finds by meaning.", "owner": "search"},
    "engine": {
        "type": "string", "enabled": True, "default": "v1",
        "variants": [{"key": "v1", "value": "one"}, {"key": "v2", "value": "two"}],
    },
    "limit": {"type": "integer", "enabled": True, "default": "a",
              "variants": [{"key": "a", "value": 7}]},
    "rate": {"type": "number", "enabled": True, "default": "a",
             "variants": [{"key": "a", "value": 0.5}]},
    "layout": {"type": "json", "enabled": True, "default": "a", "schema": SCHEMA,
               "variants": [{"key": "a", "value": {"columns": 3}}]},
    "free": {"type": "json", "enabled": True, "default": "a",
             "variants": [{"key": "a", "value": [1]}]},
    "old-banner": {**flag(), "expires_at": "2026-12-31T00:00:00Z"},
    "coming": {**flag(), "expires_at": "2027-12-31T00:00:00Z"},
    "gone": {**flag(), "archived_at": "2026-12-31T00:00:00Z"},
}  # fmt: skip


def written(flags: dict[str, Any], now_us: int = NOW) -> str:
    return python_module(document_from_json({"flags": flags}), now_us)


def module(flags: dict[str, Any]) -> Any:
    made = ModuleType("written_flags")
    exec(compile(written(flags), "written_flags", "exec"), vars(made))
    return made


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client.from_document({"flags": FLAGS})
    yardarm.set_client(client)
    yield client
    yardarm.set_client(None)


def test_every_flag_is_an_attribute(client: Client) -> None:
    flags = module(FLAGS).flags
    assert flags.new_search() is True
    assert flags.new_search({"key": "u"}, fallback=False) is True
    assert flags.engine({"key": "u"}) == "one"
    assert flags.engine.variant({"key": "u"}) == "v1"
    assert (flags.limit(), flags.rate(), flags.free()) == (7, 0.5, [1])
    assert flags.layout() == {"columns": 3}
    assert not hasattr(flags, "gone")
    with pytest.raises(AttributeError):
        flags.new_serch = 1


def test_without_a_client_or_a_flag_the_fallback_answers(client: Client) -> None:
    flags = module(FLAGS).flags
    client.update({"flags": {}})
    assert (flags.new_search(None, True), flags.engine(fallback="x")) == (True, "x")
    assert flags.engine.variant() is None
    yardarm.set_client(None)
    assert (flags.new_search(), flags.layout(), flags.layout(None, {"columns": 1})) == (
        False, None, {"columns": 1},
    )  # fmt: skip
    assert flags.engine.variant() is None


def test_a_variant_that_is_newer_than_the_code_is_none(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    flags = module(FLAGS).flags
    variants = [*FLAGS["engine"]["variants"], {"key": "v3", "value": "three"}]
    newer = {**FLAGS["engine"], "variants": variants, "default": "v3"}
    client.update({"flags": {"engine": newer}})
    assert flags.engine.variant() is None
    assert flags.engine() == "three"
    assert "'engine' serves variant 'v3', which this code does not know" in caplog.text


def test_types_are_those_of_the_document() -> None:
    made = module(FLAGS)
    assert get_args(made.EngineVariant) == ("v1", "v2")
    assert made.LayoutValue.__required_keys__ == {"columns"}
    assert get_type_hints(made.LayoutValue) == {"columns": int, "order": list[Any]}
    assert 'JsonFlag[Any, FreeVariant]("free", ["a"])' in written(FLAGS)


def test_descriptions_become_documentation() -> None:
    text = written(FLAGS)
    assert '"""Finds by meaning.\n' in text
    assert "Flag new-search: purpose release, owner search." in text


def test_an_expired_flag_warns_and_still_answers(client: Client) -> None:
    flags = module(FLAGS).flags
    with pytest.warns(DeprecationWarning, match="'old-banner' has expired on 2026-12-31") as told:
        assert flags.old_banner() is True
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert flags.coming() is True


def test_without_flags_it_is_a_module_all_the_same() -> None:
    assert vars(type(module({}).flags)).keys() >= {"__slots__"}


def test_the_order_of_flags_does_not_matter() -> None:
    keys = list(FLAGS)
    random.Random(1).shuffle(keys)
    assert written({key: FLAGS[key] for key in keys}) == written(FLAGS)


def test_no_attribute_hides_what_the_class_needs(client: Client) -> None:
    words = ["Final", "property", "deprecated", "warn", "BooleanFlag", "str", "flags", "Flags",
             "PropertyVariant", "expired", "self", "DeprecationWarning"]  # fmt: skip
    old = {**flag(), "expires_at": "2026-12-31T00:00:00Z"}
    given = {word: flag() for word in words} | {f"old-{word}": old for word in words}
    given["zzz"] = FLAGS["layout"] | {"schema": SCHEMA}
    client.update({"flags": given})
    flags = module(given).flags
    attributes = [name for name in dir(flags) if not name.startswith("_")]
    assert len(attributes) == len(given)
    assert {"PropertyVariant_", "property_", "Final_"} < set(attributes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert {getattr(flags, name).key for name in attributes} == given.keys()


@pytest.mark.xdist_group("timing")
def test_a_thousand_flags_take_less_than_two_seconds(tmp_path: Path) -> None:
    document = document_from_json(
        {"flags": {f"flag-{n}": FLAGS["layout"] | {"description": "x" * 80} for n in range(1000)}}
    )
    started = time.process_time()
    text = python_module(document, NOW)
    assert time.process_time() - started < 2
    assert text.count("JsonFlag[") == 1000
