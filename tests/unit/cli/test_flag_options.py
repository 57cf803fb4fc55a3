from typing import Any

import pytest

from yardarm.cli.failures import Failure
from yardarm.cli.flag_options import PLAIN, changed
from yardarm.core import model as m
from yardarm.core.codec import flag_from_json, flag_to_json

FLAG: dict[str, Any] = {
    "key": "f",
    "type": "boolean",
    "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
    "off": "off",
    "default": "on",
    "tags": ["a"],
    "rules": [
        {"id": "r1", "when": {"always": True}, "serve": "on"},
        {"id": "r2", "when": {"segment": "s"}, "serve": "off", "name": "kept", "paused": True},
    ],
    "targets": [
        {"variant": "on", "keys": ["u1", "u2"]},
        {"variant": "on", "keys": ["acme"], "kind": "organization"},
    ],
    "prerequisites": [{"flag": "g", "variants": ["on"]}],
}
STRING: dict[str, Any] = {
    "key": "s",
    "type": "string",
    "variants": [{"key": "a", "value": "A", "description": "d"}, {"key": "b", "value": "B"}],
}


def test_without_options_nothing_changes() -> None:
    assert changed(FLAG, {}) == {}
    assert changed(FLAG, {"tags": (), "first": False, "owner": None}) == {}


def test_plain_is_what_the_codec_leaves_out() -> None:
    plain = flag_from_json({"type": "boolean", "variants": []}, "f")
    assert {n: v for n, v in flag_to_json(plain).items() if n in PLAIN} == {"enabled": False}
    for name, value in PLAIN.items():
        found = getattr(m.Flag("f", "boolean", ()), name)
        assert (list(found) if isinstance(found, tuple) else found) == value


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"owner": "ann"}, {"owner": "ann"}),
        ({"name": ""}, {}),
        ({"tags": ("b", "a", "b")}, {"tags": ["a", "b"]}),
        ({"tags": ("b",), "removed_tags": ("a", "x")}, {"tags": ["b"]}),
        ({"expires": "2027-03-01"}, {"expires_at": "2027-03-01T00:00:00Z"}),
        ({"expires": "2027-03-01T09:00:00+02:00"}, {"expires_at": "2027-03-01T09:00:00+02:00"}),
        ({"expires": "never"}, {}),
        ({"client_visible": True}, {"client_visible": True}),
        ({"client_visible": False}, {}),
        ({"off": "none"}, {"off": None}),
        ({"default": "off"}, {"default": "off"}),
        ({"default": "none"}, {"default": None}),
        ({"rollout": "0%"}, {"default": "off"}),
        ({"rollout": "100%"}, {}),
        (
            {"rollout": "10%"},
            {"default": {"split": {"arms": [{"variant": "on", "weight": 10_000}],
                                   "outside": "off"}}},
        ),
        (
            {"rollout": "0.5% on", "by": "organization:key"},
            {"default": {"split": {"arms": [{"variant": "on", "weight": 500}],
                                   "kind": "organization", "outside": "off"}}},
        ),
        (
            {"added_targets": ("off=u2,u3",)},
            {"targets": [{"variant": "on", "keys": ["u1"]}, FLAG["targets"][1],
                         {"variant": "off", "keys": ["u2", "u3"]}]},
        ),
        ({"removed_targets": ("u1", "u2")}, {"targets": [FLAG["targets"][1]]}),
        (
            {"required": ("g=off,on", "h=x")},
            {"prerequisites": [{"flag": "g", "variants": ["off", "on"]},
                               {"flag": "h", "variants": ["x"]}]},
        ),
        ({"unrequired": ("g",)}, {"prerequisites": []}),
        ({"removed_rules": ("r1",)}, {"rules": [FLAG["rules"][1]]}),
        ({"paused": ("r1",)}, {"rules": [{**FLAG["rules"][0], "paused": True}, FLAG["rules"][1]]}),
        (
            {"set_rules": (("r2", "country in NL -> 10% on, rest off"),), "resumed": ("r2",)},
            {"rules": [FLAG["rules"][0], {
                "id": "r2", "name": "kept",
                "when": {"attribute": "country", "op": "in", "values": ["NL"]},
                "serve": {"split": {"arms": [{"variant": "on", "weight": 10_000}],
                                    "outside": "off"}},
            }]},
        ),
    ],
)  # fmt: skip
def test_what_options_change(options: dict[str, Any], fields: dict[str, Any]) -> None:
    assert changed(FLAG, options) == fields


def test_new_rules_come_last_or_first_with_ids_of_their_own() -> None:
    added = ("everyone -> on", "segment x -> off")
    last = changed(FLAG, {"added_rules": added})["rules"]
    first = changed(FLAG, {"added_rules": added, "first": True})["rules"]
    assert [rule["id"] for rule in last[:2]] == ["r1", "r2"]
    assert [rule["serve"] for rule in last[2:]] == ["on", "off"]
    assert [rule["id"] for rule in first[2:]] == ["r1", "r2"]
    assert len({rule["id"] for rule in last + first}) == 6


@pytest.mark.parametrize(
    ("flag", "text", "value"),
    [
        (STRING, "c=C=D", "C=D"),
        (STRING, "c=", ""),
        ({**STRING, "type": "integer"}, "c=3", 3),
        ({**STRING, "type": "json"}, 'c={"x": [1]}', {"x": [1]}),
    ],
)
def test_a_variants_value_is_read_by_the_flags_type(flag: Any, text: str, value: Any) -> None:
    variants = changed(flag, {"variants": (text,)})["variants"]
    assert variants[2] == {"key": "c", "value": value}


def test_a_variant_keeps_what_is_not_said() -> None:
    variants = changed(STRING, {"variants": ("a=Z",), "removed_variants": ("b",)})["variants"]
    assert variants == [{"key": "a", "value": "Z", "description": "d"}]


@pytest.mark.parametrize(
    ("flag", "options", "words"),
    [
        (FLAG, {"variants": ("c",)}, "KEY=VALUE"),
        (FLAG, {"variants": ("c=yes",)}, "no JSON"),
        (FLAG, {"removed_variants": ("c",)}, "has no variant 'c'; it has on, off"),
        (FLAG, {"removed_rules": ("r9",)}, "no rule 'r9'; it has r1, r2"),
        (FLAG, {"set_rules": (("r9", "everyone -> on"),)}, "no rule 'r9'"),
        (FLAG, {"unrequired": ("x",)}, "does not require 'x'"),
        (FLAG, {"added_targets": ("on",)}, "VARIANT=KEY"),
        (FLAG, {"rollout": "10"}, "no share"),
        (FLAG, {"rollout": "10% off"}, "'off'"),
        (FLAG, {"rollout": "10%", "default": "on"}, "one of them"),
        (FLAG, {"by": "email"}, "--by belongs to --rollout"),
        (STRING, {"rollout": "10%"}, "say which variant"),
        (STRING, {"rollout": "10% a"}, "nothing: set --off"),
    ],
)
def test_mistakes_are_named(flag: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(Failure) as caught:
        changed(flag, options)
    assert words in str(caught.value)
