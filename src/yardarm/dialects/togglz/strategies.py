"""Activation strategies as rules and splits.

Source: the strategies of Togglz (Apache-2.0, read; not copied), at 3ce6996. Ids are compared
without regard to case; a strategy that is not known is off for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...core import java
from ...core import model as m
from ...core.java import SPACE_OR_COMMA, is_blank, split
from .. import onoff
from .dates import release
from .states import Choices, State

RULE = "strategy"
"""The id of the rule that a strategy becomes."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Whom an enabled feature is active for: a condition, or a split of everybody."""

    when: m.Condition | None = None
    split: m.Split | None = None


def everybody() -> Activation:
    """No strategy."""
    return Activation(m.Always())


def nobody() -> Activation:
    """A strategy that lets nobody in."""
    return Activation(onoff.NOBODY)


Maker = Callable[[State, Choices, onoff.Notes], Activation]


def activation(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    """What the state's strategy becomes."""
    if not state.strategy:
        return everybody()
    name, make = _find(state.strategy)
    if make is not None:
        return make(state, choices, notes)
    name, make = _find(state.strategy.strip())
    if make is not None:
        notes.differs(
            state.at, f"the strategy {state.strategy!r} has spaces around it",
            says=f"the strategy {name}", did="off for everybody: Togglz knows no such strategy",
            option="strategies", taken=choices.strategies,
        )  # fmt: skip
        return make(state, choices, notes) if choices.strategies == "said" else nobody()
    notes.lost(
        state.at,
        f"the strategy {state.strategy!r} is none of Togglz's own",
        "off for everybody, as Togglz has it without the application's own code",
    )
    return nobody()


def _find(wanted: str) -> tuple[str, Maker | None]:
    for name, make in MAKERS.items():
        if java.equals_ignore_case(name, wanted):
            return name, make
    return wanted, None


def _of_values(attribute: str, operator: str, values: list[str]) -> Activation:
    return Activation(m.Clause(attribute, operator, tuple(values))) if values else nobody()


# --- the user ---------------------------------------------------------------------------------


def _username(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    return _of_values("key", "in", split(state.params.get("users"), java.COMMA))


def _user_role(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    return _of_values("roles", "has_any", split(state.params.get("roles"), java.COMMA))


def _gradual(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    text = state.params.get("percentage")
    percentage = java.parse_int(text)
    if percentage is None:
        notes.add(f"{state.at}/percentage", f"{text!r} is no whole number", "off for everybody")
    if percentage is None or percentage <= 0:
        return nobody()
    arms = (m.Arm(onoff.ON, percentage), m.Arm(onoff.OFF, max(100 - percentage, 0)))
    if choices.gradual == "user":
        bucketing = m.Bucketing("togglz.user")
    else:
        bucketing = m.Bucketing("togglz.gradual", state.feature)
    return Activation(split=m.Split(arms, bucketing, outside=onoff.OFF))


# --- time -------------------------------------------------------------------------------------


def _release_date(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    date, time = state.params.get("date"), state.params.get("time")
    if date is None:
        notes.add(f"{state.at}/date", "there is no date, and Togglz fails on that", "off")
        return nobody()
    instant = release(date, time, choices.utc_offset)
    if instant is None:
        notes.add(f"{state.at}/date", f"{date!r} with {time!r} is no date and time", "off")
        return nobody()
    if not choices.utc_offset:
        notes.lost(
            f"{state.at}/date",
            "a date without a zone: Togglz takes the default zone of its JVM",
            "read as UTC; the option utc_offset, such as +02:00, names another",
        )
    return Activation(m.Clause("now", "after", (instant,), m.AMBIENT_KIND))


# --- the request, the server, the JVM -----------------------------------------------------------


def _given(attribute: str, operator: str, what: str, values: Callable[[State], list[str]]) -> Maker:
    """A strategy that looks at something which here the caller has to give as an attribute."""

    def make(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
        _asks(state, what, attribute, notes)
        return _of_values(attribute, operator, values(state))

    return make


def _asks(state: State, what: str, attribute: str, notes: onoff.Notes) -> None:
    notes.lost(
        state.at,
        f"the strategy {state.strategy!r} asks for {what}",
        f"callers give it as the attribute {attribute!r}; without it the feature is off",
    )


def _list(name: str) -> Callable[[State], list[str]]:
    return lambda state: split(state.params.get(name), SPACE_OR_COMMA)


def _whole(name: str) -> Callable[[State], list[str]]:
    def value(state: State) -> list[str]:
        text = state.params.get(name)
        return [] if text is None or is_blank(text) else [text]

    return value


def _property(attribute: str, what: str, name_of: str) -> Maker:
    def make(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
        _asks(state, what, attribute, notes)
        named = state.params.get(name_of)
        name = f"togglz.{state.feature}" if named is None or is_blank(named) else named
        wanted = state.params.get("value", "true")
        return Activation(m.Clause(attribute, "togglz.property", (name, wanted)))

    return make


def _client_ip(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    _asks(state, "the address of the client", "client_ip", notes)
    parts = split(state.params.get("ips"), SPACE_OR_COMMA)
    names = [part for part in parts if part[0].isalpha() and ":" not in part]
    if names:
        notes.lost(f"{state.at}/ips", f"{', '.join(names[:5])}: the old code looks up the names of "
                   "hosts", "they match nobody")  # fmt: skip
    return _of_values("client_ip", "togglz.client_ip", parts)


def _script(state: State, choices: Choices, notes: onoff.Notes) -> Activation:
    notes.lost(
        state.at, "a script, which only the application's JVM can run",
        "off for everybody: write its condition as a rule",
    )  # fmt: skip
    return nobody()


MAKERS: Mapping[str, Maker] = {
    "username": _username,
    "user-role": _user_role,
    "gradual": _gradual,
    "release-date": _release_date,
    "script": _script,
    "server-ip": _given(
        "server_ips", "has_any", "the addresses of the server itself", _list("ips")
    ),
    "property": _property("system_properties", "a system property of the JVM", "system-property"),
    "client-ip": _client_ip,
    "header": _given(
        "x_features", "togglz.header", "the request header X-Features",
        lambda state: [state.feature],
    ),
    "query-parameter": _given(
        "query", "togglz.query", "the query parameters of the request and of its referer",
        _whole("params"),
    ),
    "servername": _given(
        "server_name", "in", "the name of the virtual host", _list("servernames")
    ),
    "spring-profile": _given(
        "profiles", "togglz.profiles", "the active profiles of Spring", _list("profiles")
    ),
    "spring-environment-property": _property(
        "environment_properties", "a property of Spring's environment", "name"
    ),
    "microprofile-config-property": _property(
        "config_properties", "a property of MicroProfile Config", "name"
    ),
    "gae_app_version": _given(
        "app_version", "starts_with", "the version of the App Engine application",
        _list("version"),
    ),
}  # fmt: skip
"""Every strategy by its id."""
