"""States in the layouts of Togglz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.model import Json
from ...core.reading import escape
from ..base import Loss
from .properties import dump
from .states import State


def render(layout: str, states: list[State], rest: Mapping[str, Json], losses: list[Loss]) -> Json:
    """The states in a layout. A state that has its `raw` is written as that."""
    match layout:
        case "properties":
            return dump({**_all_entries(states), **_texts(rest)})
        case "spring-properties":
            return dump(_spring_texts(states))
        case "spring":
            return {"togglz": {"features": {s.feature: _raw(s, _spec(s)) for s in states}}}
        case "features":
            return dump({s.feature: _raw(s, _feature(s, losses)) for s in states})
        case "ini":
            return "".join(f"{n} = {v}\n" for n, v in _ini_entries(states, losses).items())
        case "tables":
            return {"tables": {"togglz": [_raw(s, _row(s)) for s in states]}}
        case "redis":
            prefix = str(rest.get("prefix", "togglz:"))
            return {"redis": {prefix + s.feature: _raw(s, _hash(s)) for s in states}}
        case "files":
            return {"files": {**{s.feature: _raw(s, _wrapper(s)) for s in states}, **rest}}
        case "json":
            return {**{s.feature: _raw(s, _wrapper(s)) for s in states}, **rest}
        case _:
            make = {"mongo": _document, "dynamodb": _item, "datastore": _entity}.get(
                layout, _answer
            )
            return [_raw(state, make(state)) for state in states]


def _raw(state: State, made: Json) -> Json:
    return made if state.raw is None else state.raw


def _texts(rest: Mapping[str, Json]) -> dict[str, str]:
    return {name: str(value) for name, value in rest.items()}


# --- text ----------------------------------------------------------------------------------------


def _all_entries(states: list[State]) -> dict[str, str]:
    found: dict[str, str] = {}
    for state in states:
        for part, value in _raw(state, _entries(state)).items():
            found[state.feature + part] = value
    return found


def _entries(state: State) -> dict[str, str]:
    made = {"": "true" if state.enabled else "false"}
    if state.strategy is not None:
        made[".strategy"] = state.strategy
    return made | {f".param.{name}": value for name, value in state.params.items()}


def _ini_entries(states: list[State], losses: list[Loss]) -> dict[str, str]:
    found: dict[str, str] = {}
    for state in states:
        _only_switch(state, losses, "Flagon asks no strategy")
        entries = _raw(state, {"": "true" if state.enabled and not state.strategy else "false"})
        found |= {state.feature + part: value for part, value in entries.items()}
    return found


def _feature(state: State, losses: list[Loss]) -> str:
    _only_switch(state, losses, "a file of features holds no strategies")
    enabled = "true" if state.enabled and not state.strategy else "false"
    tail = ";" + ",".join(state.groups) if state.groups else ""
    return f"{state.label};{enabled}{tail}"


def _only_switch(state: State, losses: list[Loss], why: str) -> None:
    if state.strategy and state.raw is None:
        losses.append(
            Loss(f"/flags/{escape(state.feature)}", why, "written as off for everybody",
                 state.feature)
        )  # fmt: skip


def _spring_texts(states: list[State]) -> dict[str, str]:
    found: dict[str, str] = {}
    for state in states:
        name = f"[{state.feature}]" if "." in state.feature else state.feature
        for part, value in _raw(state, _spec(state)).items():
            inner = value if part == "param" and isinstance(value, dict) else None
            items: Mapping[str, Any] = {part: value}
            if inner is not None:
                items = {f"param.{key}": each for key, each in inner.items()}
            for key, each in items.items():
                text = ",".join(map(str, each)) if isinstance(each, list) else each
                found[f"togglz.features.{name}.{key}"] = _plain(text)
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


# --- objects --------------------------------------------------------------------------------------


def _spec(state: State) -> dict[str, Json]:
    made: dict[str, Json] = {"enabled": state.enabled}
    if state.label:
        made["label"] = state.label
    if state.groups:
        made["groups"] = list(state.groups)
    if state.strategy is not None:
        made["strategy"] = state.strategy
    return {**made, "param": dict(state.params)} if state.params else made


def _row(state: State) -> dict[str, Json]:
    lines = sorted(dump(state.params).splitlines())
    return {
        "FEATURE_NAME": state.feature,
        "FEATURE_ENABLED": 1 if state.enabled else 0,
        "STRATEGY_ID": state.strategy,
        "STRATEGY_PARAMS": "".join(f"{line}\r\n" for line in lines).strip() or None,
    }


def _hash(state: State) -> dict[str, Json]:
    made: dict[str, Json] = {"enabled": "true" if state.enabled else "false"}
    if state.strategy is not None:
        made["strategy"] = state.strategy
    return made | {f"parameter:{name}": value for name, value in state.params.items()}


def _wrapper(state: State) -> dict[str, Json]:
    return {
        "enabled": state.enabled,
        "strategyId": state.strategy,
        "parameters": dict(state.params),
    }


def _document(state: State) -> dict[str, Json]:
    made: dict[str, Json] = {"feature": state.feature, "enabled": state.enabled}
    if state.strategy is not None:
        made["strategy"] = state.strategy
    return {**made, "params": dict(state.params)} if state.params else made


def _item(state: State) -> dict[str, Json]:
    return {"featureName": state.feature, "featureState": _wrapper(state)}


def _entity(state: State) -> dict[str, Json]:
    return {
        "name": state.feature,
        "enabled": state.enabled,
        "strategyId": state.strategy,
        "strategyParamsNames": list(state.params),
        "strategyParamsValues": list(state.params.values()),
    }


def _answer(state: State) -> dict[str, Json]:
    return {
        "name": state.feature,
        "enabled": state.enabled,
        "strategy": state.strategy,
        "params": dict(state.params),
        "metadata": {"label": state.label or state.feature},
    }
