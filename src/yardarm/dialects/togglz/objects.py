"""States kept as objects: rows, hashes, JSON files, documents of MongoDB, items of DynamoDB,
entities of the Datastore, Spring Boot's application.yml and the actuator's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core import java
from ...core.model import Json
from ...core.reading import escape
from .. import onoff
from .properties import load
from .states import (
    Choices,
    Found,
    State,
    as_text,
    is_true,
    parameters,
    parse_boolean,
    strategy_of,
)

# --- Spring Boot ----------------------------------------------------------------------------------

_SPRING_YES = ("true", "on", "yes", "1")


def from_spring(features: Json, layout: str, notes: onoff.Notes) -> Found:
    """``togglz.features``: names, each with `enabled`, `label`, `groups`, `strategy`, `param`."""
    states = []
    for feature, spec in _members(features, "/togglz/features", notes):
        at = f"/togglz/features/{escape(feature)}"
        notes.flag = feature
        if not isinstance(spec, dict):
            notes.add(at, "the feature is no object", "left out: callers get their fallback")
            continue
        strategy = strategy_of(spec.get("strategy"), f"{at}/strategy", notes)
        if java.is_blank(strategy):
            strategy = None
        enabled = as_text(spec.get("enabled", False))
        label, groups = as_text(spec.get("label")) or "", spec.get("groups")
        listed = groups if isinstance(groups, list) else str(groups or "").split(",")
        states.append(
            State(
                feature,
                enabled is not None and enabled.strip().lower() in _SPRING_YES,
                strategy,
                parameters(spec.get("param"), f"{at}/param", notes),
                at,
                spec,
                label,
                tuple(str(group).strip() for group in listed if str(group).strip()),
            )
        )
    notes.flag = None
    return Found(layout, tuple(states))


def _members(value: Json, at: str, notes: onoff.Notes) -> Iterator[tuple[str, Json]]:
    if not isinstance(value, dict):
        notes.add(at, "the features are no object", "none of them is read")
        return
    for name, each in value.items():
        if isinstance(name, str) and name:
            yield name, each
        else:
            notes.add(at, f"a feature's name is {name!r}", "it is left out")


# --- one object for each feature --------------------------------------------------------------


def from_json(items: Mapping[str, Json], layout: str, at: str, notes: onoff.Notes) -> Found:
    """``{"enabled", "strategyId", "parameters"}`` of each feature, as S3 and GCS hold them."""
    states = []
    rest = {}
    for name, item in items.items():
        where = f"{at}/{escape(name)}"
        feature = name.rpartition("/")[2].removesuffix(".json")
        if not isinstance(item, dict) or "enabled" not in item:
            notes.add(where, "this is no state of a feature", "it is left out")
            rest[name] = item
            continue
        notes.flag = feature
        states.append(_wrapped(feature, item, where, item, notes))
    notes.flag = None
    return Found(layout, tuple(states), rest)


def _wrapped(
    feature: str, item: Mapping[str, Json], at: str, raw: Json, notes: onoff.Notes
) -> State:
    strategy = strategy_of(item.get("strategyId"), f"{at}/strategyId", notes)
    params = parameters(item.get("parameters"), f"{at}/parameters", notes)
    return State(feature, _jackson(item.get("enabled")), strategy, params, at, raw)


def _jackson(value: Json) -> bool:
    """A boolean as Jackson reads one: numbers and texts are taken too."""
    if isinstance(value, str):
        return java.trim(value) in ("true", "True", "TRUE")
    return bool(value) if isinstance(value, bool | int) else False


# --- Redis ----------------------------------------------------------------------------------------

_PARAMETER = "parameter:"


def from_redis(keys: Mapping[str, Json], choices: Choices, notes: onoff.Notes) -> Found:
    """Hashes with the fields `enabled`, `strategy` and `parameter:NAME`."""
    states = []
    for key, fields in keys.items():
        at = f"/redis/{escape(key)}"
        feature = key.removeprefix(choices.prefix)
        if (choices.prefix and feature == key) or not isinstance(fields, dict) or not fields:
            notes.add(at, "this is no state of a feature", "it is left out")
            continue
        notes.flag = feature
        texts = {name: as_text(value) or "" for name, value in fields.items()}
        params = {
            name.removeprefix(_PARAMETER): value
            for name, value in texts.items()
            if name.startswith(_PARAMETER)
        }
        strategy = texts.get("strategy") or None
        enabled = parse_boolean(texts.get("enabled", ""))
        states.append(State(feature, enabled, strategy, params, at, fields))
    notes.flag = None
    return Found("redis", tuple(states), {"prefix": choices.prefix})


# --- rows -----------------------------------------------------------------------------------------


def from_rows(rows: Json, choices: Choices, notes: onoff.Notes) -> Found:
    """Rows of the table TOGGLZ, of schema 2 or 1."""
    states = []
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        at = f"/tables/togglz/{index}"
        columns = {str(n).upper(): v for n, v in row.items()} if isinstance(row, dict) else {}
        feature = columns.get("FEATURE_NAME")
        if not isinstance(feature, str) or java.is_blank(feature):
            notes.add(at, "a row without FEATURE_NAME", "it is left out")
            continue
        feature = java.trim(feature)  # schema 1 pads it with spaces
        notes.flag = feature
        strategy = as_text(columns.get("STRATEGY_ID"))
        strategy = None if strategy is None or java.is_blank(strategy) else java.trim(strategy)
        params = _packed(as_text(columns.get("STRATEGY_PARAMS")), choices, at, notes)
        users = as_text(columns.get("FEATURE_USERS"))
        if users is not None and not java.is_blank(users):
            params = {"users": users}
            strategy = strategy or "username"
        states.append(
            State(feature, _above_zero(columns.get("FEATURE_ENABLED")), strategy, params, at, row)
        )
    notes.flag = None
    return Found("tables", tuple(states))


def _above_zero(value: Json) -> bool:
    if isinstance(value, str):
        value = java.parse_int(java.trim(value))
    return isinstance(value, int | float) and value > 0


def _packed(text: str | None, choices: Choices, at: str, notes: onoff.Notes) -> dict[str, str]:
    """Parameters as properties, one on each line or divided by ampersands."""
    if text is None or java.is_blank(text):
        return {}
    if choices.params == "ampersands" or (not choices.params and _by_ampersands(text)):
        text = text.replace("&", "\n")
    try:
        return load(text)
    except ValueError as error:
        notes.add(f"{at}/STRATEGY_PARAMS", f"no properties: {error}", "no parameter is read")
        return {}


def _by_ampersands(text: str) -> bool:
    """The form without lines writes every ampersand of a value as an escape."""
    parts = text.split("&")
    return "\n" not in text and len(parts) > 1 and all("=" in part for part in parts)


# --- documents, items, entities, the actuator -------------------------------------------------


def from_list(items: list[Json], layout: str, notes: onoff.Notes) -> Found:
    """Documents that each name their feature, of whatever store they came from."""
    states = []
    for index, item in enumerate(items):
        at = f"/{index}"
        plain = _untyped(item)
        kind = _kind(plain)
        if kind is None:
            notes.add(at, "this is no state of a feature", "it is left out")
            continue
        name, layout_of = kind
        feature = plain[name]
        notes.flag = feature
        layout = layout or layout_of
        states.append(_of_document(feature, plain, layout_of, at, item, notes))
    notes.flag = None
    return Found(layout or "mongo", tuple(states))


def _kind(item: Json) -> tuple[str, str] | None:
    """The member that names the feature, and whose document it is."""
    names = {
        "feature": "mongo", "featureName": "dynamodb", "name": "actuator", "key": "datastore",
    }  # fmt: skip
    if not isinstance(item, dict):
        return None
    for name, layout in names.items():
        if isinstance(item.get(name), str) and item[name]:
            is_entity = "strategyId" in item or "strategyParamsNames" in item
            return name, "datastore" if name in ("name", "key") and is_entity else layout
    return None


def _of_document(
    feature: str, item: dict[str, Any], layout: str, at: str, raw: Json, notes: onoff.Notes
) -> State:
    if layout == "dynamodb":
        state = item.get("featureState")
        return _wrapped(feature, state if isinstance(state, dict) else {}, at, raw, notes)
    if layout == "datastore":
        strategy = strategy_of(item.get("strategyId"), f"{at}/strategyId", notes)
        names, values = item.get("strategyParamsNames"), item.get("strategyParamsValues")
        params = _zipped(names, values)
    else:
        strategy = strategy_of(item.get("strategy"), f"{at}/strategy", notes)
        params = item.get("params") or {}
    found = parameters(params, f"{at}/params", notes)
    if layout != "actuator":  # the two stores trim what they read
        strategy = strategy if strategy is None else java.trim(strategy)
    if layout == "mongo":
        found = {name: java.trim(value) for name, value in found.items()}
    enabled = item.get("enabled")
    metadata = item.get("metadata")
    label = as_text(metadata.get("label")) if isinstance(metadata, dict) else None
    return State(
        feature, enabled if isinstance(enabled, bool) else is_true(str(enabled)), strategy or None,
        found, at, raw, label or "",
    )  # fmt: skip


def _zipped(names: Json, values: Json) -> dict[str, Json]:
    """Parameters of two lists, none where they do not fit together."""
    if not isinstance(names, list) or not isinstance(values, list) or len(names) != len(values):
        return {}
    return dict(zip(map(str, names), values, strict=True))


def _untyped(value: Json, depth: int = 0) -> Json:
    """A value without DynamoDB's marks of type."""
    if depth > 10 or not isinstance(value, dict):
        return value
    if len(value) == 1 and depth:
        name, inner = next(iter(value.items()))
        if name == "NULL":
            return None
        if name in ("S", "N", "BOOL"):
            return inner
        if name == "M" and isinstance(inner, dict):
            return {key: _untyped(each, depth + 1) for key, each in inner.items()}
        if name == "L" and isinstance(inner, list):
            return [_untyped(each, depth + 1) for each in inner]
    return {key: _untyped(each, depth + 1) for key, each in value.items()}
