"""Every layout in which Togglz keeps states, and what is said of what was lost."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm import Client
from yardarm.core import model as m
from yardarm.core.validate import errors, validate
from yardarm.dialects.base import Loss
from yardarm.dialects.togglz import DIALECT
from yardarm.errors import DocumentError, OptionError


def _read(source: Any, **options: Any) -> tuple[dict[str, m.Flag], list[Loss]]:
    reading = DIALECT.read(source, options)
    assert not errors(validate(reading.document))
    return dict(reading.document.flags), list(reading.losses)


def _gradual(feature: str, percentage: int) -> m.Split:
    arms = (m.Arm("on", percentage), m.Arm("off", 100 - percentage))
    return m.Split(arms, m.Bucketing("togglz.gradual", feature), outside="off")


EXPECTED = {"ON": "on", "OFF": "on", "PART": _gradual("PART", 25)}

PROPERTIES = """
# features of the shop
ON = Yes
OFF = off
PART = enabled
PART.strategy = Gradual
PART.param.percentage = 25
"""
SPRING = {
    "togglz": {
        "console": {"enabled": True},
        "features": {
            "ON": {"enabled": True, "label": "Switched on", "groups": ["One", "Two"]},
            "OFF": {"enabled": "off", "groups": "One, Two"},
            "PART": {"enabled": "yes", "strategy": "gradual", "param": {"percentage": 25}},
        },
    }
}
SPRING_TEXT = """
spring.application.name=shop
togglz.features.ON.enabled=true
togglz.features.OFF.enabled=false
togglz.features.PART.enabled=1
togglz.features.PART.strategy=gradual
togglz.features.PART.param.percentage=25
"""
ROWS = [
    {"FEATURE_NAME": "ON", "FEATURE_ENABLED": 1, "STRATEGY_ID": None, "STRATEGY_PARAMS": None},
    {"FEATURE_NAME": "OFF", "FEATURE_ENABLED": 0, "STRATEGY_ID": " ", "STRATEGY_PARAMS": ""},
    {"FEATURE_NAME": "PART", "FEATURE_ENABLED": 2, "STRATEGY_ID": " gradual ",
     "STRATEGY_PARAMS": "percentage=25\r\nother=x\r\n"},
]  # fmt: skip
WRAPPED = {
    "ON": {"enabled": True, "strategyId": None, "parameters": {}},
    "OFF": {"enabled": False, "strategyId": "", "parameters": {}},
    "PART": {"enabled": True, "strategyId": "gradual", "parameters": {"percentage": "25"}},
}
LAYOUTS: dict[str, Any] = {
    "properties": PROPERTIES,
    "spring": SPRING,
    "spring-properties": SPRING_TEXT,
    "tables": {"tables": {"TOGGLZ": ROWS}},
    "redis": {
        "redis": {
            "togglz:ON": {"enabled": "true"},
            "togglz:OFF": {"enabled": "yes"},
            "togglz:PART": {
                "enabled": "True", "strategy": "gradual", "parameter:percentage": "25",
            },
        }
    },
    "json": WRAPPED,
    "files": {"files": {f"{name}.json": value for name, value in WRAPPED.items()}},
    "mongo": [
        {"_id": 1, "feature": "ON", "enabled": True},
        {"feature": "OFF", "enabled": False, "strategy": ""},
        {"feature": "PART", "enabled": True, "strategy": " gradual ",
         "params": {"percentage": " 25 "}},
    ],
    "dynamodb": {
        "Items": [
            {"featureName": {"S": name}, "featureState": {"M": {
                "enabled": {"BOOL": value["enabled"]}, "strategyId": {"S": value["strategyId"]},
                "parameters": {"M": {k: {"S": v} for k, v in value["parameters"].items()}},
            }}}
            for name, value in WRAPPED.items()
        ]
    },
    "datastore": [
        {"key": "ON", "enabled": True, "strategyId": None},
        {"key": "OFF", "enabled": False, "strategyId": ""},
        {"key": "PART", "enabled": True, "strategyId": "gradual ",
         "strategyParamsNames": ["percentage"], "strategyParamsValues": ["25"]},
    ],
    "actuator": [
        {"name": "ON", "enabled": True, "strategy": None, "params": {},
         "metadata": {"label": "On"}},
        {"name": "OFF", "enabled": False, "strategy": None, "params": {}},
        {"name": "PART", "enabled": True, "strategy": "gradual", "params": {"percentage": "25"}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout(layout: str) -> None:
    flags, losses = _read(LAYOUTS[layout])
    assert not losses
    assert {key: flag.default for key, flag in flags.items()} == EXPECTED
    assert [key for key, flag in flags.items() if flag.enabled] == ["ON", "PART"]
    assert {flag.off for flag in flags.values()} == {"off"}
    origin = flags["PART"].origin
    assert origin is not None
    assert (origin["dialect"], origin["layout"]) == ("togglz", layout)


def test_labels_and_groups() -> None:
    flags, _ = _read(SPRING)
    assert (flags["ON"].name, flags["ON"].tags) == ("Switched on", ("One", "Two"))
    flags, _ = _read("ONE=A useful feature;true;Group 1,Group 3\nTWO=;TRUE\nTHREE=Third;yes")
    assert [flag.enabled for flag in flags.values()] == [True, True, False]
    assert (flags["ONE"].name, flags["ONE"].tags) == ("A useful feature", ("Group 1", "Group 3"))


def test_users_of_togglz_1() -> None:
    flags, _ = _read("A = true\nA.users = ann, bob\nB = true\nB.strategy = gradual\nB.users = c")
    assert flags["A"].rules[0].when == m.Clause("key", "in", ("ann", "bob"))
    assert flags["B"].rules == ()  # gradual without a percentage
    row = {"FEATURE_NAME": "A".ljust(100), "FEATURE_ENABLED": 1, "FEATURE_USERS": "ann,bob"}
    flags, _ = _read({"tables": {"togglz": [row]}})
    assert flags["A"].rules[0].when == m.Clause("key", "in", ("ann", "bob"))


def test_rows_whose_parameters_are_divided_by_ampersands() -> None:
    def rule(text: str, **options: Any) -> Any:
        row = {"FEATURE_NAME": "A", "FEATURE_ENABLED": 1, "STRATEGY_ID": "username",
               "STRATEGY_PARAMS": text}  # fmt: skip
        flags, _ = _read({"tables": {"togglz": [row]}}, **options)
        return flags["A"].rules[0].when.values  # type: ignore[union-attr]

    assert rule("users=ann&x=1") == ("ann",)
    assert rule("users=ann&x=1", params="lines") == ("ann&x=1",)
    assert rule("users=a\\u0026b&x=1") == ("a&b",)
    assert rule("users=r&d") == ("r&d",)


def test_flagon_read_a_togglz_file_in_its_own_way() -> None:
    text = """# comment
