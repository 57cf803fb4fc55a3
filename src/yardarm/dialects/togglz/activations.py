"""From rules and splits to activation strategies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ...core import model as m
from ...core.java import SPACE_OR_COMMA, trim
from .dates import local


class Unsayable(Exception):
    """Togglz has no words for it. The message says for what."""


Strategy = tuple[str, dict[str, str]]
"""An id and its parameters."""


def strategy_of(
    flag: m.Flag, rules: list[m.Rule], values: Mapping[str, m.Json], utc_offset: str
) -> Strategy:
    """The strategy that the flag's targets, rules and default are. Raises `Unsayable`."""
    if isinstance(flag.default, m.Split) and not rules and not flag.targets:
        return _gradual(flag, flag.default, values)
    if not isinstance(flag.default, str) or values.get(flag.default) is not False:
        raise Unsayable("rules before anything but off")
    if flag.targets and not rules:
        return _targets(flag, values)
    if flag.targets or len(rules) != 1:
        raise Unsayable("more than one rule, or individual targets beside one")
    if not isinstance(rules[0].serve, str) or values.get(rules[0].serve) is not True:
        raise Unsayable("a rule that serves anything but on")
    condition = rules[0].when
    if not isinstance(condition, m.Clause):
        raise Unsayable("a condition of several parts")
    return _clause(condition, flag.key, utc_offset)


def _gradual(flag: m.Flag, split: m.Split, values: Mapping[str, m.Json]) -> Strategy:
    seed = flag.key if split.bucketing.seed is None else split.bucketing.seed
    if split.bucketing.algorithm != "togglz.gradual" or seed != flag.key:
        raise Unsayable(f"a split by {split.bucketing.algorithm!r} with the seed {seed!r}")
    if split.bucketing.by != ("key",) or split.bucketing.kind != m.DEFAULT_KIND:
        raise Unsayable("a split by anything but the user")
    first, *others = split.arms or (m.Arm("", 0),)
    shape = values.get(first.variant) is True and all(
        values.get(a.variant) is False for a in others
    )
    whole = all(arm.ranges is None and arm.weight == int(arm.weight) for arm in split.arms)
    outside = split.outside is not None and values.get(split.outside) is False
    if not shape or not whole or not outside or split.bucketing.layer is not None:
        raise Unsayable("a split of this shape")
    return "gradual", {"percentage": str(int(first.weight))}


def _targets(flag: m.Flag, values: Mapping[str, m.Json]) -> Strategy:
    kinds = {target.kind for target in flag.targets}
    if kinds != {m.DEFAULT_KIND} or any(values.get(t.variant) is not True for t in flag.targets):
        raise Unsayable("individual targets of this kind")
    return "username", {"users": _listed(key for t in flag.targets for key in t.keys)}


def _listed(values: Iterable[m.Json]) -> str:
    """Values in a list with commas. Raises `Unsayable` for those that it would change."""
    found = []
    for value in values:
        if not isinstance(value, str) or "," in value or trim(value) != value or not value:
            raise Unsayable(f"the value {value!r} in a list with commas")
        found.append(value)
    return ",".join(found)


def _spaced(values: Iterable[m.Json]) -> str:
    """The same, where spaces divide too."""
    text = _listed(values)
    if SPACE_OR_COMMA.search(text.replace(",", "")):
        raise Unsayable("a value with spaces in a list with spaces")
    return text


def _clause(clause: m.Clause, feature: str, utc_offset: str) -> Strategy:
    if clause.kind == m.AMBIENT_KIND and (clause.attribute, clause.operator) == ("now", "after"):
        return _after(clause.values[0], utc_offset)
    known = _CLAUSES.get((clause.attribute, clause.operator))
    if known is None or clause.kind != m.DEFAULT_KIND:
        raise Unsayable(f"the operator {clause.operator!r} on {clause.attribute!r}")
    return known(clause.values, feature)


def _after(value: m.Json, utc_offset: str) -> Strategy:
    try:
        date, time = local(value, utc_offset)
    except (TypeError, ValueError, OverflowError):
        raise Unsayable(f"the date {value!r}") from None
    return "release-date", {"date": date, "time": time}


_Values = tuple[m.Json, ...]
_Say = Callable[[_Values, str], Strategy]


def _param(strategy: str, name: str, join: Callable[[_Values], str]) -> _Say:
    return lambda values, feature: (strategy, {name: join(values)})


def _one(values: _Values) -> str:
    if len(values) != 1 or not isinstance(values[0], str):
        raise Unsayable("several lists of query parameters")
    return values[0]


def _header(values: _Values, feature: str) -> Strategy:
    if values != (feature,):
        raise Unsayable("a header that names another feature")
    return "header", {}


def _property(strategy: str, name: str) -> _Say:
    def say(values: _Values, feature: str) -> Strategy:
        return strategy, {name: str(values[0]), "value": str(values[1])}

    return say


_CLAUSES: Mapping[tuple[str, str], _Say] = {
    ("key", "in"): _param("username", "users", _listed),
    ("key", "equals"): _param("username", "users", _listed),
    ("roles", "has_any"): _param("user-role", "roles", _listed),
    ("server_ips", "has_any"): _param("server-ip", "ips", _spaced),
    ("client_ip", "togglz.client_ip"): _param("client-ip", "ips", _spaced),
    ("x_features", "togglz.header"): _header,
    ("query", "togglz.query"): _param("query-parameter", "params", _one),
    ("server_name", "in"): _param("servername", "servernames", _spaced),
    ("system_properties", "togglz.property"): _property("property", "system-property"),
    ("profiles", "togglz.profiles"): _param("spring-profile", "profiles", _spaced),
    ("environment_properties", "togglz.property"): _property("spring-environment-property", "name"),
    ("config_properties", "togglz.property"): _property("microprofile-config-property", "name"),
    ("app_version", "starts_with"): _param("gae_app_version", "version", _spaced),
}
