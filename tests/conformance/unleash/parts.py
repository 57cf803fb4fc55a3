"""Pieces of a client features document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = Any


def constraint(
    name: str, op: str, fields: Json, *, invert: bool = False, fold: Json = None
) -> Json:
    """A constraint; `fields` holds its `value` or `values`."""
    made = {"contextName": name, "operator": op, **fields}
    if invert:
        made["inverted"] = True
    return made if fold is None else {**made, "caseInsensitive": fold}


def strategy(*constraints: Json, name: str = "default", **more: Json) -> Json:
    """A strategy; `more` adds fields, `parameters` among them."""
    return {"name": name, "parameters": {}, "constraints": list(constraints), **more}


def rollout(percent: Json, stickiness: str | None, group: str | None, **more: Json) -> Json:
    """A flexible rollout."""
    given = {"rollout": percent, "stickiness": stickiness, "groupId": group}
    parameters = {name: value for name, value in given.items() if value is not None}
    return strategy(name="flexibleRollout", **{**more, "parameters": parameters})


def variant(name: str, weight: int, **more: Json) -> Json:
    """A variant of a toggle or of a strategy."""
    return {"name": name, "weight": weight, **more}


def toggle(name: str, strategies: Sequence[Json], **more: Json) -> Json:
    """A toggle that is switched on."""
    return {"name": name, "enabled": True, "strategies": list(strategies), **more}


def document(toggles: Sequence[Json], segments: Sequence[Json] = ()) -> Json:
    """What `/api/client/features` answers."""
    made = {"version": 2, "features": list(toggles)}
    return {**made, "segments": list(segments)} if segments else made


def context(name: str, value: Json, *, nested: bool = True, **more: Json) -> Json:
    """A context in which one field has a value."""
    if not nested:
        return {**more, name: value}
    return {**more, "properties": {name: value}}