FEATURE_ONE = true  # on
FEATURE_ONE.strategy = username
TWO = True
THREE = 'true'
four = true
[section]
FIVE = true
"""
    flags, losses = _read(text, layout="ini")
    assert {key: flag.enabled for key, flag in flags.items()} == {
        "FEATURE_ONE": True, "TWO": False, "THREE": True,
    }  # fmt: skip
    assert flags["FEATURE_ONE"].default == "on"
    assert [(loss.kind, loss.did) for loss in losses] == [
        ("differs", "on for everybody"),
        ("malformed", ""),
    ]


@pytest.mark.parametrize(
    ("strategy", "params", "when"),
    [
        ("username", {"users": " ann ,, bob"}, m.Clause("key", "in", ("ann", "bob"))),
        ("USER-ROLE", {"roles": "admin"}, m.Clause("roles", "has_any", ("admin",))),
        ("server-ip", {"ips": "a b,c"}, m.Clause("server_ips", "has_any", ("a", "b", "c"))),
        ("client-ip", {"ips": "10.0.0.0/8"},
         m.Clause("client_ip", "togglz.client_ip", ("10.0.0.0/8",))),
        ("header", {}, m.Clause("x_features", "togglz.header", ("F",))),
        ("query-parameter", {"params": "a=1, b"}, m.Clause("query", "togglz.query", ("a=1, b",))),
        ("servername", {"servernames": "a.b"}, m.Clause("server_name", "in", ("a.b",))),
        ("property", {}, m.Clause("system_properties", "togglz.property", ("togglz.F", "true"))),
        ("spring-environment-property", {"name": "a", "value": "on"},
         m.Clause("environment_properties", "togglz.property", ("a", "on"))),
        ("microprofile-config-property", {"name": "a"},
         m.Clause("config_properties", "togglz.property", ("a", "true"))),
        ("spring-profile", {"profiles": "p1,!p2"},
         m.Clause("profiles", "togglz.profiles", ("p1", "!p2"))),
        ("gae_app_version", {"version": "1 2"}, m.Clause("app_version", "starts_with", ("1", "2"))),
        ("release-date", {"date": "2026-12-31", "time": "14:45:00"},
         m.Clause("now", "after", ("2026-12-31T14:45:00Z",), "$")),
    ],
)  # fmt: skip
def test_a_strategy(strategy: str, params: dict[str, str], when: m.Condition) -> None:
    state = {"enabled": True, "strategyId": strategy, "parameters": params}
    flags, losses = _read({"F": state})
    assert flags["F"].rules == (m.Rule("strategy", when, "on"),)
    assert flags["F"].default == "off"
    exact = strategy.lower() in ("username", "user-role")
    assert bool(losses) is not exact
    assert all(loss.kind == "lost" for loss in losses)


@pytest.mark.parametrize(
    ("strategy", "params", "kind", "message"),
    [
        ("script", {"lang": "js"}, "lost", "a script, which only the application's JVM can run"),
        ("com.example.Own", {}, "lost", "is none of Togglz's own"),
        ("gradual", {"percentage": "half"}, "malformed", "'half' is no whole number"),
        ("release-date", {}, "malformed", "there is no date"),
        ("release-date", {"date": "soon"}, "malformed", "is no date and time"),
        ("gradual ", {"percentage": "5"}, "differs", "has spaces around it"),
        ("username", {}, "", ""),
        ("gradual", {"percentage": "0"}, "", ""),
    ],
)
def test_a_strategy_that_lets_nobody_in(
    strategy: str, params: dict[str, str], kind: str, message: str
) -> None:
    state = {"enabled": True, "strategyId": strategy, "parameters": params}
    flags, losses = _read({"F": state})
    assert (flags["F"].enabled, flags["F"].rules, flags["F"].default) == (True, (), "off")
    assert "\n".join(loss.kind for loss in losses) == kind
    assert all(message in loss.message for loss in losses)


def test_options_that_choose() -> None:
    state = {"enabled": True, "strategyId": "gradual ", "parameters": {"percentage": "5"}}
    flags, _ = _read({"F": state}, strategies="said", gradual="user")
    split = flags["F"].default
    assert isinstance(split, m.Split)
    assert split.bucketing == m.Bucketing("togglz.user")
    dated = {"enabled": True, "strategyId": "release-date", "parameters": {"date": "2026-12-31"}}
    flags, losses = _read({"F": dated}, utc_offset="+02:00")
    assert not losses
    assert flags["F"].rules[0].when == m.Clause("now", "after", ("2026-12-30T22:00:00Z",), "$")


def test_characters_that_java_reads_otherwise() -> None:
    text = "É = true"
    flags, losses = _read(text)
    assert list(flags) == ["Ã\x89"] or not flags  # a control character: the key is refused
    assert losses[0].kind == "differs"
    flags, _ = _read(text, encoding="said")
    assert list(flags) == ["É"]
    flags, losses = _read("\\u00C9 = true")
    assert (list(flags), losses) == (["É"], [])


@pytest.mark.parametrize(
    "options",
    [{"layout": "xml"}, {"gradual": "both"}, {"utc_offset": "CET"}, {"utc_offset": 2},
     {"prefix": None}, {"params": "?"}],
)  # fmt: skip
def test_an_option_that_makes_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        DIALECT.read(PROPERTIES, options)


@pytest.mark.parametrize("source", [None, 5, {}, {"a": 1}, "a=\\u00"])
def test_what_is_no_layout_of_togglz(source: Any) -> None:
    with pytest.raises(DocumentError):
        DIALECT.read(source, {})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("A.strategy = gradual\nB = true", "belongs to no feature"),
        ({"A": {"strategyId": "x"}, "B": {"enabled": True}}, "no state of a feature"),
        ([5, {"feature": "B", "enabled": True}], "no state of a feature"),
        ([{"feature": "B", "enabled": True}] * 2, "comes twice"),
        ({"redis": {"other": {"enabled": "true"}, "togglz:B": {"enabled": "true"}}}, "no state"),
        (
            {"tables": {"togglz": [{}, {"FEATURE_NAME": "B", "FEATURE_ENABLED": 1}]}},
            "without FEATURE",
        ),
        ({"togglz": {"features": {"A": 5, "B": {"enabled": True}}}}, "is no object"),
        ({"B": {"enabled": True, "strategyId": 5}}, "no text"),
        ({"B": {"enabled": True, "parameters": [1]}}, "the parameters are a list"),
        ({"B": {"enabled": True, "parameters": {"a": [1]}}}, "a parameter that is no text"),
        ({"B": {"enabled": True}, " ": {"enabled": True}}, "white space"),
    ],
)
def test_garbage_is_reported_and_its_neighbour_read(source: Any, message: str) -> None:
    flags, losses = _read(source)
    assert "B" in flags
    assert message in losses[0].message


def test_our_contexts_work() -> None:
    document = DIALECT.read(PROPERTIES.replace("25", "91"), {}).document
    with Client.from_document(document) as client:
        assert client.boolean("ON", {"key": "john"}, fallback=False)
        assert not client.boolean("OFF", {"key": "john"}, fallback=True)
        served = [client.boolean("PART", {"key": f"user-{n}"}, fallback=False) for n in range(400)]
        assert 0.8 < sum(served) / 400 < 0.99
        assert not client.boolean("PART", {}, fallback=True)
